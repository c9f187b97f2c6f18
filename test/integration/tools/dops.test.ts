import {cpSync, mkdirSync, writeFileSync} from 'node:fs';
import {readFile} from 'node:fs/promises';
import {dirname, join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {gzipSync} from 'node:zlib';
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
import {reportFailure} from '../../../src/report/report-failure.ts';
import {installRoot} from '../../../src/setup/paths.ts';
import {WORKER_OPTIONS} from '../../../src/worker/options.ts';
import {json, ModelServer} from '../../llm/server.ts';
import {quietRuntime, until, waiting} from '../../support/case-worker.ts';
import {testServer} from '../../support/temporal.ts';
import {resultOf} from '../../support/tool-run.ts';
import {workflowBundle} from '../../support/workflow-bundle.ts';
import {DEV_ENV, Envs} from '../devenv-linux/support.ts';

jest.setTimeout(120_000);

/** The composer at the top of DeltaPorts, and the command line of the dev-env, with what the contract has and no more. */
const CONTRACT = fileURLToPath(new URL('../../support/contract-dportsv3', import.meta.url));
const HEAD = 'port net/foo\ntype port\ntarget @any\n';
const DOPS = '/work/DeltaPorts/ports/net/foo/overlay.dops';
const PORT = [
  'PORTNAME=\tfoo',
  'CATEGORIES=\tnet',
  'do-extract=\tmkdir -p $(WRKSRC) && cp $(.CURDIR)/main.c $(WRKSRC)/',
  'do-build=\tcd $(WRKSRC) && cc main.c -o foo $(LDFLAGS)',
  '.include <bsd.port.mk>',
  '',
].join('\n');
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

async function layEvidence(logs: string): Promise<void> {
  const bundle = join(logs, 'evidence', 'runs', 'run-1', 'ports', 'net_foo-1');
  mkdirSync(join(bundle, 'logs'), {recursive: true});
  writeFileSync(join(bundle, 'meta.txt'), 'origin=net/foo\nflavor=\nprofile=x\nts_utc=20260101-000000Z\nresult=failure\n');
  const log = `===>  Building for foo-1.0\n${ERROR}\n*** Error code 1\n`;
  writeFileSync(join(bundle, 'logs', 'full.log.gz'), gzipSync(log));
  writeFileSync(join(bundle, 'logs', 'errors.txt'), log);
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

test('a case on a dops port is fixed with the contract’s command line alone, in a checkout that each compose changes', async () => {
  quietRuntime();
  const model = new ModelServer();
  await model.start();
  const server = await testServer();
  try {
    scriptModel(model);
    // Commands in dev-envs have the environment of the process.
    Object.assign(process.env, envs.env);
    const logs = join(envs.root, 'logs');
    await layEvidence(logs);
    const env = {
      ...process.env,
      LOGS_ROOT: logs,
      DPORTSV3_CMD: CONTRACT,
      DP_HARNESS_ENV: 'contract',
      DP_HARNESS_POLICY: await policyFile(),
      DP_HARNESS_TRIAGE_MODEL: 'small',
      DP_HARNESS_TRIAGE_API_BASE: model.settings().baseUrl,
      DP_HARNESS_PATCH_MODEL: '',
    };
    // They come back while the case is at work.
    await envs.sh('contract', 'rm -r DeltaPorts/ports/net/gone/overlay.toml DeltaPorts/special/Mk/diffs/@2026Q2');
    const {client, native} = server;
    const activities = createActivities({env, roots: evidenceRoots(env), client, taskQueue: TASK_QUEUE});
    const worker = await Worker.create({connection: native, ...WORKER_OPTIONS, workflowBundle: workflowBundle(), activities});
    const failed = {
      target: '@2026Q2',
      ...ORIGIN,
      bundleId: 'net_foo-1',
      runId: 'run-1',
      profile: 'x',
      createdUtc: '20260101-000000Z',
    };
    const state = await worker.runUntil(async () => {
      await reportFailure(client, failed);
      return until(client.workflow.getHandle(caseId(failed)), (one) => one.outcome !== null || waiting(one));
    });
    expect(state).toMatchObject({outcome: 'fixed', attempts: [{built: true, proof: {rebuildOk: true}}]});
    const analysis = join(logs, 'evidence', 'runs', 'run-1', 'ports', 'net_foo-1', 'analysis');
    const diff = await readFile(join(analysis, 'changes.diff'), 'utf8');
    expect(diff.match(/^diff --git .*$/gm)).toEqual(['diff --git a/ports/net/foo/overlay.dops b/ports/net/foo/overlay.dops']);
    expect(JSON.parse(await readFile(join(analysis, 'rebuild_proof.json'), 'utf8'))).toMatchObject({rebuild_ok: true});
    // The model has seen the place of the failed operation.
    const messages = JSON.stringify(model.seen.at(-1)?.body.messages);
    expect(messages).toContain('E_APPLY_MISSING_SUBJECT');
    expect(messages).toMatch(/\\"line\\":4,\\"column\\":1/);
    expect(await written('contract')).toBe(BOOKKEEPING);
    expect((await envs.sh('contract', 'ls DeltaPorts/.git/portwright-case')).rc).not.toBe(0);
  } finally {
    await model.stop();
    await server.stop();
  }
});

test('the probe of a lease refuses another branch, as this compose does', async () => {
  const {env} = contextOf('contract');
  expect(await probeTrees(env, '@2026Q2')).toEqual({fault: undefined, notice: undefined});
  await envs.sh('contract', 'git -C freebsd-ports checkout -q -b other');
  expect((await probeTrees(env, '@2026Q2')).fault?.code).toBe('E_COMPOSE_TARGET_BRANCH_MISMATCH');
  await expect(resultOf(contextOf('contract'), 'materialize_dports', ORIGIN)).rejects.toThrow(/E_COMPOSE_TARGET_BRANCH_MISMATCH/);
});
