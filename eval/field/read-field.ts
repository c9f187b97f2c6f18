import {execFileSync} from 'node:child_process';
import {existsSync, mkdtempSync, readFileSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {RootCauseScan, type RootCauses} from '../../src/case/evidence/root-causes/index.ts';

/** A delivered fix of the field: facts of PRS.tsv, and what the log of its failure shows. */
export interface FieldFix {
  readonly number: string;
  readonly origin: string;
  readonly target: string;
  /** What was done, in a few words. */
  readonly fix: string;
  /** Kind of the fix. */
  readonly pattern: string;
  /** Whether rules could write it: R and N yes, P the first error of several, M no. */
  readonly det: string;
  readonly causes: RootCauses;
}

/**
 * Returns the delivered fixes of a directory with PRS.tsv and tune.tar.xz, or an unpacked tune/; undefined if it has none. The logs are
 * unpacked to a temporary directory, since they are not ours to copy.
 */
export function readField(dir: string): FieldFix[] | undefined {
  const table = join(dir, 'PRS.tsv');
  if (!existsSync(table)) return undefined;
  const unpacked = mkdtempSync(join(tmpdir(), 'portwright-field-'));
  try {
    if (!existsSync(join(dir, 'tune'))) execFileSync('tar', ['-xf', join(dir, 'tune.tar.xz'), '-C', unpacked]);
    const logs = join(existsSync(join(dir, 'tune')) ? dir : unpacked, 'tune', 'prs');
    const [head = [], ...rows] = readFileSync(table, 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => line.split('\t'));
    return rows.map((row) => {
      const cell = (name: string): string => row[head.indexOf(name)] ?? '';
      const names = {number: cell('number'), origin: cell('origin'), target: cell('target'), fix: cell('fix')};
      return {...names, pattern: cell('pattern'), det: cell('det'), causes: causesOf(join(logs, `${names.number}.log`))};
    });
  } finally {
    rmSync(unpacked, {recursive: true, force: true});
  }
}

function causesOf(log: string): RootCauses {
  const scan = new RootCauseScan();
  scan.take(readFileSync(log));
  return scan.finish();
}
