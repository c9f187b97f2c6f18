import {createHash} from 'node:crypto';
import {normaliseLine} from '../case/evidence/root-causes/index.ts';

/** Lines that name a cause by themselves; the hook's patterns (docs/evidence.md), and the compilers' own forms. */
const CAUSE =
  /error:|undefined reference|CMake Error|configure: error|meson\.build:.*ERROR|[Hh]unks? (failed|FAILED)|FAILED Applying|Error: (Orphaned|Missing)|Unknown USES|Missing license|Checksum mismatch|depends on .* not found|non[- ]existing origin|No packages available/;
const WEAK = /ERROR: |No such file or directory|[Ee]rror|FAILED|[Ff]atal|[Cc]annot|not found|don't know how to make/;
/** What follows from a failure, and what dsynth and errors.txt themselves write. */
const CONSEQUENCE =
  /Error code \d|^\s*(\d+ error|Stop\.|`all' not remade)|make(\[\d+\])?: |stopped (in|making)|ninja: build stopped|collect2: error|^FAILED \d\d:|^== |^-{3,}$|^-- Phase: |TOTAL TIME|^logfile: |^\[truncated to |errors? generated|^\[\.\.\. /;

interface Line {
  readonly text: string;
  /** From a grep-like part, where it matched. */
  readonly matched: boolean;
}

function linesOf(errorsTxt: string): Line[] {
  let grepLike = false;
  const lines: Line[] = [];
  for (const raw of errorsTxt.split('\n')) {
    if (raw.startsWith('== ')) grepLike = !/^== (Summary|Tail)/.test(raw);
    const found = grepLike ? /^(\d+)([:-])(.*)$/.exec(raw) : null;
    lines.push({text: (found?.[3] ?? raw).trim(), matched: found?.[2] === ':'});
  }
  return lines;
}

/**
 * The first line of an errors.txt that names a real cause: matches before the tail, plain causes before weaker hints,
 * never a heading or a consequence such as `*** Error code 1`. Empty if there is none.
 */
export function causeLine(errorsTxt: string): string {
  if (errorsTxt.startsWith('missing_log=1')) return 'missing_log=1';
  const lines = linesOf(errorsTxt).filter((line) => line.text !== '' && !CONSEQUENCE.test(line.text));
  const first = (pattern: RegExp, matched: boolean) =>
    lines.find((line) => (line.matched || !matched) && pattern.test(line.text));
  const line = first(CAUSE, true) ?? first(CAUSE, false) ?? first(WEAK, true) ?? first(WEAK, false) ?? lines.at(-1);
  return line?.text ?? '';
}

/**
 * 16 hex digits that two failures share when their first cause line is the same but for paths, versions and numbers.
 * Empty where no line names a cause: such failures have nothing in common.
 */
export function errorSignature(errorsTxt: string): string {
  const line = normaliseLine(causeLine(errorsTxt));
  return line === '' ? '' : createHash('sha256').update(line).digest('hex').slice(0, 16);
}
