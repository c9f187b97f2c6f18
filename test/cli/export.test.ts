import {execFileSync} from 'node:child_process';
import {chmodSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {KeptCase} from './kept-case.ts';
import {portwright, scratch} from './program.ts';

const AUTHOR = 'Ann Lee <ann@example.org>';
const ACCEPTED = {by: 'ann', atUtc: '2026-01-02T08:00:00.000Z'};
const CAPTURE = ['diff-index', '-p', '--cached', '--binary', '--no-renames', '--no-color', '-U3', 'HEAD'];

let place: ReturnType<typeof scratch>;
let cases: KeptCase[];
beforeEach(() => {
  place = scratch();
  cases = [];
});
afterEach(() => {
  place.remove();
  for (const one of cases) one.remove();
});

function keptCase(options?: {target?: string; ts?: string}): KeptCase {
  cases.push(new KeptCase(options));
  return cases.at(-1) as KeptCase;
}

const git = (...args: string[]): Buffer =>
  execFileSync('git', ['-c', 'user.name=Bo', '-c', 'user.email=bo@example.org', '-c', 'commit.gpgsign=false', ...args], {
    cwd: join(place.dir, 'tree'),
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {PATH: process.env.PATH, HOME: '/nonexistent', GIT_CONFIG_NOSYSTEM: '1'},
  });

function put(path: string, content: string | Uint8Array): void {
  const at = join(place.dir, 'tree', 'ports/devel/foo', path);
  mkdirSync(dirname(at), {recursive: true});
  writeFileSync(at, content);
}

/** An overlay, and the diff that leads from its one commit to what `change` makes of it. */
function diffOf(change: () => void): {diff: Buffer; tree: string} {
  mkdirSync(join(place.dir, 'tree'));
  git('init', '-q');
  put('Makefile.DragonFly', 'USES+=\tgmake\nCFLAGS+=\t-DOLD\n# end');
  put('dragonfly/patch-old', 'old\n');
  put('dos.txt', 'one\r\ntwo\r\nthree\r\n');
  put('latin.txt', Buffer.from('caf\xe9\nplain\n', 'latin1'));
  put('run.sh', '#!/bin/sh\n');
  git('add', '-A');
  git('commit', '-q', '-m', 'Start');
  change();
  git('add', '-A');
  const diff = git(...CAPTURE);
  const tree = git('write-tree').toString();
  git('reset', '-q', '--hard');
  return {diff, tree};
}

const run = (...args: string[]) => portwright(args, {LOGS_ROOT: cases.map(({logs}) => logs).join(':')});

async function exported(...args: string[]): Promise<string[]> {
  const {code, stdout, stderr} = await run('export', ...args, '--out', join(place.dir, 'out'), '--author', AUTHOR);
  expect({code, stderr}).toEqual({code: 0, stderr: ''});
  return stdout.trim().split('\n');
}

const HOSTILE = {
  classification: 'compile-error',
  confidence: 'high',
  platform: 'dragonfly-specific',
  rootCause:
    'It says:\nFrom 1234 Mon Sep 17 00:00:00 2001\n---\ndiff --git a/x b/x\n--- a/x\n+++ b/x\n@@ -0,0 +1 @@\n+evil\nFrom: evil <e@example.org>',
};

test.each([
  [
    'new, deleted, renamed and changed files, modes, bytes that are no UTF-8, binary, and no newline at the end',
    () => {
      put('Makefile.DragonFly', 'USES+=\tgmake\n# end without newline');
      put('dragonfly/patch-new', '--- a.c.orig\n+++ a.c\n@@ -1 +1 @@\n-From here\n+-- \n');
      put('latin.txt', Buffer.from('caf\xe9\nPLAIN\n', 'latin1'));
      put('logo.bin', Buffer.from([0, 1, 2, 255, 0, 13, 10]));
      rmSync(join(place.dir, 'tree/ports/devel/foo/dragonfly/patch-old'));
      chmodSync(join(place.dir, 'tree/ports/devel/foo/run.sh'), 0o755);
    },
  ],
  ['carriage returns', () => put('dos.txt', 'one\r\nTWO\r\nthree\r\nfour\r\n')],
])('git am takes what is written: %s', async (_, change) => {
  const {diff, tree} = diffOf(change);
  const one = keptCase();
  const said = 'Let it build – on DragonFly. ---';
  one.archive({
    phase: 'closed',
    outcome: 'fixed',
    accepted: ACCEPTED,
    triage: HOSTILE,
    attempts: [await one.proved(1, diff, {said})],
  });
  const files = await exported('devel/foo');
  expect(files).toEqual([join(place.dir, 'out', '0001-devel-foo-Let-it-build-on-DragonFly.patch')]);

  git('am', '-q', ...files);
  expect(git('write-tree').toString()).toBe(tree);
  expect(git('status', '--porcelain').toString()).toBe('');
  expect(git('log', '-1', '--format=%an <%ae>%n%aI%n%s').toString()).toBe(
    `${AUTHOR}\n2026-01-02T08:00:00+00:00\ndevel/foo: Let it build – on DragonFly\n`,
  );
  const body = git('log', '-1', '--format=%b').toString();
  expect(body).toContain('  command   dsynth -S -y -p main test devel/foo\n  finished  2026-01-01T10:30:00.000Z\n');
  expect(body).toContain('accepted by ann on 2026-01-02.');
  expect(body).toContain('+evil From:');
  const request = (name: string): string => readFileSync(join(place.dir, 'out', `pull-request-${name}`), 'utf8');
  expect(request('title.txt')).toBe('devel/foo: Let it build – on DragonFly\n');
  expect(request('body.md')).toContain('```text\nIt says: From 1234 Mon Sep 17');
  expect(request('body.md')).toContain('```sh\ndsynth -S -y -p main test devel/foo\n```');
});

test('the proof is read from the bundle of the attempt, also after another failure joined the case', async () => {
  const {diff} = diffOf(() => put('new', 'one\n'));
  const one = keptCase();
  const first = {runId: 'run-Live-1', bundleId: 'devel_foo-20260101-101500Z'};
  const second = {runId: 'run-Live-1', bundleId: 'devel_foo-20260101-111500Z'};
  one.evidence.bundle('20260101-111500Z');
  const status = one.archive({
    phase: 'closed',
    outcome: 'fixed',
    accepted: ACCEPTED,
    bundles: [first, second],
    bundle: second,
    attempts: [await one.proved(1, diff, {bundle: first})],
  });
  one.evidence.write(`runs/${second.runId}/ports/${second.bundleId}/analysis/case.json`, JSON.stringify(status));
  const [file = ''] = await exported('devel/foo');
  expect(readFileSync(file, 'utf8')).toContain('  command   dsynth -S -y -p main test devel/foo\n');
});

test('a series is in the order of acceptance, from all evidence roots, each case once', async () => {
  const {diff} = diffOf(() => put('new', 'one\n'));
  const later = keptCase({ts: '20260101-101500Z'});
  const earlier = keptCase({ts: '20260101-101600Z', target: '@2026Q1'});
  for (const [one, day, runId] of [
    [later, '05', 'a'],
    [earlier, '03', 'b'],
  ] as const) {
    const accepted = {by: 'ann', atUtc: `2026-01-${day}T08:00:00.000Z`};
    one.archive({
      runId,
      phase: 'closed',
      outcome: 'fixed',
      accepted,
      attempts: [await one.proved(1, diff, {said: `Fix of ${day}`})],
    });
  }
  // A second bundle of the same case has the same archive.
  later.evidence.bundle('20260101-111500Z');
  later.evidence.write(
    'runs/run-Live-1/ports/devel_foo-20260101-111500Z/analysis/case.json',
    later.evidence.read('runs/run-Live-1/ports/devel_foo-20260101-101500Z/analysis/case.json'),
  );
  await exported('--accepted');
  expect(readdirSync(join(place.dir, 'out'))).toEqual([
    '0001-devel-foo-Fix-of-03.patch',
    '0002-devel-foo-Fix-of-05.patch',
    'pull-request-body.md',
    'pull-request-title.txt',
  ]);
});

test('a fix that no operator accepted is refused by name and left out of the rest', async () => {
  const one = keptCase();
  one.archive({phase: 'closed', outcome: 'fixed', attempts: [await one.proved(1, 'diff --git a/x b/x\n')]});
  const byName = await run('export', 'devel/foo', '--author', AUTHOR);
  expect(byName).toMatchObject({
    code: 1,
    stdout: '',
    stderr: expect.stringContaining('is fixed, but no operator accepted the fix'),
  });
  expect(await run('export', '--author', AUTHOR)).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('No accepted fix is below'),
  });
});

test('a diff that is not the proved one is not exported', async () => {
  const one = keptCase();
  const attempt = await one.proved(1, 'diff --git a/x b/x\n');
  one.archive({phase: 'closed', outcome: 'fixed', accepted: ACCEPTED, attempts: [attempt]});
  writeFileSync(one.store.path(attempt.diff ?? ''), 'diff --git a/other b/other\n');
  const {code, stderr} = await run('export', 'devel/foo', '--author', AUTHOR, '--out', join(place.dir, 'out'));
  expect(code).toBe(1);
  expect(stderr).toContain('It is not exported.');
});

test('a wrong author is a fault of the command line', async () => {
  expect(await run('export', '--author', 'Ann')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining("as 'Ann Lee <ann@example.org>'"),
  });
  expect(await run('export', 'devel/foo', '--accepted', '--author', AUTHOR)).toMatchObject({code: 2});
});
