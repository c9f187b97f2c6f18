import type {ComponentChildren, VNode} from 'preact';
import type {Finding, Severity} from '../../case/types.ts';
import {Icon} from '../components/icon.tsx';
import {count} from '../pages/components.tsx';
import {renderMarkdown} from './markdown.ts';
import type {BuildVerdict} from './turns.ts';
import {visible} from './visible.ts';

export type Tone = 'good' | 'bad' | 'warn' | 'busy' | 'plain';

const PILLS: Readonly<Record<Tone, string>> = {
  good: 'pill ok',
  bad: 'pill bad',
  warn: 'pill warn',
  busy: 'pill run',
  plain: 'pill',
};

/** A label in the colour of its tone. */
export function Mark({tone, children}: {tone: Tone; children: ComponentChildren}): VNode {
  return <span class={PILLS[tone]}>{children}</span>;
}

const SEVERITY_TONES: Readonly<Record<Severity, Tone>> = {refuse: 'bad', ask: 'warn', note: 'plain'};

export function SeverityMark({severity}: {severity: Severity}): VNode {
  return <Mark tone={SEVERITY_TONES[severity] ?? 'plain'}>{severity}</Mark>;
}

const SEVERITY_NAMES: Readonly<Record<Severity, string>> = {
  refuse: 'Guard refuses:',
  ask: 'Guard asks you:',
  note: 'Guard, note:',
};
const SEVERITY_CLASSES: Readonly<Record<Severity, string>> = {refuse: 'finding bad', ask: 'finding warn', note: 'finding'};

interface NoteProps extends Pick<Finding, 'severity' | 'rule' | 'reason'> {
  readonly id?: string | undefined;
  /** Path in the overlay, where the finding is not below its line. */
  readonly path?: string | undefined;
}

/** Renders a finding of the guard: how severe, why, where, by which rule. */
export function FindingNote({id, severity, rule, reason, path = ''}: NoteProps): VNode {
  return (
    <div class={SEVERITY_CLASSES[severity] ?? 'finding'} id={id} data-finding>
      <Icon name={severity === 'note' ? 'note' : 'alert'} tone={SEVERITY_ICON_TONES[severity]} />
      <div class="break">
        <strong>{SEVERITY_NAMES[severity] ?? 'Guard:'}</strong> {path === '' ? null : <code>{visible(path)}</code>}{' '}
        {visible(reason)} <span class="tag">{visible(rule)}</span>
      </div>
    </div>
  );
}

const SEVERITY_ICON_TONES: Readonly<Record<Severity, 'bad' | 'warn' | 'calm'>> = {refuse: 'bad', ask: 'warn', note: 'calm'};

/** Renders findings of the guard as a list. */
export function Findings({list, withPath}: {list: readonly {id?: string; finding: Finding}[]; withPath: boolean}): VNode | null {
  if (list.length === 0) return null;
  return (
    <ul class="findings">
      {list.map(({id, finding: {severity, rule, path, reason}}, at) => (
        <li key={at}>
          <FindingNote id={id} severity={severity} rule={rule} reason={reason} path={withPath ? path : undefined} />
        </li>
      ))}
    </ul>
  );
}

const BUILD_TONES: Readonly<Record<BuildVerdict, readonly [Tone, string]>> = {
  passed: ['good', 'built'],
  failed: ['bad', 'build failed'],
  refused: ['warn', 'build refused'],
};

export function BuildMark({verdict}: {verdict: BuildVerdict | undefined}): VNode | null {
  if (verdict === undefined) return null;
  const [tone, label] = BUILD_TONES[verdict];
  return <Mark tone={tone}>{label}</Mark>;
}

/** Untrusted text, complete and unchanged; only invisible characters are written out. */
export function Text({text}: {text: string}): VNode {
  return <pre class="wrapped whole">{asIs(text)}</pre>;
}

/** A long text that scrolls within the page, also by keyboard. */
export function ScrolledText({label, text}: {label: string; text: string}): VNode {
  return (
    <section class="scrolled" tabIndex={0} aria-label={visible(label)}>
      <Text text={text} />
    </section>
  );
}

/** HTML leaves out a newline that a `pre` begins with. */
function asIs(text: string): string {
  return text.startsWith('\n') ? `\n${visible(text)}` : visible(text);
}

const FOLDED_LINES = 24;
const FOLDED_CHARS = 2400;
/** Characters of one text that a page shows among many others. */
const SHOWN_CHARS = 50_000;

/** A text with what it is; a long one to be opened, a very long one without its end. */
export function LabelledText({label, text, id}: {label: string; text: string; id: string}): VNode {
  const lines = text.replace(/\n$/, '').split('\n').length;
  const shown = <CutText label={`${label}, ${id}`} text={text} />;
  if (lines <= FOLDED_LINES && text.length <= FOLDED_CHARS)
    return (
      <div class="labelled">
        <span class="label">{visible(label)}</span>
        {shown}
      </div>
    );
  return (
    <details class="labelled" id={id}>
      <summary>
        <span class="label">{visible(label)}</span>{' '}
        <span class="dim">
          {count(lines)} {lines === 1 ? 'line' : 'lines'}, {count(text.length)} characters
        </span>
      </summary>
      {shown}
    </details>
  );
}

function CutText({label, text}: {label: string; text: string}): VNode {
  if (text.length <= FOLDED_CHARS) return <Text text={text} />;
  const rest = text.length - SHOWN_CHARS;
  return (
    <>
      <ScrolledText label={label} text={text.slice(0, SHOWN_CHARS)} />
      {rest > 0 ? <p class="dim">{count(rest)} characters more are in the session.</p> : null}
    </>
  );
}

/** Markdown of a model below a heading of level `under`. */
export function Markdown({text, under}: {text: string; under: number}): VNode {
  // markdown-it without HTML escapes all that it does not write itself.
  return <div class="words" dangerouslySetInnerHTML={{__html: renderMarkdown(text, under)}} />;
}

/** A share as a bar; the figure is next to it. */
export function Meter({percent}: {percent: number}): VNode {
  return (
    <svg class="meter" viewBox="0 0 50 8" width="50" height="8" aria-hidden="true" focusable="false">
      <rect class="track" width="50" height="8" rx="2" />
      <rect class="share" width={Math.max(0, Math.min(100, percent)) / 2} height="8" rx="2" />
    </svg>
  );
}
