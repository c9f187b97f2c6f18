import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import {guardContext, guardDiff} from '../../../src/case/guard/index.ts';
import {createDemoTrees} from '../../../src/demo/trees.ts';
import type {DevEnv} from '../../../src/devenv/client.ts';
import {openDevEnv} from '../../../src/devenv/exec.ts';
import {beginAttempt, captureDiff, overlayState, restoreOverlay} from '../../../src/devenv/overlay.ts';
import {proveRebuild} from '../../../src/devenv/proof.ts';
import type {ToolContext, ToolResult} from '../../../src/devenv/tools/tool.ts';
import {call} from '../../support/tool-run.ts';
import {DEV_ENV, Envs} from '../devenv-linux/support.ts';

// What a model is made to write into its own port's Makefile.DragonFly runs when the port is built, and does what no tool does.

const ORIGIN = 'net/wifimedia';
const MINE = {caseId: `port:@demo:${ORIGIN}`, origin: ORIGIN};
/** In the worker's environment; of no form that masking knows. Variables of the first kind of name are for no child at all. */
const VARIABLES = {PORTWRIGHT_CANARY_TOKEN: '/canary/secret/0815', PORTWRIGHT_CANARY: '/canary/plain/0815'};

const envs = new Envs();
let env: DevEnv;
let context: ToolContext;

beforeEach(async () => {
  const trees = await createDemoTrees(join(envs.root, 'demo-trees'));
  await envs.run(['destroy', '--yes', 'make']);
  await envs.createDemo('make', trees);
  env = openDevEnv('make', {command: [DEV_ENV], env: {...process.env, ...envs.env, ...VARIABLES}});
  context = {env, origin: ORIGIN, target: '@demo', buildIdleSeconds: 60, buildTotalSeconds: 120};
  await beginAttempt(env, MINE);
});
afterAll(() => envs.remove(), 60_000);

const sh = async (script: string): Promise<string> => (await envs.sh('make', script)).stdout;

/** Puts the file, and builds: what the tools answered. */
async function build(makefile: string): Promise<ToolResult[]> {
  const path = `/work/DeltaPorts/ports/${ORIGIN}/Makefile.DragonFly`;
  // As in a port that has its overlay in this form.
  await sh(`mkdir -p "$(dirname ${path})" && echo '#' >${path}`);
  const put = await call(context, 'put_file', {path, content: makefile});
  const made = await call(context, 'materialize_dports', {origin: ORIGIN});
  context = {...context, composedTree: made.effects?.composedTree ?? ''};
  const later = [];
  for (const name of ['extract', 'dsynth_build']) later.push((await call(context, name, {origin: ORIGIN})).result);
  return [put.result, made.result, ...later, (await call(context, 'get_file', {path: LOG, limit_lines: 2000})).result];
}

const LOG = '/work/dsynth/logs/net___wifimedia.log';

const SPY =
  "post-extract:\n\t@env; cat /proc/self/environ /proc/[0-9]*/environ | tr '\\0' '\\n'; cat /etc/passwd; cat /etc/shadow; ls /home; echo pwned >>/etc/passwd; echo pwned >>/usr/bin/dsynth; echo all\n";

test('it finds neither secrets nor users nor files of this machine', async () => {
  const host = readFileSync('/etc/passwd', 'utf8');
  await build(SPY);
  // As it is in the dev-env: nothing is masked there.
  const log = await sh(`cat ${LOG}`);
  expect(log).toMatch(/^DPORTS_TARGET=@demo$/m);
  expect(log.includes(VARIABLES.PORTWRIGHT_CANARY_TOKEN)).toBe(false);
  expect(log.match(/^[\w-]+:[^:\n]*:\d+:.*$/gm)).toEqual(['root:x:0:0:root:/root:/bin/sh']);
  expect(readFileSync('/etc/passwd', 'utf8')).toBe(host);
  expect(await sh('cat /etc/passwd /usr/bin/dsynth')).not.toContain('pwned');
});

test('it finds no variable of the worker', async () => {
  await build(SPY);
  const log = await sh(`cat ${LOG}`);
  expect(log.includes(VARIABLES.PORTWRIGHT_CANARY)).toBe(false);
});

test('it cannot write to another port; where a dev-env lets it, that is in the diff, which the guard refuses, and goes with the case', async () => {
  const write = 'echo pwned >/work/DeltaPorts/ports/sysutils/clockfmt/STATUS';
  const read = () => sh('cat /work/DeltaPorts/ports/sysutils/clockfmt/STATUS');
  await build(`post-extract:\n\t${write} || true\n`);
  expect(await read()).toBe('PORT');
  await sh(write);
  expect(await read()).toBe('pwned');
  const diff = String(await captureDiff(env, ORIGIN));
  expect(diff).toContain('+pwned');
  expect(guardDiff(diff, ORIGIN, guardContext(undefined))).toContainEqual(expect.objectContaining({severity: 'refuse'}));
  await restoreOverlay(env, MINE);
  expect(await overlayState(env, ORIGIN)).toMatchObject({clean: true});
  expect(await read()).toBe('PORT');
});

