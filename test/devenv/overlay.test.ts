import {readdir, readFile, rm, utimes, writeFile} from 'node:fs/promises';
import {execa} from 'execa';
import type {DevEnv} from '../../src/devenv/client.ts';
import {readGitFiles} from '../../src/devenv/git-files.ts';
import {
  beginAttempt,
  captureDiff,
  confirmBegun,
  DevEnvReplaced,
  DiffRefused,
  OverlayDirty,
  overlayFiles,
  overlayState,
  restoreOverlay,
} from '../../src/devenv/overlay.ts';
import {type FakeWork, fakeWork} from '../support/fake-work.ts';
import {resultOf} from '../support/tool-run.ts';

let fake: FakeWork;
beforeEach(async () => {
  fake = await fakeWork();
});
afterEach(() => fake.end());
const HOME = '/work/DeltaPorts/ports/net/foo';
const MARK = '/work/DeltaPorts/.git/portwright-case';
const MINE = {caseId: 'port:@2026Q2:net/foo', origin: 'net/foo'};

async function change(): Promise<void> {
  await fake.put(`${HOME}/Makefile.DragonFly`, 'CFLAGS+=\t-DNEW\n');
  await fake.put(`${HOME}/dragonfly/patch-a`, 'a\n');
  await fake.put(`${HOME}/x.orig`, 'ignored\n');
  await rm(fake.at('/work/DeltaPorts/ports/net/other/STATUS'));
}

test('state has head, changed, new and ignored files, and their owner', async () => {
  const {stdout: head} = await execa('git', ['rev-parse', 'HEAD'], {cwd: fake.at('/work/DeltaPorts')});
  expect(await overlayState(fake.env, 'net/foo')).toEqual({clean: true, head, paths: []});
  await beginAttempt(fake.env, MINE);
  await change();
  const state = await overlayState(fake.env, 'net/foo');
  expect(state).toMatchObject({clean: false, ours: MINE.caseId});
  expect([...state.paths].sort()).toEqual([
    'ports/net/foo/Makefile.DragonFly',
    'ports/net/foo/dragonfly/patch-a',
    'ports/net/foo/x.orig',
  ]);
});

test('foreign changes stop an attempt, and remain', async () => {
  await change();
  const error = await beginAttempt(fake.env, MINE).catch((thrown) => thrown);
  expect(error).toBeInstanceOf(OverlayDirty);
  expect(error.paths).toContain('ports/net/foo/Makefile.DragonFly');
  expect(await readFile(fake.at(`${HOME}/Makefile.DragonFly`), 'utf8')).toContain('NEW');
  await fake.put(MARK, 'port:@2026Q2:net/other\n');
  await expect(beginAttempt(fake.env, MINE)).rejects.toThrow(/port:@2026Q2:net\/other/);
  await restoreOverlay(fake.env, MINE);
  expect(await readFile(fake.at(`${HOME}/Makefile.DragonFly`), 'utf8')).toContain('NEW');
});

test('an attempt continues only in an overlay with its mark', async () => {
  await expect(confirmBegun(fake.env, MINE)).rejects.toThrow(/must have the mark of port:@2026Q2:net\/foo.*it has none/);
  await beginAttempt(fake.env, MINE);
  await expect(confirmBegun(fake.env, MINE)).resolves.toBeUndefined();
  await fake.put(MARK, 'port:@2026Q2:net/other\n');
  const error = await confirmBegun(fake.env, MINE).catch((thrown) => thrown);
  expect(error).toBeInstanceOf(DevEnvReplaced);
  expect(error.message).toContain('that of port:@2026Q2:net/other');
});

test('the diff has everything, applies again and is stable', async () => {
  await beginAttempt(fake.env, MINE);
  await change();
  await fake.put(`${HOME}/binary`, '\0\x01\x02');
  const diff = await captureDiff(fake.env, 'net/foo');
  for (const path of [
    'net/foo/Makefile.DragonFly',
    'net/foo/dragonfly/patch-a',
    'net/foo/x.orig',
    'net/other/STATUS',
    'net/foo/binary',
  ]) {
    expect(String(diff)).toContain(`diff --git a/ports/${path} b/ports/${path}\n`);
  }
  expect(await captureDiff(fake.env, 'net/foo')).toEqual(diff);
  await beginAttempt(fake.env, {...MINE, diff});
  expect(await captureDiff(fake.env, 'net/foo')).toEqual(diff);
  expect(await readFile(fake.at(`${HOME}/x.orig`), 'utf8')).toBe('ignored\n');
});

