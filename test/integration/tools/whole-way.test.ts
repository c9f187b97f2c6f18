import {mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {dirname, join} from 'node:path';
import {execa} from 'execa';
import type {DevEnv} from '../../../src/devenv/client.ts';
import {openDevEnv, withDefaults} from '../../../src/devenv/exec.ts';
import {beginAttempt, captureDiff, OverlayDirty, overlayState, restoreOverlay} from '../../../src/devenv/overlay.ts';
import {proveRebuild} from '../../../src/devenv/proof.ts';
import type {ToolContext, ToolOutcome} from '../../../src/devenv/tools/tool.ts';
import {call} from '../../support/tool-run.ts';
import {DEV_ENV, Envs} from '../devenv-linux/support.ts';

/** A port of C that does not compile, on the fixture's framework: patch extracts, and applies what dragonfly/ has. */
const PORT = [
  'PORTNAME=\tfoo',
  'CATEGORIES=\tnet',
  'do-extract=\tmkdir -p $(WRKSRC) && cp $(.CURDIR)/main.c $(WRKSRC)/',
  'do-patch=\tcd $(WRKSRC); for one in $(.CURDIR)/dragonfly/patch-*; do test ! -f $$one || patch -p0 -s -f -i $$one || exit 1; done',
  'do-build=\tcd $(WRKSRC) && cc -c main.c',
  '.include <bsd.port.mk>',
  'patch: extract',
  '',
].join('\n');
const MAIN = 'int main(void)\n{\n\treturn NOT_ON_DRAGONFLY;\n}\n';
const SRC = '/work/obj/net/foo/foo-1.0';
const MINE = {caseId: 'port:@2026Q2:net/foo', origin: 'net/foo'};

const envs = new Envs();
const logs = mkdtempSync(join(tmpdir(), 'portwright-tools-'));
let env: DevEnv;
let context: ToolContext;

function lay(path: string, content: string): void {
  mkdirSync(dirname(join(envs.trees, path)), {recursive: true});
  writeFileSync(join(envs.trees, path), content);
}

beforeAll(async () => {
  lay('freebsd-ports/net/foo/Makefile', PORT);
  lay('freebsd-ports/net/foo/main.c', MAIN);
  lay('delta/ports/net/foo/STATUS', 'PORT\n');
  lay('delta/ports/net/other/STATUS', 'PORT\n');
  await envs.create('tools');
  env = openDevEnv('tools', {command: [DEV_ENV], env: {...process.env, ...envs.env}});
  context = {env, origin: 'net/foo', target: '@2026Q2', buildIdleSeconds: 60, buildTotalSeconds: 120};
}, 60_000);
afterAll(async () => {
  await envs.remove();
  rmSync(logs, {recursive: true});
}, 60_000);

const tool = (name: string, args: object = {origin: 'net/foo'}): Promise<ToolOutcome> => call(context, name, args);
/** As a person works there. */
const sh = (script: string) => env.exec(['sh', '-c', script], {cwd: '/work', timeoutSeconds: 30, editsOverlay: true});

async function materialize(): Promise<void> {
  const done = await tool('materialize_dports');
  expect(done.result).toMatchObject({ok: true});
  context = {...context, composedTree: done.effects?.composedTree ?? ''};
}

test('a failing port is repaired by the tools, proved, and the overlay is restored', async () => {
  await beginAttempt(env, MINE);
  expect((await tool('env_verify', {})).result).toMatchObject({ok: true, env_dir: '/work'});
  await materialize();
  const failed = await tool('dsynth_build');
  expect(failed.result).toMatchObject({rebuild_ok: false, log_tail: expect.stringContaining('NOT_ON_DRAGONFLY')});
  expect((await tool('dsynth_log')).result).toMatchObject({ok: true, log_path: '/work/dsynth/logs/net___foo.log'});

  expect((await tool('make_patch')).result).toMatchObject({ok: true, wrksrc: SRC});
  expect((await tool('grep', {pattern: 'NOT_ON', path: SRC})).result).toMatchObject({match_count: 1});
  const edits = [{old_text: 'return NOT_ON_DRAGONFLY;', new_text: 'return 0;'}];
  expect((await tool('patch_source', {path: `${SRC}/main.c`, edits})).result).toMatchObject({
    ok: true,
    installed: '/work/DeltaPorts/ports/net/foo/dragonfly/patch-main.c',
  });
  expect((await tool('dsynth_build')).result).toMatchObject({blocked_by: 'stale_compose'});
  await materialize();
  expect((await tool('dsynth_build')).result).toMatchObject({ok: true, rebuild_ok: true});
  // Again: the package is there now, and the build is done all the same.
  await sh('rm /work/dsynth/logs/net___foo.log');
  expect((await tool('dsynth_build')).result).toMatchObject({rebuild_ok: true});
  expect((await tool('dsynth_log')).result).toMatchObject({ok: true});
  expect((await tool('emit_diff', {origin: 'net/foo', relpath: ''})).result).toMatchObject({
    diff: expect.stringContaining('+\treturn 0;'),
  });

  const diff = await captureDiff(env, 'net/foo');
  const logFile = join(logs, 'proof.log');
  const proof = await proveRebuild(env, {...MINE, diff, logFile, buildIdleSeconds: 60, buildTotalSeconds: 120});
  expect(proof).toMatchObject({rebuild_ok: true, dsynth_profile: 'tools', build_command: 'dsynth -S -y -p tools test net/foo'});
  expect(proof.trees.freebsd_ports).toMatchObject({commit: expect.stringMatching(/^[0-9a-f]{40}$/), dirty: false});
  expect(readFileSync(logFile, 'utf8')).toContain('check-plist');
  await restoreOverlay(env, MINE);
  expect(await overlayState(env, 'net/foo')).toMatchObject({clean: true});
  expect((await sh('ls /work/artifacts/compose/@2026Q2/net/foo; ls -A /work')).stdout).not.toMatch(
    /dragonfly|portwright|hooks-disabled/,
  );
}, 120_000);

test('a diff that does not repair the port is not proved', async () => {
  await beginAttempt(env, MINE);
  const added = await tool('dops_add', {statement: 'mk set X "y"'});
  expect(added.result).toMatchObject({ok: true, effect: expect.stringContaining('+X= y')});
  const diff = await captureDiff(env, 'net/foo');
  const proof = await proveRebuild(env, {
    ...MINE,
    diff,
    logFile: join(logs, 'bad.log'),
    buildIdleSeconds: 60,
    buildTotalSeconds: 120,
  });
  expect(proof).toMatchObject({rebuild_ok: false, failure: {step: 'build', tail: expect.stringContaining('NOT_ON_DRAGONFLY')}});
  await restoreOverlay(env, MINE);
}, 60_000);

test('paths are confined where the links are real', async () => {
  await sh(
    'cd /work/obj && mkdir -p net/foo && ln -s /etc net/foo/etc && ln -s /work/DeltaPorts/.git net/foo/git && ln -s /work/DeltaPorts/ports/net/other/STATUS net/foo/file',
  );
  const refused = {ok: false, kind: expect.stringMatching(/outside|symlink/)};
  for (const path of ['etc/passwd', 'git/config', 'file']) {
    expect((await tool('get_file', {path: `/work/obj/net/foo/${path}`})).result).toMatchObject(refused);
    expect((await tool('put_file', {path: `/work/obj/net/foo/${path}`, content: 'x'})).result).toMatchObject(refused);
  }
  expect((await sh('cat /work/DeltaPorts/ports/net/other/STATUS')).stdout).toBe('PORT\n');
  await sh('rm -r /work/obj/net/foo');
});

test('a person’s changes of the port stop a case, those of another port do not; both remain', async () => {
  await sh('cd /work/DeltaPorts/ports/net && echo x >other/note && echo y >foo/note');
  await expect(beginAttempt(env, MINE)).rejects.toThrow(OverlayDirty);
  expect((await sh('cd /work/DeltaPorts/ports/net && cat foo/note && rm foo/note')).stdout).toBe('y\n');
  await beginAttempt(env, MINE);
  expect(await captureDiff(env, 'net/foo')).toHaveLength(0);
  await restoreOverlay(env, MINE);
  expect((await sh('cd /work/DeltaPorts/ports/net/other && cat note && rm note')).stdout).toBe('x\n');
});

test('a reset makes the dev-env what it was', async () => {
  await beginAttempt(env, MINE);
  await sh('echo x >/work/DeltaPorts/ports/net/foo/note; ln -s /etc /work/link');
  await env.reset?.();
  expect(await overlayState(env, 'net/foo')).toMatchObject({clean: true});
  expect((await overlayState(env)).ours).toBeUndefined();
  expect((await sh('ls /work')).stdout).not.toContain('link');
});

test('an aborted command ends inside too', async () => {
  const abort = new AbortController();
  const logFile = join(logs, 'abort.log');
  const running = withDefaults(env, {signal: abort.signal, logFile}).exec(['sh', '-c', 'echo up; sleep 9874 & sleep 9874'], {
    timeoutSeconds: 60,
  });
  const deadline = Date.now() + 10_000;
  while (!readFileSync(logFile, {encoding: 'utf8', flag: 'a+'}).includes('up')) {
    if (Date.now() > deadline) throw new Error('the command did not start');
    await new Promise((done) => setImmediate(done));
  }
  abort.abort(new Error('escalated'));
  await expect(running).rejects.toThrow('escalated');
  const {stdout} = await execa('sh', ['-c', 'cat /proc/[0-9]*/cmdline | tr "\\000" " " | grep -c "sleep 987[4]" || true'], {
    reject: false,
  });
  expect(stdout.trim()).toBe('0');
}, 30_000);
