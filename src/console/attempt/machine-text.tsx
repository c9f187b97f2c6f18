import type {ComponentChildren, VNode} from 'preact';
import {Icon} from '../components/icon.tsx';
import {count} from '../pages/components.tsx';
import {visible} from './visible.ts';

/** Lines of a text that are shown before it is unfolded: its start, and for a log its end. */
const HEAD_LINES = 40;
const TAIL_LINES = 12;
/** Most lines of one text on a page among many others; Raw has all. */
const MOST_LINES = 2000;
const LINE_CHARS = 4000;

interface LinesProps {
  /** Address of what it unfolds. */
  readonly id: string;
  /** What it is, for a reader who does not see it. */
  readonly label: string;
  readonly text: string;
  /** Number of the first line; without it no numbers are shown. */
  readonly from?: number;
  /** Which part a long text is known by. */
  readonly shows?: 'start' | 'end';
}

/** Renders machine text by its lines; a long one folded, with its start or its end. */
export function MachineLines({id, label, text, from, shows = 'start'}: LinesProps): VNode {
  const lines = text.replace(/\n$/, '').split('\n');
  if (lines.length <= HEAD_LINES + TAIL_LINES) return <Mach label={label}>{rows(lines, from)}</Mach>;
  const head = shows === 'start' ? HEAD_LINES : 0;
  const shown = shows === 'start' ? lines.slice(0, head) : lines.slice(-TAIL_LINES);
  const first = shows === 'start' ? from : from === undefined ? undefined : from + lines.length - TAIL_LINES;
  return (
    <>
      {shows === 'end' ? <All id={id} label={label} lines={lines} from={from} /> : null}
      <Mach label={shows === 'end' ? `End of ${label}` : `Start of ${label}`}>{rows(shown, first)}</Mach>
      {shows === 'start' ? <All id={id} label={label} lines={lines} from={from} /> : null}
    </>
  );
}

function All({id, label, lines, from}: {id: string; label: string; lines: readonly string[]; from: number | undefined}): VNode {
  return (
    <details class="fold small" id={id}>
      <summary>
        <Icon name="chev" class="chev" />
        All {count(lines.length)} lines
      </summary>
      <Mach label={`All of ${label}`}>{rows(lines.slice(0, MOST_LINES), from)}</Mach>
      {lines.length > MOST_LINES ? <p class="dim">{count(lines.length - MOST_LINES)} more lines are in Raw.</p> : null}
    </details>
  );
}

/** Renders lines, with their numbers if the first has one; with `anchor`, each has an address, such as `L5`. */
export function rows(lines: readonly string[], from: number | undefined, anchor?: string): VNode[] {
  return lines.map((line, at) => {
    const id = from === undefined || anchor === undefined ? undefined : `${anchor}${from + at}`;
    return (
      <tr key={at} id={id}>
        {from === undefined ? null : <td class="ln">{id === undefined ? from + at : <LineLink id={id} line={from + at} />}</td>}
        <td>{visible(line.slice(0, LINE_CHARS))}</td>
      </tr>
    );
  });
}

function LineLink({id, line}: {id: string; line: number}): VNode {
  return (
    <a href={`#${id}`} tabIndex={-1}>
      {line}
    </a>
  );
}

/** Renders rows of machine text in a region that can be scrolled by keyboard. */
export function Mach({label, children}: {label: string; children: ComponentChildren}): VNode {
  return (
    <section class="mach" aria-label={visible(label)} tabIndex={0}>
      <table class="lines" role="presentation">
        <tbody>{children}</tbody>
      </table>
    </section>
  );
}

const SIGNS = {add: '+', del: '−', hunk: '', same: ''} as const;
type DiffKind = keyof typeof SIGNS;

/** Renders a diff as it is, its lines by what they do. */
export function DiffLines({label, text}: {label: string; text: string}): VNode {
  const lines = text.replace(/\n$/, '').split('\n').slice(0, MOST_LINES);
  return <DiffRows label={label} lines={lines.map((line) => [kindOf(line), line])} />;
}

/** Renders a text that was replaced by another as removed and added lines. */
export function ChangedLines({label, before, after}: {label: string; before: string; after: string}): VNode {
  const lines = (text: string, kind: DiffKind): [DiffKind, string][] =>
    text === ''
      ? []
      : text
          .replace(/\n$/, '')
          .split('\n')
          .slice(0, MOST_LINES)
          .map((line) => [kind, `${SIGNS[kind]}${line}`]);
  return <DiffRows label={label} lines={[...lines(before, 'del'), ...lines(after, 'add')]} />;
}

function kindOf(line: string): DiffKind {
  if (/^(?:@@|diff --git|index |--- |\+\+\+ )/.test(line)) return 'hunk';
  return line.startsWith('+') ? 'add' : line.startsWith('-') ? 'del' : 'same';
}

function DiffRows({label, lines}: {label: string; lines: readonly (readonly [DiffKind, string])[]}): VNode {
  return (
    <div class="diff">
      <Mach label={label}>
        {lines.map(([kind, line], at) => (
          <tr key={at} class={kind === 'same' ? undefined : kind}>
            <td class="sg">{SIGNS[kind]}</td>
            <td>{visible((kind === 'hunk' ? line : line.slice(1)).slice(0, LINE_CHARS))}</td>
          </tr>
        ))}
      </Mach>
    </div>
  );
}
