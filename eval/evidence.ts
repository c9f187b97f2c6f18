import {readFileSync} from 'node:fs';
import {fileURLToPath} from 'node:url';
import {gunzipSync} from 'node:zlib';
import {plainLine, RootCauseScan, rootCauseText} from '../src/case/evidence/root-causes/index.ts';

/** A labelled log of `test/corpus/`. */
export interface Label {
  readonly log: string;
  readonly source: string;
  readonly half: 'tune' | 'judge';
  /** Lines that name the cause, from 1. */
  readonly causeLines: readonly number[];
  readonly class: string;
  readonly family: string;
  readonly note: string;
}

/** Result of the selection on one log. */
export interface Score {
  readonly label: Label;
  readonly contained: boolean;
  readonly rankedFirst: boolean;
  /** Size of the selected text. */
  readonly bytes: number;
  /** The first finding: line number and text. */
  readonly first: string;
}

/** Number of characters of a line that are compared; the text leaves out the middle of lines of more than 200. */
const COMPARED = 100;
const CORPUS = fileURLToPath(new URL('../test/corpus/', import.meta.url));

export function readLabels(): Label[] {
  return JSON.parse(readFileSync(`${CORPUS}labels.json`, 'utf8')) as Label[];
}

/** Returns the log, unpacked. */
export function readLog(label: Label): Buffer {
  return gunzipSync(readFileSync(CORPUS + label.log));
}

/** Scores a log. Contained: one of the labelled lines is in the selected text. Ranked first: it is the first finding. */
export function scoreLabel(label: Label): Score {
  const log = readLog(label);
  const scan = new RootCauseScan();
  scan.take(log);
  const causes = scan.finish();
  const text = rootCauseText(causes);
  const [first] = causes.findings;
  return {
    label,
    contained: isContained(text, label, log),
    rankedFirst: first !== undefined && label.causeLines.includes(first.line),
    bytes: Buffer.byteLength(text),
    first: first === undefined ? '' : `${first.line}: ${first.text.slice(0, 120)}`,
  };
}

/** Checks the line numbers in the findings' titles, then the context lines, which are truncated as in the text. */
function isContained(text: string, {causeLines}: Label, log: Buffer): boolean {
  const titled = new Set([...text.matchAll(/^\d+\. line (\d+),/gm)].map((found) => Number(found[1])));
  if (causeLines.some((line) => titled.has(line))) return true;
  const shown = new Set([...text.matchAll(/^[> ] (.*\S.*)$/gm)].map(([, line = '']) => line.slice(0, COMPARED)));
  return pickLines(log, causeLines).some((line) => shown.has(plainLine(line).slice(0, COMPARED)));
}

/** Returns some lines of a log, without decoding all of it. */
function pickLines(log: Buffer, wanted: readonly number[]): string[] {
  const want = new Set(wanted);
  const found: string[] = [];
  for (let line = 1, at = 0; at < log.length && found.length < want.size; line += 1) {
    const end = log.indexOf(10, at);
    const stop = end < 0 ? log.length : end;
    if (want.has(line)) found.push(log.toString('utf8', at, stop));
    at = stop + 1;
  }
  return found;
}

export interface Figures {
  readonly logs: number;
  readonly contained: number;
  readonly rankedFirst: number;
  readonly medianBytes: number;
}

/** Computes shares from 0 to 1, and the median size of the selected texts. */
export function computeFigures(scores: readonly Score[]): Figures {
  const share = (count: number): number => Math.round((count / Math.max(1, scores.length)) * 1000) / 1000;
  const sizes = scores.map((one) => one.bytes).sort((a, b) => a - b);
  return {
    logs: scores.length,
    contained: share(scores.filter((one) => one.contained).length),
    rankedFirst: share(scores.filter((one) => one.rankedFirst).length),
    medianBytes: sizes[Math.floor(sizes.length / 2)] ?? 0,
  };
}
