import {createHash} from 'node:crypto';
import type {VNode} from 'preact';
import type {Finding} from '../../case/types.ts';
import {count, counted} from '../pages/components.tsx';
import {diffFile} from './diff-file.tsx';
import {Painter} from './highlight.ts';
import {Findings, ScrolledText, Text} from './parts.tsx';
import {type ReadDiff, readDiff} from './read-diff.ts';

/** Above it a diff is shown as plain text. */
const MOST_LINES = 5000;
const MOST_CHARS = 1_000_000;

interface DiffViewProps {
  readonly diff: string;
  readonly findings: readonly Finding[];
  readonly id?: string;
  /** Whether the number of files and lines is in front. */
  readonly hasCounts?: boolean;
}

/**
 * A diff, two versions side by side where there is room, with the guard's findings next to its files and lines. `id` begins the
 * addresses in it, which two views of one page may not share; without it they are made of the diff.
 */
export function DiffView({diff, findings, id = idOf(diff), hasCounts = true}: DiffViewProps): VNode {
  const lines = diff.split('\n').length;
  if (diff.trim() === '') return <Plain note="The diff is empty: nothing was changed." diff="" findings={findings} />;
  if (lines > MOST_LINES || diff.length > MOST_CHARS) {
    const note = `A diff of ${count(lines)} lines and ${count(diff.length)} characters is shown as it is; more than ${count(MOST_LINES)} lines or ${count(MOST_CHARS)} characters are not set out.`;
    return <Plain note={note} diff={diff} findings={findings} />;
  }
  const read = readDiff(diff, findings, id);
  if (read === undefined)
    return (
      <Plain
        note="This is no diff that git writes, or some line of it would be lost; it is shown as it is."
        diff={diff}
        findings={findings}
      />
    );
  return <SetOut read={read} id={id} hasCounts={hasCounts} />;
}

function idOf(diff: string): string {
  return `diff-${createHash('sha256').update(diff).digest('hex').slice(0, 8)}`;
}

function Plain({note, diff, findings}: {note: string; diff: string; findings: readonly Finding[]}): VNode {
  return (
    <div class="diff">
      <p class="notice">{note}</p>
      <Findings list={findings.map((finding) => ({finding}))} withPath={true} />
      {diff === '' ? null : <ScrolledText label="The diff as text" text={diff} />}
    </div>
  );
}

function SetOut({read, id, hasCounts}: {read: ReadDiff; id: string; hasCounts: boolean}): VNode {
  const {files, findings, preamble, cut} = read;
  const painter = new Painter();
  // Lines are coloured first, so that it is known here whether some were left.
  const shown = files.map((file, at) => diffFile(file, painter, `${id}-${at + 1}`));
  const sum = (of: 'added' | 'removed'): number => files.reduce((all, file) => all + file[of], 0);
  return (
    <div class="diff" id={id}>
      {hasCounts ? (
        <p class="dim small">
          {counted(files.length, 'file')}, {counted(sum('added'), 'line')} added, {count(sum('removed'))} removed
        </p>
      ) : null}
      <Findings list={findings} withPath={true} />
      {painter.left ? <p class="notice">Lines that are very long, or very many, are shown without colours.</p> : null}
      {preamble === '' ? null : <Text text={preamble} />}
      {shown}
      {cut ? <p class="notice warn">The diff is cut here; the rest of it is not shown.</p> : null}
    </div>
  );
}