const HOOKS = 'post-checkout post-index-change post-rewrite reference-transaction pre-commit';
const PLANT = [
  `for h in ${HOOKS}; do printf '#!/bin/sh\\necho $$0 >>/work/ran\\n' >/work/DeltaPorts/.git/hooks/$$h; chmod 755 /work/DeltaPorts/.git/hooks/$$h; done`,
  "git -C /work/DeltaPorts config core.fsmonitor 'echo fsmonitor >>/work/ran; false'",
].join('; ');

test('it cannot make git run anything; hooks and a file system monitor of a dev-env that lets it run in no git command of Portwright’s', async () => {
  await build(`post-extract:\n\t${PLANT} || true\n`);
  expect(await sh('ls /work/DeltaPorts/.git/hooks; git -C /work/DeltaPorts config core.fsmonitor')).not.toMatch(/checkout$|ran/m);
  await sh(PLANT.replaceAll('$$', '$'));
  await captureDiff(env, ORIGIN);
  await restoreOverlay(env, MINE);
  expect(await sh('cat /work/ran')).toBe('');
  // They are there.
  await sh('cd /work/DeltaPorts && git status');
  expect(await sh('cat /work/ran')).toContain('fsmonitor');
});

test('a filter, which git would run, does not run, and another work tree is not taken for the overlay', async () => {
  // Files as new as the index are read again whenever git writes one.
  await sh('cd /work/DeltaPorts && touch -d 2037-01-01 ports/*/*/* && git update-index -q --refresh');
  await sh('git -C /work/DeltaPorts config core.worktree /work/obj; echo x >/work/obj/y');
  expect(await captureDiff(env, ORIGIN)).toHaveLength(0);
  await sh(
    "git -C /work/DeltaPorts --work-tree=/work/DeltaPorts config filter.f.clean 'echo filter >>/work/ran; cat'; echo '* filter=f' >/work/DeltaPorts/.git/info/attributes",
  );
  await sh(`mkdir -p /work/DeltaPorts/ports/${ORIGIN} && echo x >/work/DeltaPorts/ports/${ORIGIN}/new`);
  expect(String(await captureDiff(env, ORIGIN))).toContain('+x');
  await restoreOverlay(env, MINE);
  expect(await sh('cat /work/ran')).toBe('');
});

/** FreeBSD's port, but it compiles nothing. */
const FORGED = [
  'PORTNAME=\twifimedia',
  'DISTVERSION=\t1.2',
  'CATEGORIES=\tnet',
  'do-build:',
  '\ttrue',
  'do-install:',
  '\tmkdir -p $(STAGEDIR)$(PREFIX)/bin $(STAGEDIR)$(PREFIX)/share/man/man1',
  '\tcp /bin/true $(STAGEDIR)$(PREFIX)/bin/wifimedia',
  '\ttouch $(STAGEDIR)$(PREFIX)/share/man/man1/wifimedia.1',
  '.include <bsd.port.mk>',
  '',
].join('\n');
const FORGE = `X!=\tcp /work/obj/${ORIGIN}/forged /work/freebsd-ports/${ORIGIN}/Makefile 2>&1; echo\n`;

test('it cannot make a proof pass by what it leaves in the dev-env', async () => {
  await call(context, 'put_file', {path: `/work/obj/${ORIGIN}/forged`, content: FORGED});
  await build(FORGE);
  await call(context, 'put_file', {path: `/work/DeltaPorts/ports/${ORIGIN}/Makefile.DragonFly`, content: 'X=\ty\n'});
  const diff = await captureDiff(env, ORIGIN);
  const limits = {buildIdleSeconds: 60, buildTotalSeconds: 120};
  const proof = await proveRebuild(env, {...MINE, diff, logFile: join(envs.root, 'proof.log'), ...limits});
  expect(proof.rebuild_ok).toBe(false);
});

test('nothing of it is left in the dev-env after the case', async () => {
  const places = '/work/DeltaPorts/.git/hooks /work/freebsd-ports/net/wifimedia /usr/distfiles /etc/dsynth /usr/local';
  await build(`post-extract:\n\tfor d in ${places}; do echo x >$$d/pwned || true; done\n`);
  await restoreOverlay(env, MINE);
  expect(await sh(`find ${places} -name pwned`)).toBe('');
});