test('a diff has the bytes of files that are no UTF-8', async () => {
  await beginAttempt(fake.env, MINE);
  const latin1 = Buffer.from('-caf\xe9\n+caf\xe8 \xff\n', 'latin1');
  await fake.put(`${HOME}/dragonfly/patch-a`, latin1);
  const diff = await captureDiff(fake.env, 'net/foo');
  expect(diff.includes(Buffer.from('++caf\xe8 \xff\n', 'latin1'))).toBe(true);
  await beginAttempt(fake.env, {...MINE, diff});
  expect(await readFile(fake.at(`${HOME}/dragonfly/patch-a`))).toEqual(latin1);
});

test('the overlay before a diff is HEAD’s files of the port, whatever their names and bytes', async () => {
  const overlay = fake.at('/work/DeltaPorts');
  await fake.put(`${HOME}/dragonfly/patch-b c`, '');
  await fake.put(`${HOME}/dragonfly/patch-\u00e9`, Buffer.from('+caf\xe8\n12\n', 'latin1'));
  await fake.put('/work/DeltaPorts/ports/net/foobar/STATUS', 'PORT\n');
  const inTree = (...args: string[]) => execa('git', ['-c', 'user.name=x', '-c', 'user.email=x', ...args], {cwd: overlay});
  await inTree('add', '-A');
  await inTree('commit', '-qm', 'more files');
  await beginAttempt(fake.env, MINE);
  await change();
  const files = await overlayFiles(fake.env, 'net/foo');
  expect([...(files?.keys() ?? [])]).toEqual(expect.arrayContaining(['dragonfly/patch-b c', 'dragonfly/patch-\u00e9']));
  expect(files?.get('dragonfly/patch-b c')).toBe('');
  expect(files?.get('dragonfly/patch-\u00e9')).toBe('+caf\ufffd\n12\n');
  expect(files?.get('Makefile.DragonFly')).not.toContain('NEW');
  expect(files?.has('x.orig')).toBe(false);
  expect(await overlayFiles(fake.env, 'net/none')).toEqual(new Map());
});

test('an overlay whose list and contents do not match is not read', () => {
  const list = '100644 blob aa\tports/net/foo/STATUS\0';
  const output = (tail: string): Buffer => Buffer.from(`${list.length}\n${list}${tail}`);
  expect(readGitFiles(output('5\nPORT\n\n'), 'ports/net/foo/')).toEqual(new Map([['STATUS', 'PORT\n']]));
  for (const tail of ['', '4\nPORT\n\n', '6\nPORT\n\n', 'aa missing\n', '5\nPORT\n\n2\nab\n'])
    expect(readGitFiles(output(tail), 'ports/net/foo/')).toBeUndefined();
  expect(readGitFiles(output('5\nPORT\n\n'), 'ports/net/other/')).toBeUndefined();
});

test('no change is an empty diff', async () => {
  expect(await captureDiff(fake.env, 'net/foo')).toHaveLength(0);
});

test('an attempt starts without leftovers of another', async () => {
  await fake.put('/work/genpatch-out/net_foo/patch-old', 'x');
  await fake.put('/work/genpatch-out/net_other/patch-kept', 'x');
  await fake.put('/work/obj/net/foo/stale', 'x');
  await fake.put('/work/.dports-agent-hooks-disabled', '');
  await beginAttempt(fake.env, MINE);
  expect(await readdir(fake.at('/work/genpatch-out'))).toEqual(['net_other']);
  expect(await readdir(fake.at('/work/obj/net'))).toEqual([]);
  expect(await readdir(fake.work)).not.toContain('.dports-agent-hooks-disabled');
});

test('a diff that does not apply is an error with git’s message', async () => {
  const diff = '--- a/ports/net/foo/none\n+++ b/ports/net/foo/none\n@@ -1 +1 @@\n-a\n+b\n';
  await expect(beginAttempt(fake.env, {...MINE, diff})).rejects.toThrow(DiffRefused);
});

