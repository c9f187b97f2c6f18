import {existsSync, readFileSync, writeFileSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {gzipSync} from 'node:zlib';
import type {Break} from './break.ts';
import {sumOf} from './frame.ts';

const CORPUS = join(dirname(fileURLToPath(import.meta.url)), '..');
const LABELS = join(CORPUS, 'labels.json');

/** What labels.json says of one log. */
export interface Label {
  readonly log: string;
  readonly source: string;
  readonly half: 'tune' | 'judge';
  readonly causeLines: readonly number[];
  readonly class: string;
  readonly family: string;
  readonly note: string;
}

/** Keeps a log with its label: the lines of the failing phase that match. Throws if none does, or so many that any choice would be right. */
export function labelled(
  one: Pick<Break, 'name' | 'source' | 'fails' | 'cause' | 'class' | 'family' | 'note'>,
  log: Buffer,
): Label {
  const lines = log.toString('latin1').split('\n');
  const from = lines.indexOf(`-- Phase: ${one.fails}`);
  const causeLines = lines.flatMap((line, at) => (at > from && one.cause.test(line) ? [at + 1] : []));
  if (from < 0 || causeLines.length === 0 || causeLines.length > 400)
    throw new Error(`${one.name}: ${causeLines.length} lines match ${one.cause}.`);
  // Whose machine made the log is nobody's business.
  const home = `${process.env.HOME ?? '/root'}/`;
  const kept = Buffer.from(log.toString('latin1').replaceAll(home, '/construction/home/'), 'latin1');
  writeFileSync(join(CORPUS, `${one.name}.log.gz`), gzipSync(kept, {level: 9}));
  const label: Label = {
    log: `${one.name}.log.gz`,
    source: one.source,
    half: halfOf(one.source),
    causeLines,
    class: one.class,
    family: one.family,
    note: one.note,
  };
  write(label);
  return label;
}

/** By the source's name, so that no source is in both halves. */
function halfOf(source: string): 'tune' | 'judge' {
  return sumOf(source) % 2 === 0 ? 'tune' : 'judge';
}

function write(label: Label): void {
  const before = existsSync(LABELS) ? (JSON.parse(readFileSync(LABELS, 'utf8')) as Label[]) : [];
  const all = [...before.filter((one) => one.log !== label.log), label].sort((a, b) => (a.log < b.log ? -1 : 1));
  writeFileSync(LABELS, `${JSON.stringify(all, null, 1)}\n`);
}
