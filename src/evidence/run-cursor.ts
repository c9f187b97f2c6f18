import {lstat} from 'node:fs/promises';
import {join} from 'node:path';
import {NO_RESULTS, type RunEnd, type RunResults} from '../case/run/run-totals.ts';
import {keyValues} from './names.ts';
import {readBundleFile} from './reading.ts';
import {writeAtomically} from './write-atomically.ts';

/** What of a run has been delivered: runs/<run_id>/.delivered. */
export interface RunCursor {
  readonly results: RunResults;
  readonly end?: RunEnd['kind'];
  /** When it was last delivered, milliseconds; undefined: never. */
  readonly atMs?: number;
}

const NAME = '.delivered';

export async function readCursor(dir: string): Promise<RunCursor> {
  const file = await readBundleFile(dir, NAME, 4096).catch(() => undefined);
  const found = file && (await lstat(join(dir, NAME)).catch(() => undefined));
  if (!file || !found) return {results: NO_RESULTS};
  const values = keyValues(file.text);
  const number = (key: string): number => Number(values.get(key)) || 0;
  const end = values.get('end');
  return {
    results: {
      bytes: number('bytes'),
      built: number('built'),
      failed: number('failed'),
      ignored: number('ignored'),
      skipped: number('skipped'),
    },
    atMs: found.mtimeMs,
    ...(end === 'ended' || end === 'abandoned' ? {end} : {}),
  };
}

export async function writeCursor(dir: string, {results, end}: RunCursor): Promise<void> {
  const fields = end === undefined ? results : {...results, end};
  const lines = Object.entries(fields).map(([key, value]) => `${key}=${value}\n`);
  await writeAtomically(dir, NAME, lines.join(''));
}
