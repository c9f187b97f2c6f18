import {chmodSync, cpSync, existsSync, mkdirSync, rmSync, writeFileSync} from 'node:fs';
import {readFile} from 'node:fs/promises';
import {dirname, join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {jest} from '@jest/globals';
import {Worker} from '@temporalio/worker';
import {createActivities} from '../../../src/activities/index.ts';
import {classesOf, type Policy} from '../../../src/case/policy/policy.ts';
import {openDevEnv} from '../../../src/devenv/exec.ts';
import {probeTrees} from '../../../src/devenv/probe.ts';
import type {ToolContext} from '../../../src/devenv/tools/tool.ts';
import {evidenceRoots} from '../../../src/evidence/bundle.ts';
import {TASK_QUEUE} from '../../../src/protocol/task-queue.ts';
import {caseId} from '../../../src/protocol/workflow-ids.ts';
import {deliverReports} from '../../../src/report/deliver.ts';
import {installRoot} from '../../../src/setup/paths.ts';
import {WORKER_OPTIONS} from '../../../src/worker/options.ts';
import {BuildHost, failureOf} from '../../hooks/build-host.ts';
import {json, ModelServer} from '../../llm/server.ts';
import {BsdTools} from '../../support/bsd-tools/bsd-tools.ts';
import {until as caseUntil, quietRuntime, waiting} from '../../support/case-worker.ts';
import {pidsOf, until} from '../../support/processes.ts';
import {type SshHost, startSshd} from '../../support/sshd.ts';
import {testServer} from '../../support/temporal.ts';
import {resultOf} from '../../support/tool-run.ts';
import {workflowBundle} from '../../support/workflow-bundle.ts';
import {DEV_ENV, Envs} from '../devenv-linux/support.ts';

jest.setTimeout(240_000);

/** The composer at the top of DeltaPorts, and the command line of the dev-env, with what the contract has and no more. */
const CONTRACT = fileURLToPath(new URL('../../support/contract-dportsv3', import.meta.url));
const HEAD = 'port net/foo\ntype port\ntarget @any\n';
const DOPS = '/work/DeltaPorts/ports/net/foo/overlay.dops';
const PORT = [
  'PORTNAME=\tfoo',
  'CATEGORIES=\tnet',
  'do-extract=\tmkdir -p $(WRKSRC) && cp $(.CURDIR)/main.c $(WRKSRC)/',
  'do-build=\tsh $(.CURDIR)/wait.sh && cd $(WRKSRC) && cc main.c -o foo $(LDFLAGS)',
  '.include <bsd.port.mk>',
  '',
].join('\n');
/** Each build announces itself, and waits for the file that lets it go on. */
const WAIT = `number=$(($(ls /usr/distfiles | grep -c '^started') + 1))
: >/usr/distfiles/started.$number
until [ -e /usr/distfiles/go.$number ]; do sleep 0.1; done
`;
const ERROR = "main.c:(.text+0x1a): undefined reference to `sin'";

const envs = new Envs();
function contextOf(name: string, command = CONTRACT): ToolContext {
  const env = openDevEnv(name, {command: [command], env: {...process.env, ...envs.env}});
  return {env, origin: 'net/foo', target: '@2026Q2', buildIdleSeconds: 60, buildTotalSeconds: 120};
}

function lay(path: string, content: string): void {
  mkdirSync(dirname(join(envs.trees, path)), {recursive: true});
  writeFileSync(join(envs.trees, path), content);
}

beforeAll(async () => {
  lay('freebsd-ports/net/foo/Makefile', PORT);
  lay('freebsd-ports/net/foo/main.c', '#include <math.h>\nint main(int n, char **v)\n{\n\treturn v == 0 ? 1 : (int)sin(n);\n}\n');
  lay('freebsd-ports/net/foo/wait.sh', WAIT);
  lay('delta/ports/net/foo/overlay.dops', HEAD);
  lay('delta/ports/net/gone/overlay.dops', 'port net/gone\ntype port\n');
  lay('delta/special/Mk/diffs/bsd.port.mk.diff', '--- a\n');
  cpSync(CONTRACT, join(envs.trees, 'delta/dportsv3'));
  expect(await envs.create('own')).toMatchObject({rc: 0});
  const stale = {rc: 1, stderr: expect.stringContaining('E_COMPOSE_STALE_OVERLAY: net/gone: ')};
  expect(await envs.create('contract', ['--composer', 'dportsv3'])).toMatchObject(stale);
}, 60_000);
afterAll(() => envs.remove(), 60_000);

/** What a compose wrote into the checkout, as git shows it. */
const written = async (name: string) =>
  (await envs.sh(name, 'git -C DeltaPorts status --porcelain --untracked-files=all')).stdout;
const BOOKKEEPING = '?? ports/net/gone/overlay.toml\n?? special/Mk/diffs/@2026Q2/bsd.port.mk.diff';

test('the setting chooses who composes: Portwright’s engine, or the dportsv3 of the checkout, which writes into it', async () => {
  expect(await written('own')).toBe('');
  expect(await written('contract')).toBe(BOOKKEEPING);
  for (const name of ['own', 'contract']) {
    const {stdout, rc} = await envs.sh(name, 'reapply --json net/foo');
    expect({rc, ports: JSON.parse(stdout).ports}).toMatchObject({rc: 0, ports: [{origin: 'net/foo', mode: 'dops'}]});
  }
  expect(await envs.create('neither', ['--composer', 'other'])).toMatchObject({
    rc: 1,
    stderr: expect.stringContaining("got 'other'"),
  });
});

test('overlay.dops is edited, checked and composed, with the places of its errors', async () => {
  const context = contextOf('contract');
  const check = () => resultOf(context, 'validate_dops', {origin: 'net/foo'});
  expect(await check()).toMatchObject({ok: true, rc: 0});
  await resultOf(context, 'put_file', {path: DOPS, content: `${HEAD}mk add\n`});
  expect(await check()).toMatchObject({
    ok: false,
    rc: 2,
    output: expect.stringMatching(new RegExp(`^ERROR E_PARSE_EXPECTED_TOKEN: .* \\[${DOPS}:4:7\\]$`)),
  });
  const fragment = DOPS.replace('overlay.dops', 'Makefile.DragonFly');
  expect(await resultOf(context, 'put_file', {path: fragment, content: 'USES+=\tssl\n'})).toMatchObject({
    ok: false,
    kind: 'dops_overlay',
  });
});

test('an edit of a port file that no statement can express is composed from its diff', async () => {
  const context = contextOf('own', DEV_ENV);
  const edits = [{old_text: 'PORTNAME=', new_text: '# top\nPORTNAME='}];
  expect(await resultOf(context, 'patch_source', {path: 'Makefile', edits})).toMatchObject({
    ok: true,
    form: 'diffs/Makefile.diff',
    patch: expect.stringContaining('+# top\n'),
  });
  expect(await resultOf(context, 'materialize_dports', {origin: 'net/foo'})).toMatchObject({ok: true});
  const {stdout} = await envs.sh(
    'own',
    'head -n 1 $DPORTS_COMPOSE_ROOT/net/foo/Makefile; git -C DeltaPorts clean -fdq ports/net/foo',
  );
  expect(stdout).toBe('# top');
  await envs.sh('own', 'git -C DeltaPorts checkout -q -- ports/net/foo');
});

test.each(['own', 'contract'])('what %s does not compose reaches the model with its place', async (name) => {
  const context = contextOf(name, name === 'own' ? DEV_ENV : CONTRACT);
  const put = (lines: string) => resultOf(context, 'put_file', {path: DOPS, content: `${HEAD}${lines}`});
  const materialize = () => resultOf(context, 'materialize_dports', {origin: 'net/foo'});
  await put('mk add\n');
  expect(await materialize()).toMatchObject({
    ok: false,
    failures: [{code: 'E_PARSE_EXPECTED_TOKEN', file: 'overlay.dops', line: 4, column: 7, operation: 'mk add'}],
  });
  await put('mk unset NOT_THERE\n');
  expect(await materialize()).toMatchObject({
    ok: false,
    stdout_tail: expect.stringContaining('overlay.dops:4:1: mk.var.unset: E_APPLY_MISSING_SUBJECT: '),
    failures: [{code: 'E_APPLY_MISSING_SUBJECT', line: 4, column: 1, kind: 'mk.var.unset', operation: 'mk unset NOT_THERE'}],
  });
  await put('mk frobnicate X\n');
  const unknown = await materialize();
  expect(unknown).toMatchObject({ok: false, failures: [{code: 'E_PARSE_UNEXPECTED_TOKEN', line: 4, column: 4}]});
  expect(JSON.stringify(unknown)).toContain('This engine does not know the operation. The dportsv3 of the tree may');
  await put('mk set COMMENT "again"\n');
  expect(await materialize()).toMatchObject({ok: true, stdout_tail: 'compose: ports=1 ops=1 applied=1 fallback=0 errors=0'});
  await envs.sh(name, 'git -C DeltaPorts checkout -q -- ports/net/foo');
});

test('a dev-env without dportsv3 is served by the engine', async () => {
  await envs.sh('own', 'rm DeltaPorts/dportsv3');
  const result = await resultOf(contextOf('own', DEV_ENV), 'validate_dops', {origin: 'net/foo'});
  expect(result).toMatchObject({ok: true, path: DOPS, rc: 0, output: 'ok'});
});

/** Replies of a model that writes an operation without a subject first, and repairs it by what the compose reports. */
const put = (lines: string) => ['put_file', {path: DOPS, content: `${HEAD}${lines}`}] as const;
const ORIGIN = {origin: 'net/foo'};
const TURNS = [
  [put('mk unset NOT_THERE\n'), ['materialize_dports', ORIGIN]],
  [put('mk add LDFLAGS -lm\n'), ['materialize_dports', ORIGIN]],
  [['dsynth_build', ORIGIN]],
] as const;
const TRIAGE =
  '## Classification\nlink-error\n\n## Platform\ndragonfly-specific\n\n## Root Cause\nThe library with sin is not linked.\n\n## Evidence\nundefined reference to sin\n\n## Suggested Fix\nLink libm.\n\n## Confidence\nhigh\n';
const DONE = '## Patch Summary\nLink libm, which has sin.\n\n## Rebuild Status\nsuccess\n';

function scriptModel(model: ModelServer): void {
  let turn = 0;
  model.script((response, seen, request) => {
    const calls = seen.body.tools === undefined ? undefined : TURNS[turn++];
    const tool_calls = calls?.map(([name, args], at) => ({
      id: `call-${turn}-${at}`,
      type: 'function',
      function: {name, arguments: JSON.stringify(args)},
    }));
    const content = seen.body.tools === undefined ? TRIAGE : DONE;
    const message = tool_calls === undefined ? {role: 'assistant', content} : {role: 'assistant', content: null, tool_calls};
    const choices = [{message, finish_reason: tool_calls === undefined ? 'stop' : 'tool_calls'}];
    json(200, {model: 'small', choices, usage: {prompt_tokens: 5000, completion_tokens: 50}})(response, seen, request);
  });
}

/** Runs the hooks of a bulk build in which the port fails. */
function failPort(host: BuildHost): void {
  host.conf('PORTWRIGHT_TARGET=@2026Q2\n');
  host.write('logs/net___foo.log', `===>  Building for foo-1.0\n${ERROR}\n*** Error code 1\n`);
  expect(host.run('hook_run_start', {PORTS_QUEUED: '1'})).toEqual({status: 0, stderr: ''});
  expect(host.run('hook_pkg_failure', failureOf('net/foo'))).toEqual({status: 0, stderr: ''});
  expect(host.run('hook_run_end', {PORTS_FAILED: '1'})).toEqual({status: 0, stderr: ''});
}

/** Installs the tools of a BSD inside; dsynth and composer, which are Linux programs here, have their own PATH. */
function bsdInside(writable: string): BsdTools {
  const tools = new BsdTools(join(writable, 'work/.bsd'), {log: '/work/.bsd/refusals'});
  chmodSync(tools.refusals, 0o666);
  const path = '/root/.dports-dev/bin:/sbin:/bin:/usr/sbin:/usr/bin';
  for (const [name, note] of Object.entries({reapply: ' # takes --json', dsynth: '', make: ''})) {
    rmSync(join(tools.dir, name), {force: true});
    writeFileSync(join(tools.dir, name), `#!/bin/sh\nPATH=${path} exec ${name} "$@"${note}\n`, {mode: 0o755});
  }
  return tools;
}

async function policyFile(): Promise<string> {
  const shipped = JSON.parse(await readFile(join(installRoot(), 'policy', 'policy.json'), 'utf8')) as Policy;
  const policy = {
    ...shipped,
    recipes: false,
    prove_twice: false,
    second_opinion: classesOf(shipped),
    waiting: {...shipped.waiting, review_hours: 0},
  };
  lay('policy.json', JSON.stringify(policy));
  return join(envs.trees, 'policy.json');
}

/** The environment of a worker on another machine. */
async function workerEnvironment(buildHost: BuildHost, sshHost: SshHost, model: ModelServer) {
  const settings = {
    PORTWRIGHT_ENVS_DIR: envs.env.PORTWRIGHT_ENVS_DIR,
    CONTRACT_HOST_PATH: process.env.PATH ?? '',
    CONTRACT_PATH: '/work/.bsd/bsd-bin:/root/.dports-dev/bin',
  };
  const words = Object.entries(settings).map(([name, value]) => `${name}=${value}`);
  return {
    ...process.env,
    LOGS_ROOT: buildHost.logs,
    DPORTSV3_CMD: [...sshHost.command('root'), ...words, CONTRACT].join(' '),
    DP_HARNESS_ENV: 'contract',
    DP_HARNESS_POLICY: await policyFile(),
    DP_HARNESS_TRIAGE_MODEL: 'small',
    DP_HARNESS_TRIAGE_API_BASE: model.settings().baseUrl,
    DP_HARNESS_PATCH_MODEL: '',
  };
}

/** Cuts the link while the build of this number runs, and lets the build of the retry end. */
async function cutBuild(host: SshHost, distfiles: string, number: number): Promise<void> {
  const started = (which: number) =>
    until(`build ${which} has begun`, () => existsSync(join(distfiles, `started.${which}`)), 90_000);
  await started(number);
  host.link.cut();
  await started(number + 1);
  writeFileSync(join(distfiles, `go.${number + 1}`), '');
}

test('a case goes from hook to proof on a host with the tools of a BSD, behind ssh with csh, by the contract’s command line alone, and over cut links', async () => {
  quietRuntime();
  const model = new ModelServer();
  await model.start();
  const buildHost = new BuildHost();
  const [server, sshHost] = await Promise.all([testServer(), startSshd({path: buildHost.tools.dir})]);
  const writable = (await envs.run(['path', '--writable', 'contract'])).stdout;
  const inside = bsdInside(writable);
  try {
    scriptModel(model);
    failPort(buildHost);
    const env = await workerEnvironment(buildHost, sshHost, model);
    // They come back while the case is at work.
    await envs.sh('contract', 'rm -r DeltaPorts/ports/net/gone/overlay.toml DeltaPorts/special/Mk/diffs/@2026Q2');
    const {client, native} = server;
    const activities = createActivities({env, roots: evidenceRoots(env), client, taskQueue: TASK_QUEUE});
    const worker = await Worker.create({connection: native, ...WORKER_OPTIONS, workflowBundle: workflowBundle(), activities});
    const state = await worker.runUntil(async () => {
      const [root = ''] = evidenceRoots(env);
      expect(await deliverReports(client, root)).toMatchObject({failed: [], unreadable: []});
      const cuts = cutBuild(sshHost, join(writable, 'distfiles'), 1).then(() =>
        cutBuild(sshHost, join(writable, 'distfiles'), 3),
      );
      const handle = client.workflow.getHandle(caseId({target: '@2026Q2', ...ORIGIN}));
      const [ended] = await Promise.all([caseUntil(handle, (one) => one.outcome !== null || waiting(one)), cuts]);
      return ended;
    });
    expect(state).toMatchObject({outcome: 'fixed', attempts: [{built: true, proof: {rebuildOk: true}}]});
    const analysis = join(buildHost.bundle(), 'analysis');
    const diff = await readFile(join(analysis, 'changes.diff'), 'utf8');
    expect(diff.match(/^diff --git .*$/gm)).toEqual(['diff --git a/ports/net/foo/overlay.dops b/ports/net/foo/overlay.dops']);
    expect(JSON.parse(await readFile(join(analysis, 'rebuild_proof.json'), 'utf8'))).toMatchObject({rebuild_ok: true});
    // The model has seen the place of the failed operation.
    const messages = JSON.stringify(model.seen.at(-1)?.body.messages);
    expect(messages).toContain('E_APPLY_MISSING_SUBJECT');
    expect(messages).toMatch(/\\"line\\":4,\\"column\\":1/);
    expect(await written('contract')).toBe(BOOKKEEPING);
    expect((await envs.sh('contract', 'ls DeltaPorts/.git/portwright-case')).rc).not.toBe(0);
    // The build of a cut link waits for a file that never comes: it must have been ended.
    expect(pidsOf(`${envs.root}/envs/contract`)).toEqual([]);
    expect(inside.refused).toBe('');
  } finally {
    await model.stop();
    await sshHost.end();
    await server.stop();
    buildHost.remove();
  }
});

test('the probe of a lease refuses another branch, as this compose does', async () => {
  const {env} = contextOf('contract');
  expect(await probeTrees(env, '@2026Q2')).toEqual({fault: undefined, notice: undefined});
  await envs.sh('contract', 'git -C freebsd-ports checkout -q -b other');
  expect((await probeTrees(env, '@2026Q2')).fault?.code).toBe('E_COMPOSE_TARGET_BRANCH_MISMATCH');
  await expect(resultOf(contextOf('contract'), 'materialize_dports', ORIGIN)).rejects.toThrow(/E_COMPOSE_TARGET_BRANCH_MISMATCH/);
});
