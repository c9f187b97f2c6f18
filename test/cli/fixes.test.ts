import {readdirSync, rmSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {ensureFixIndex, persistFix, readFixes} from '../../src/evidence/fixes.ts';
import {KeptCase} from './kept-case.ts';
import {portwright} from './program.ts';

const DIFF = 'diff --git a/ports/devel/foo/Makefile.DragonFly b/ports/devel/foo/Makefile.DragonFly\n+USES+= gmake\n';

let kept: KeptCase;
beforeEach(() => {
  kept = new KeptCase();
});
afterEach(() => kept.remove());

const run = (...args: string[]) => portwright(['fixes', ...args], {LOGS_ROOT: kept.logs});

async function closedAsFixed(): Promise<ReturnType<KeptCase['archive']>> {
  const triage = {classification: 'compile-error', confidence: 'high', platform: 'generic', rootCause: 'gmake is needed'};
  return kept.archive({outcome: 'fixed', signature: '0123456789abcdef', triage, attempts: [await kept.proved(1, DIFF)]});
}

test('lists fixes from the archives, with a diff where it is asked for', async () => {
  await closedAsFixed();
  const {code, stdout} = await run();
  expect(code).toBe(0);
  expect(stdout).toMatch(/^\S+ +devel\/foo +@main +compile-error +unreviewed +a model +0123456789abcdef$/m);
  expect((await run('--diff', '--origin', 'devel/foo')).stdout).toContain('gmake is needed\n\ndiff --git');
  expect(JSON.parse((await run('--json', '--class', 'compile-error')).stdout)).toMatchObject([
    {verdict: 'unreviewed', diffText: DIFF},
  ]);
  expect((await run('--class', 'plist-error')).stdout).toContain('No proved fix of class plist-error is known');
});

test('a verdict that comes later is kept, and nothing is lost with the directory', async () => {
  const status = await closedAsFixed();
  await ensureFixIndex(kept.evidence.root);
  await persistFix(kept.evidence.root, {...status, accepted: {by: 'ann', atUtc: '2026-02-01T00:00:00Z'}});
  expect(await readFixes(kept.evidence.root)).toMatchObject([{verdict: 'accepted'}]);
  expect(readdirSync(join(kept.evidence.root, 'fixes')).filter((name) => name !== '.whole')).toEqual(['run.json']);
  writeFileSync(join(kept.evidence.root, 'fixes', 'broken.json'), '{');
  expect(await readFixes(kept.evidence.root)).toHaveLength(1);
  rmSync(join(kept.evidence.root, 'fixes'), {recursive: true});
  expect((await run()).stdout).toContain('unreviewed');
});

test('refuses what is no origin and no signature', async () => {
  expect(await run('--origin', 'foo')).toMatchObject({code: 2, stderr: expect.stringContaining('category/port')});
  expect(await run('--signature', 'xyz')).toMatchObject({code: 2, stderr: expect.stringContaining('16 hex digits')});
});
