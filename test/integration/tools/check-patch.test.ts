import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import {createDemoTrees} from '../../../src/demo/trees.ts';
import {openDevEnv} from '../../../src/devenv/exec.ts';
import {beginAttempt} from '../../../src/devenv/overlay.ts';
import type {ToolContext, ToolResult} from '../../../src/devenv/tools/tool.ts';
import {installRoot} from '../../../src/setup/paths.ts';
import {call} from '../../support/tool-run.ts';
import {DEV_ENV, Envs} from '../devenv-linux/support.ts';

// A model learns of a patch that does not apply when it writes it, not after a build.

const ORIGIN = 'net/wifimedia';
const DIR = `/work/DeltaPorts/ports/${ORIGIN}`;
const [FIRST = '', SECOND = ''] = readFileSync(join(installRoot(), 'demo/ports/src/wifimedia-1.2/wifimedia.c'), 'utf8').split(
  '\n',
);

const envs = new Envs();
let context: ToolContext;
beforeAll(async () => {
  const trees = await createDemoTrees(join(envs.root, 'demo-trees'));
  await envs.createDemo('try', trees);
  const env = openDevEnv('try', {command: [DEV_ENV], env: {...process.env, ...envs.env}});
  context = {env, origin: ORIGIN, target: '@demo', buildIdleSeconds: 60, buildTotalSeconds: 120};
  await beginAttempt(env, {caseId: `port:@demo:${ORIGIN}`, origin: ORIGIN});
}, 60_000);
afterAll(() => envs.remove(), 60_000);

const put = async (path: string, content: string): Promise<ToolResult> =>
  (await call(context, 'put_file', {path: `${DIR}/${path}`, content})).result;
const hunk = (file: string, first: string, second: string) =>
  `--- ${file}.orig\n+++ ${file}\n@@ -1,2 +1,2 @@\n-${first}\n+patched\n ${second}\n`;

test('a source patch that applies is written without a warning', async () => {
  expect(await put('dragonfly/patch-wifimedia.c', hunk('wifimedia.c', FIRST, SECOND))).toEqual({
    ok: true,
    note: expect.stringMatching(/^overlay\.dops was created\. [^\n]* overlay\.dops got:\nfile materialize [^\n]*$/),
    path: `${DIR}/dragonfly/patch-wifimedia.c`,
    sha256: expect.any(String),
    size: expect.any(Number),
  });
});

test('one that does not apply is written, and the model gets the output of patch', async () => {
  expect(await put('dragonfly/patch-wifimedia.c', hunk('wifimedia.c', 'never there', 'nor this'))).toMatchObject({
    ok: true,
    note: expect.stringMatching(/^It was written, but does not apply to the source: [\s\S]*wifimedia\.c[\s\S]*FAILED/),
  });
});

test('one that is malformed is refused', async () => {
  const counted = hunk('wifimedia.c', FIRST, SECOND).replace('+1,2', '+1,9');
  expect(await put('dragonfly/patch-wifimedia.c', counted)).toMatchObject({
    ok: false,
    kind: 'malformed_patch',
    error: expect.stringContaining('announces 2 old and 9 new lines'),
  });
});

test('a diff of FreeBSD’s port is tried as compose applies it', async () => {
  const [first = '', second = ''] = readFileSync(join(envs.root, 'demo-trees/freebsd-ports', ORIGIN, 'Makefile'), 'utf8').split(
    '\n',
  );
  await call(context, 'dops_add', {statement: 'patch apply diffs/Makefile.diff'});
  expect(await put('diffs/Makefile.diff', hunk('Makefile', first, second))).toMatchObject({ok: true});
  expect((await put('diffs/Makefile.diff', hunk('Makefile', first, second))).note).toBeUndefined();
  expect((await put('diffs/Makefile.diff', hunk('Makefile', 'PORTNAME=other', second))).note).toMatch(
    /does not apply to FreeBSD's port/,
  );
});

test('nothing of the tries is left to be seen', async () => {
  const {stdout} = await context.env.exec(['sh', '-c', `ls -A /work ${DIR}; ls -A /work/obj/${ORIGIN}`], {timeoutSeconds: 30});
  expect(stdout).not.toMatch(/portwright-t|\.orig|\.rej/);
});
