import {maskSecrets} from '../evidence/secrets.ts';
import {HIDDEN_IN_SOURCE, LOOK_ALIKE, WIDE_BLANK} from '../text/hidden.ts';
import type {Rule} from './finding.ts';
import {MAX_CHARS} from './forms.ts';
import type {TouchedFile} from './touched.ts';

/** A blank run of this length, or a line of this length, moves text out of a reviewer's window. */
const RUN = 100;
const LONGEST = 1500;

/** Rules on text that a reviewer does not see, or sees as another text. A policy may change their severities. */
export const TEXTS: readonly Rule[] = [
  {
    name: 'binary',
    severity: 'ask',
    protects: 'reviewable changes',
    check: ({binary}) => (binary ? 'A binary file cannot be reviewed.' : undefined),
  },
  {
    name: 'hidden-text',
    severity: 'ask',
    protects: 'changes without hidden characters',
    check(file) {
      const line = file.raw.find((one) => hides(file, one)) ?? (hides(file, file.path) ? file.path : undefined);
      return line && `A line has invisible characters: ${JSON.stringify(line.slice(0, 120))}`;
    },
  },
  {
    name: 'look-alike',
    severity: 'ask',
    protects: 'names, targets and paths in ASCII',
    check(file) {
      const line = [file.path, ...lookAlikes(file)].find((one) => LOOK_ALIKE.test(one));
      return line && `A character of another script resembles an ASCII one: ${JSON.stringify(line.trim().slice(0, 120))}`;
    },
  },
  {
    name: 'out-of-sight',
    severity: 'ask',
    protects: 'lines that fit a reviewer’s window',
    check({raw, added}) {
      const line =
        raw.find((one) => one.length > LONGEST || hasLongRun(one)) ??
        Object.values(added)
          .flat()
          .find((one) => one.length > MAX_CHARS);
      return line && `A line continues far to the right: ${line.replace(/\s{20,}/g, ' … ').slice(0, 60)} … ${line.slice(-100)}`;
    },
  },
  {
    name: 'secret',
    severity: 'ask',
    protects: 'the tree from keys, tokens and passwords',
    check({raw}) {
      const all = raw.join('\n');
      const line = maskSecrets(all) === all ? undefined : raw.find((one) => maskSecrets(one) !== one);
      return line && `This looks like a secret: ${maskSecrets(line).slice(0, 200)}`;
    },
  },
];

/** Form feeds and carriage returns are usual in the sources that patches change, and nowhere else. */
function hides(file: TouchedFile, line: string): boolean {
  if (file.patched.length > 0 && file.added.make.length === 0) return HIDDEN_IN_SOURCE.test(line);
  return HIDDEN_IN_SOURCE.test(line) || /[\r\f]/.test(line) || WIDE_BLANK.test(line);
}

/** Lines that make, overlay.dops or a packing list read, and words of other files that mix scripts. */
function lookAlikes({added, raw, within}: TouchedFile): string[] {
  const read = [...added.make, ...added.fragment, ...added.plist, ...added.script].filter((line) => !/^\s*#/.test(line));
  const names = within?.endsWith('.dops') ? raw.filter((line) => !/^\s*#/.test(line)) : [];
  const mixed = [...added.source, ...added.other].flatMap(
    (line) => line.match(/[A-Za-z_][\p{L}\p{N}_]{0,60}|[\p{Script=Greek}\p{Script=Cyrillic}][\p{L}\p{N}_]{0,60}[A-Za-z]/gu) ?? [],
  );
  return [...read, ...names, ...mixed];
}

function hasLongRun(line: string): boolean {
  const runs = line.trimEnd().match(/\s{12,}/g) ?? [];
  return runs.some((run) => run.length + 7 * (run.split('\t').length - 1) >= RUN);
}
