import {mkdir, mkdtemp, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {readField} from '../../eval/field/read-field.ts';
import {recipeFigures, replay} from '../../eval/field/replay.ts';

const HEAD = 'number\torigin\ttarget\tfix\tpattern\tdet';
const patchLog = (file: string, patch: string) => [
  '-- Phase: patch',
  `1 out of 1 hunks failed--saving rejects to ${file}.rej`,
  `===>  FAILED Applying dragonfly ${patch}`,
  '*** Error code 1',
];
const buildLog = (...lines: string[]) => ['-- Phase: build', ...lines, '*** Error code 1'];

/** Own failures in the format of the field's. */
const FIXES: readonly (readonly [string, string, readonly string[]])[] = [
  ['alias dropped\tuses-alias-drop\tR', 'right', ['-- Phase: check-sanity', 'Unknown USES=alias', '*** Error code 1']],
  ['USES alias becomes CFLAGS -D__FreeBSD__=9\tuses-alias-cflags\tN', 'right', ['-- Phase: check-sanity', 'Unknown USES=alias']],
  ['condition extended\tuses-alias-cflags\tN', 'review', ['-- Phase: check-sanity', 'Unknown USES=alias']],
  ['patch dropped\tpatch-drop\tN', 'right', patchLog('lib/a.c', 'patch-lib_a.c')],
  ['patch re-cut\tpatch-recut\tN', 'right', patchLog('lib/a.c', 'patch-lib_a.c')],
  ['patch written again\tpatch-recut\tM', 'declined', patchLog('lib/a.c', 'patch-lib_a.c')],
  ['source changed\tsource-patch\tM', 'declined', buildLog('a.c:9:2: error: missing binary operator before token "("')],
  [
    'condition extended\tguard-extend\tN',
    'right',
    buildLog("lib/a.c:91:2: error: 'NAN' undeclared (first use in this function)"),
  ],
];

test('delivered fixes are replayed from their logs, and the figures count what the recipes write', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'portwright-field-test-'));
  try {
    await mkdir(join(dir, 'tune', 'prs'), {recursive: true});
    const rows = FIXES.map(([cells], at) => `${at}\tnet/foo${at}\t@2026Q2\t${cells}`);
    await writeFile(join(dir, 'PRS.tsv'), `${[HEAD, ...rows].join('\n')}\n`);
    for (const [at, [, , log]] of FIXES.entries()) await writeFile(join(dir, 'tune', 'prs', `${at}.log`), `${log.join('\n')}\n`);
    const replayed = (readField(dir) ?? []).map(replay);
    expect(replayed.map(({verdict}) => verdict)).toEqual(FIXES.map(([, verdict]) => verdict));
    expect(recipeFigures(replayed)).toEqual({
      fixes: 8,
      written: 6,
      right: 5,
      review: 1,
      wrong: 0,
      asked: 0,
      declined: 2,
      share: 0.75,
    });
  } finally {
    await rm(dir, {recursive: true, force: true});
  }
});

test('without the table there is nothing to replay', () => {
  expect(readField('/nonexistent')).toBeUndefined();
});
