import type {VNode} from 'preact';
import {count} from '../pages/components.tsx';
import {type Language, languageOf, type Painter} from './highlight.ts';
import {paint} from './paint.ts';
import {FindingNote, Findings, SeverityMark} from './parts.tsx';
import type {Block, Line, Pair, ShownFile, ShownFinding, ShownHunk} from './read-diff.ts';
import {visible} from './visible.ts';

interface Brush {
  readonly painter: Painter;
  readonly language: Language;
  /** Findings that are shown below a line already. */
  readonly placed: Set<string>;
}

/**
 * Renders one file of a diff, with its findings below the lines that they are about; others are in front. A plain function, so that its
 * painter is done when it returns.
 */
export function diffFile(file: ShownFile, painter: Painter, id: string): VNode {
  const {path, notes, added, removed, hunks, findings} = file;
  const placed = new Set<string>();
  const lines = hunks.length === 0 ? undefined : linesTable(file, {painter, language: languageOf(path), placed});
  return (
    <details class="diff-file" id={id} open key={id}>
      <summary>
        <span>
          <code class="path">{visible(path)}</code> <span class="plus">+{count(added)}</span>{' '}
          <span class="minus">−{count(removed)}</span>
          {notes.map((note) => (
            <span key={note} class="dim">
              {' '}
              {visible(note)}
            </span>
          ))}
        </span>
      </summary>
      <Findings list={findings.filter(({id: of}) => !placed.has(of))} withPath={false} />
      {lines ?? <p class="dim">Git shows no lines of it.</p>}
    </details>
  );
}

function linesTable({path, added, removed, hunks}: ShownFile, brush: Brush): VNode {
  const side = removed === 0 ? ' only-after' : added === 0 ? ' only-before' : '';
  return (
    <table class={`diff-lines${side}`}>
      <caption class="unseen">Changes of {visible(path)}</caption>
      <thead>
        <tr>
          <th scope="col" class="before">
            Before
          </th>
          <th scope="col" class="after">
            After
          </th>
        </tr>
      </thead>
      {hunks.map((hunk) => shownHunk(hunk, brush))}
    </table>
  );
}

function shownHunk({head, blocks}: ShownHunk, brush: Brush): VNode[] {
  return [
    <tbody key={head} class="hunk">
      <tr>
        <td colSpan={2}>{visible(head)}</td>
      </tr>
    </tbody>,
    ...blocks.map((block) => shownBlock(block, brush)),
  ];
}

function shownBlock({kind, pairs}: Block, brush: Brush): VNode {
  return <tbody class={`block ${kind}`}>{pairs.map((pair) => shownPair(pair, brush))}</tbody>;
}

function shownPair({before, after}: Pair, brush: Brush): VNode {
  return (
    <tr>
      {shownLine(before, 'before', brush)}
      {shownLine(after, 'after', brush)}
    </tr>
  );
}

const SIGNS = {same: ' ', old: '-', new: '+'} as const;

function shownLine(line: Line | undefined, side: 'before' | 'after', {painter, language, placed}: Brush): VNode {
  if (line === undefined) return <td class={`line none ${side}`} />;
  const {number, text, kind, changed, findings} = line;
  return (
    <td class={`line ${kind} ${side}${findings.length > 0 ? ' found' : ''}`}>
      <div class="line-parts">
        <span class="line-number">{number}</span>
        <span class="sign">{SIGNS[kind]}</span>
        <code>
          {paint(painter.pieces(text, language), changed).map(({text: part, classes}, at) =>
            classes === '' ? (
              part
            ) : (
              <span key={at} class={classes}>
                {part}
              </span>
            ),
          )}
        </code>
      </div>
      {findings.map((one) => lineFinding(one, placed))}
    </td>
  );
}

/** Renders a finding below the first line that it is about; further lines link to it. */
function lineFinding({id, finding}: ShownFinding, placed: Set<string>): VNode {
  const {severity, rule, reason} = finding;
  if (placed.has(id))
    return (
      <a key={id} class="line-finding" href={`#${id}`}>
        <SeverityMark severity={severity} /> {visible(rule)}
      </a>
    );
  placed.add(id);
  return <FindingNote key={id} id={id} severity={severity} rule={rule} reason={reason} />;
}
