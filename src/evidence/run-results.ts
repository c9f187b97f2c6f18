import {lstat} from 'node:fs/promises';
import {join} from 'node:path';
import {NO_RESULTS, type RunResults} from '../case/run/run-totals.ts';
import {isOrigin} from '../case/types.ts';
import {openBundleFile} from './bundle.ts';
import {isFlavor, isoTime} from './names.ts';
import {ifMissing} from './unavailable.ts';

/** A port that a run built. */
export interface BuiltPort {
  readonly origin: string;
  readonly flavor?: string;
  /** ISO 8601. */
  readonly atUtc: string;
}

/** Results of a run so far, and which ports built among what was read now. */
export interface ResultsRead {
  readonly results: RunResults;
  readonly built: readonly BuiltPort[];
  /** Lines read now. */
  readonly lines: number;
}

const CHUNK = 1 << 20;
const COUNTED = new Map<string, 'built' | 'failed' | 'ignored' | 'skipped'>([
  ['success', 'built'],
  ['failure', 'failed'],
  ['ignored', 'ignored'],
  ['skipped', 'skipped'],
]);

/** Size of a run's results.txt in bytes; 0 without one. */
export async function resultsSize(dir: string): Promise<number> {
  return (await lstat(join(dir, 'results.txt')).catch(() => undefined))?.size ?? 0;
}

/**
 * Reads on in a run's results.txt after `from`, at most `most` lines. A last line without its newline is left for the next
 * time, since a hook may be writing it. Lines that are no result are skipped. A run without a directory has no results.
 */
export async function readResults(dir: string, from: RunResults = NO_RESULTS, most = Infinity): Promise<ResultsRead> {
  const file = await openBundleFile(dir, 'results.txt').catch(ifMissing);
  if (file === undefined) return {results: from, built: [], lines: 0};
  try {
    let results = from;
    let lines = 0;
    const built: BuiltPort[] = [];
    const buffer = Buffer.alloc(CHUNK);
    while (lines < most) {
      const {bytesRead} = await file.read(buffer, 0, CHUNK, results.bytes);
      const lineBytes = completeLines(buffer.subarray(0, bytesRead), most - lines);
      if (lineBytes.length === 0) break;
      const texts = lineBytes.toString('utf8').split('\n').slice(0, -1);
      for (const text of texts) results = counted(results, text, built);
      results = {...results, bytes: results.bytes + lineBytes.length};
      lines += texts.length;
    }
    return {results, built, lines};
  } finally {
    await file.close();
  }
}

/** Returns the first complete lines of a chunk. A chunk without a newline is no line of a hook, and is skipped. */
function completeLines(chunk: Buffer, most: number): Buffer {
  let end = 0;
  for (let lines = 0; lines < most; lines += 1) {
    const newline = chunk.indexOf(10, end);
    if (newline < 0) break;
    end = newline + 1;
  }
  return end === 0 && chunk.length === CHUNK ? chunk : chunk.subarray(0, end);
}

/** Fields: origin, flavor, package file, result, time, bundle. */
function counted(before: RunResults, line: string, built: BuiltPort[]): RunResults {
  const [origin = '', flavor = '', , result = '', ts = ''] = line.split('\t');
  const kind = COUNTED.get(result);
  if (kind === undefined) return before;
  const atUtc = isoTime(ts);
  const flavored = flavor !== '' && flavor !== origin;
  if (kind === 'built' && atUtc !== undefined && isOrigin(origin) && (!flavored || isFlavor(flavor)))
    built.push({origin, ...(flavored ? {flavor} : {}), atUtc});
  return {...before, [kind]: before[kind] + 1};
}
