import {readFile} from 'node:fs/promises';
import {join} from 'node:path';
import {type AttemptResult, proofSummary} from '../case/status.ts';
import {plainText} from '../case/text/plain-text.ts';
import {type OpenedCase, openAttemptBundle, openCase} from './open-case.ts';
import {styledDiff} from './terminal.ts';

export interface DiffOptions {
  /** Number of an attempt; the newest that has a diff unless given. */
  readonly attempt?: number;
  readonly json?: boolean;
}

/** `portwright diff CASE`: prints the newest recorded diff, byte by byte unless it goes to a terminal: `| git apply` takes it. */
export async function diff(name: string, options: DiffOptions): Promise<void> {
  const opened = await openCase(name);
  const attempt = chosen(opened, options.attempt);
  const bytes = await read(opened, attempt);
  if (options.json) {
    const about = {attempt: attempt?.attempt ?? null, by: attempt?.by ?? null, proof: proofSummary(attempt?.proof) ?? null};
    return console.log(
      JSON.stringify({case: opened.id, ...about, sha256: attempt?.diff ?? null, diff: bytes.toString('utf8')}, null, 2),
    );
  }
  if (process.stdout.isTTY) process.stdout.write(styledDiff(plainText(bytes.toString('utf8'))));
  else process.stdout.write(bytes);
}

function chosen({id, status}: OpenedCase, number: number | undefined): AttemptResult | undefined {
  const attempts = status?.attempts ?? [];
  if (number === undefined) return attempts.findLast((one) => one.diff !== undefined);
  const found = attempts.find((one) => one.attempt === number);
  if (found?.diff !== undefined) return found;
  const have = attempts.filter((one) => one.diff !== undefined).map((one) => one.attempt);
  throw new Error(
    `Attempt ${number} of ${id} has no recorded diff; ${have.length === 0 ? 'none has' : `these have: ${have.join(', ')}`}.`,
  );
}

/** Reads the record; an archive whose records are gone still has the last one as analysis/changes.diff. */
async function read(opened: OpenedCase, attempt: AttemptResult | undefined): Promise<Buffer> {
  const {dir, store} = await openAttemptBundle(opened, attempt);
  const recorded = attempt?.diff === undefined ? undefined : await readFile(store.path(attempt.diff)).catch(() => undefined);
  const found = recorded ?? (await readFile(join(dir, 'analysis', 'changes.diff')).catch(() => undefined));
  if (found === undefined || found.length === 0)
    throw new Error(`${opened.id} has no recorded diff yet. \`portwright show\` shows its phase.`);
  return found;
}