test('restore brings overlay, composed port and index back, twice', async () => {
  await resultOf(fake.context, 'materialize_dports', {origin: 'net/foo'});
  const composed = fake.at('/work/artifacts/compose/@2026Q2/net/foo/Makefile.DragonFly');
  const before = await readFile(composed, 'utf8');
  await beginAttempt(fake.env, MINE);
  await change();
  await execa('git', ['add', '-A'], {cwd: fake.at('/work/DeltaPorts')});
  await resultOf(fake.context, 'materialize_dports', {origin: 'net/foo'});
  expect(await readFile(composed, 'utf8')).not.toBe(before);
  await restoreOverlay(fake.env, MINE);
  expect(await overlayState(fake.env, 'net/foo')).toMatchObject({clean: true, paths: []});
  expect(await readFile(composed, 'utf8')).toBe(before);
  expect(await readdir(fake.at(HOME))).toEqual(['Makefile.DragonFly']);
  expect((await readdir(fake.work)).filter((name) => name.startsWith('.portwright'))).toEqual([]);
  await restoreOverlay(fake.env, MINE);
});

test('restore sees a change of the same size and at the same moment as the last commit', async () => {
  const git = (...words: string[]) => execa('git', words, {cwd: fake.at('/work/DeltaPorts')});
  const file = fake.at(`${HOME}/Makefile.DragonFly`);
  const before = await readFile(file, 'utf8');
  const moment = new Date('2026-01-01T00:00:00Z');
  // The time of a change of the file's data is not at a test's will.
  await git('config', 'core.trustctime', 'false');
  await utimes(file, moment, moment);
  await git('update-index', '--refresh');
  await utimes(fake.at('/work/DeltaPorts/.git/index'), moment, moment);
  await beginAttempt(fake.env, MINE);
  await writeFile(file, before.replace('OLD', 'NEW'));
  await utimes(file, moment, moment);
  await restoreOverlay(fake.env, MINE);
  expect(await readFile(file, 'utf8')).toBe(before);
});

test('restore repairs what a killed git left', async () => {
  await beginAttempt(fake.env, MINE);
  await change();
  await fake.put('/work/DeltaPorts/.git/index.lock', '');
  await restoreOverlay(fake.env, MINE);
  expect((await overlayState(fake.env, 'net/foo')).clean).toBe(true);
});

test('what cannot be put back is reset, unless the dev-env has other changes', async () => {
  let resets = 0;
  const env: DevEnv = {
    ...fake.env,
    exec: (argv, options) => fake.env.exec(argv[2]?.includes('checkout-index') ? ['false'] : argv, options),
    reset: async () => {
      resets += 1;
    },
  };
  await beginAttempt(env, MINE);
  await fake.put(`${HOME}/Makefile.DragonFly`, 'X\n');
  await fake.put('/work/DeltaPorts/ports/net/other/overlay.toml', 'removed_in = ["@2026Q2"]\n');
  await restoreOverlay(env, MINE);
  expect(resets).toBe(1);
  await beginAttempt(fake.env, MINE).catch(() => undefined);
  await fake.put(MARK, `${MINE.caseId}\n${(await overlayState(fake.env)).head}\n`);
  await fake.put('/work/DeltaPorts/ports/net/other/mine', 'x\n');
  await expect(restoreOverlay(env, MINE)).rejects.toThrow('restoring the overlay');
  expect(resets).toBe(1);
});

test('what the composer writes beside other ports stops no case, is in no diff and remains', async () => {
  await fake.put('/work/DeltaPorts/special/Mk/diffs/old.diff', 'x\n');
  await execa('git', ['add', '-A'], {cwd: fake.at('/work/DeltaPorts')});
  await execa('git', ['-c', 'user.name=a', '-c', 'user.email=a@b', 'commit', '-q', '-m', 'Special'], {
    cwd: fake.at('/work/DeltaPorts'),
  });
  const writes = ['ports/net/other/overlay.toml', 'special/Mk/diffs/@2026Q2', 'special/Mk/replacements/@2026Q2'];
  const lines = writes.map((path) => `mkdir -p "$(dirname "/work/DeltaPorts/${path}")"; echo made >>/work/DeltaPorts/${path}`);
  const composer = await readFile(fake.at('/work/.bin/reapply'), 'utf8');
  await fake.put('/work/.bin/reapply', `${composer}${lines.join('\n')}\n`);
  for (const caseId of [MINE.caseId, 'port:@2026Q2:net/foo@py311']) {
    await beginAttempt(fake.env, {...MINE, caseId});
    await change();
    await resultOf(fake.context, 'materialize_dports', {origin: 'net/foo'});
    const diff = String(await captureDiff(fake.env, 'net/foo'));
    expect([...diff.matchAll(/^diff --git a\/(\S+)/gm)].map(([, path]) => path).sort()).toEqual([
      'ports/net/foo/Makefile.DragonFly',
      'ports/net/foo/dragonfly/patch-a',
      'ports/net/foo/x.orig',
      'ports/net/other/STATUS',
    ]);
    await restoreOverlay(fake.env, {...MINE, caseId});
    for (const path of writes) expect(await readFile(fake.at(`/work/DeltaPorts/${path}`), 'utf8')).toContain('made');
    expect(await readFile(fake.at('/work/DeltaPorts/ports/net/other/STATUS'), 'utf8')).toBe('PORT\n');
  }
});

test('changes elsewhere that were there before the case are not its own', async () => {
  await fake.put('/work/DeltaPorts/ports/net/other/mine', 'x\n');
  await beginAttempt(fake.env, MINE);
  await fake.put('/work/DeltaPorts/ports/new/port/Makefile', 'y\n');
  const diff = String(await captureDiff(fake.env, 'net/foo'));
  expect(diff).toContain('b/ports/new/port/Makefile');
  expect(diff).not.toContain('mine');
  await restoreOverlay(fake.env, MINE);
  expect(await readdir(fake.at('/work/DeltaPorts/ports/net/other'))).toEqual(['STATUS', 'mine']);
  expect(await readdir(fake.at('/work/DeltaPorts/ports'))).not.toContain('new');
});

test('an attempt of a port without an overlay begins one, and the restore removes it', async () => {
  const port = {caseId: 'port:@2026Q2:fresh/port', origin: 'fresh/port'};
  await beginAttempt(fake.env, port);
  await fake.put('/work/DeltaPorts/ports/fresh/port/overlay.dops', 'port fresh/port\n');
  const diff = String(await captureDiff(fake.env, port.origin));
  expect([...diff.matchAll(/^diff --git a\/(\S+)/gm)].map(([, path]) => path)).toEqual(['ports/fresh/port/overlay.dops']);
  await restoreOverlay(fake.env, port);
  expect(await overlayState(fake.env, port.origin)).toMatchObject({clean: true, paths: []});
});

test('a case of two ports has the overlays of both in its state, diff and restore, and composes both', async () => {
  const port = {...MINE, origin: ['net/foo', 'net/foo-lite']};
  await fake.put('/work/freebsd-ports/net/foo-lite/Makefile', 'MASTERDIR=${.CURDIR}/../foo\n');
  const own = '/work/DeltaPorts/ports/net/foo-lite/Makefile.DragonFly';
  await beginAttempt(fake.env, port);
  await fake.put(`${HOME}/Makefile.DragonFly`, 'CFLAGS+=\t-DNEW\n');
  await fake.put(own, 'CFLAGS+=\t-DSLAVE\n');
  const paths = ['ports/net/foo-lite/Makefile.DragonFly', 'ports/net/foo/Makefile.DragonFly'];
  expect([...(await overlayState(fake.env, port.origin)).paths].sort()).toEqual(paths);
  const diff = await captureDiff(fake.env, port.origin);
  expect([...String(diff).matchAll(/^diff --git a\/(\S+)/gm)].map(([, path]) => path)).toEqual(paths);
  await beginAttempt(fake.env, {...port, diff});
  const composed = fake.at('/work/artifacts/compose/@2026Q2/net');
  expect(await readFile(`${composed}/foo/Makefile.DragonFly`, 'utf8')).toContain('NEW');
  expect(await readFile(`${composed}/foo-lite/Makefile.DragonFly`, 'utf8')).toContain('SLAVE');
  await restoreOverlay(fake.env, port);
  expect(await overlayState(fake.env, port.origin)).toMatchObject({clean: true});
  expect(await readdir(`${composed}/foo-lite`)).toEqual(['Makefile']);
  expect(await readFile(`${composed}/foo/Makefile.DragonFly`, 'utf8')).toContain('OLD');
});
