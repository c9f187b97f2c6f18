import {createHash} from 'node:crypto';
import {readFileSync} from 'node:fs';
import {readFile} from 'node:fs/promises';
import {join} from 'node:path';
import {jest} from '@jest/globals';
import {Client, Connection} from '@temporalio/client';
import {execa} from 'execa';
import {DEMO_PORTS} from '../../../src/demo/ports.ts';
import {ownDevEnv} from '../../../src/devenv/command.ts';
import {installRoot} from '../../../src/setup/paths.ts';
import {attemptOf} from '../../support/attempt.ts';
import {DemoRun} from '../../support/demo-run.ts';
import {holdBuildsIn} from '../../support/held-builds.ts';
import {until} from '../../support/processes.ts';

jest.setTimeout(240_000);

let run: DemoRun;

beforeAll(async () => {
  run = await DemoRun.make();
});
afterAll(async () => {
  await run.remove();
});

/** git's view of the overlay in the repair env: nothing if it is as it was. */
async function overlayChanges(): Promise<string> {
  const status = [
    'exec',
    'demo',
    '--',
    'sh',
    '-c',
    'cd /work/DeltaPorts && git status --porcelain --ignored && ls .git/portwright-case 2>/dev/null; true',
  ];
  const {stdout} = await execa(ownDevEnv(), ['dev-env', ...status], {env: {PORTWRIGHT_ENVS_DIR: join(run.dir, 'demo', 'envs')}});
  return stdout;
}

/** Ports that no other test repairs: the cases of all ten take too long. */
const CLASSES: Readonly<Record<string, string>> = {
  'net/hopcount': 'compile-error',
  'sysutils/cpuload': 'patch-error',
  'www/tinyserve': 'plist-error',
  'security/sumtool': 'fetch-checksum',
  'devel/needlib': 'missing-dep',
};

test('several ports fail for real and end as they should', async () => {
  const ports = DEMO_PORTS.filter(({origin}) => origin in CLASSES);
  run.start('--once', ...ports.flatMap(({origin}) => ['--port', origin]));
  expect(await run.ended()).toBe(0);
  const {cases, fixed, operator} = JSON.parse(run.last);
  expect({fixed, operator}).toEqual({fixed: 3, operator: 2});
  expect(cases).toEqual(
    ports.map(({origin, ends}) => ({
      origin,
      outcome: ends,
      classification: CLASSES[origin],
      tokens: expect.any(Number),
    })),
  );
  expect(run.lines.join('\n')).toContain('SCRIPTED');
  expect(run.lines.join('\n')).not.toContain('corrected to');
  expect(await overlayChanges()).toBe('');
  expect(run.leftovers()).toEqual([]);
});

test('a second run reuses what the first made; a fix is the maintainer’s, with its proof and the complete record', async () => {
  run.start('--once', '--port', 'devel/evloop');
  expect(await run.ended()).toBe(0);
  expect(run.lines.join('\n')).not.toMatch(/Creating \d+ dev-envs/);
  const line = JSON.parse(run.last);
  expect(line).toMatchObject({
    workflowId: 'port:@demo:devel/evloop',
    outcome: 'fixed',
    tier: 'ASSIST',
    classification: 'configure-error',
    origin: 'devel/evloop',
    attempts: 2,
  });
  const diff = await readFile(line.diff, 'utf8');
  const answer = await readFile(join(installRoot(), 'demo', 'answers', 'devel_evloop.diff'), 'utf8');
  // What follows the second @@ of a patch's hunk is the function that genpatch names there.
  const changed = (text: string): string[] =>
    text.split('\n').flatMap((one) => (/^[+-]/.test(one) ? [one.replace(/^(\+@@ .* @@).*/, '$1')] : []));
  expect(changed(diff)).toEqual(changed(answer));
  const proof = JSON.parse(await readFile(line.proof, 'utf8'));
  expect(proof).toMatchObject({
    rebuild_ok: true,
    origin: 'devel/evloop',
    diff_sha256: createHash('sha256').update(diff).digest('hex'),
  });
  const log = await readFile(join(line.bundleDir, proof.log), 'utf8');
  expect(log).toContain('check-plist');
  expect(createHash('sha256').update(log).digest('hex')).toBe(proof.log_sha256);
  const analysis = (name: string): string => readFileSync(join(line.bundleDir, 'analysis', name), 'utf8');
  expect(JSON.parse(analysis('case.json'))).toMatchObject({
    phase: 'closed',
    outcome: 'fixed',
    attempts: [{built: false}, {built: true}],
  });
  expect(JSON.parse(analysis('triage.json'))).toMatchObject({
    classification: 'configure-error',
    confidence: 'high',
    via: 'model',
  });
  expect(analysis('triage.md')).toContain('## Root Cause');
  expect(JSON.parse(analysis('patch_audit.json'))).toMatchObject({
    status: 'success',
    model: 'scripted-demo',
    attempts: [{rebuild_ok: false}, {rebuild_ok: true}],
  });
  expect(analysis('patch.md')).toContain('## Rebuild Status');
  const session = analysis('session.jsonl')
    .trimEnd()
    .split('\n')
    .map((one) => JSON.parse(one));
  expect(session.filter((one) => one.kind === 'tool_dispatch' && one.tool === 'dsynth_build').map((one) => one.attempt)).toEqual([
    1, 2,
  ]);
  expect(session.at(-1)).toMatchObject({kind: 'llm_call', attempt: 2, response: {tool_calls: []}});
});

test('kill -9 of the worker in the patch loop: the case ends the same, and no paid call is made twice but the one in flight', async () => {
  run.start('--port', 'net/wifimedia');
  const pid = Number(/pid (\d+)/.exec(await run.line(/^Worker: pid/))?.[1]);
  const model = /(http:\S+?)\. /.exec(await run.line(/SCRIPTED, at/))?.[1];
  await run.line(/make_patch ok/);
  process.kill(pid, 'SIGKILL');
  await run.line(/^The worker runs again/);
  await run.line(/awaiting-operator +a clean rebuild passed/);
  const {requests} = (await (await fetch(`${model}/requests`)).json()) as {
    requests: {purpose: string; attempt: number; turn: number}[];
  };
  const asked = requests.map(({purpose, attempt, turn}) => `${purpose} ${attempt} ${turn}`);
  expect(asked.length - new Set(asked).size).toBeLessThanOrEqual(1);
  await run.line(/It stays up/);
  expect(await overlayChanges()).toBe('');
  run.interrupt();
  expect(await run.ended()).toBe(0);
  expect(run.leftovers()).toEqual([]);
});

test('an operator finds the waiting case, reads it, gets a rejection with its reason, and closes it', async () => {
  run.start('--port', 'security/sumtool');
  await run.line(/It stays up/);
  const portwright = (...args: string[]) =>
    execa(process.execPath, [join(installRoot(), 'bin', 'portwright.js'), ...args], {
      env: {PORTWRIGHT_STATE_DIR: run.dir, TEMPORAL_ADDRESS: ''},
      reject: false,
    });
  expect((await portwright('cases', '--waiting')).stdout).toMatch(
    /^port:@demo:security\/sumtool: Needs you: .* \(waits .*\n +why +.*fetch-checksum/m,
  );
  expect((await portwright('show', 'security/sumtool')).stdout).toContain('it may be an attack');
  expect(await portwright('resolve', 'security/sumtool', '--outcome', 'fixed')).toMatchObject({
    exitCode: 1,
    stderr: expect.stringContaining('Only a rebuild proof'),
  });
  expect(await portwright('show', 'net/nothing')).toMatchObject({
    exitCode: 1,
    stderr: expect.stringContaining('There is no case of net/nothing'),
  });
  expect(await portwright('resolve', 'security/sumtool', '--outcome', 'discarded', '--by', 'ann')).toMatchObject({
    exitCode: 0,
    stdout: 'port:@demo:security/sumtool closes as discarded.',
  });
  const {stdout} = await portwright('show', 'security/sumtool', '--json');
  expect(JSON.parse(stdout)).toMatchObject({outcome: 'discarded', operatorLog: [{by: 'ann', did: 'resolved it as discarded'}]});
  run.interrupt();
  expect(await run.ended()).toBe(0);
});

test('escalate in the middle of a build: MANUAL at once, nothing of the build left, the overlay as it was', async () => {
  const begun = Date.now();
  run.start('--port', 'net/wifimedia');
  await run.line(/It should end/);
  const release = await holdBuildsIn('demo', {PORTWRIGHT_ENVS_DIR: join(run.dir, 'demo', 'envs')});
  const address = (await readFile(join(run.dir, 'demo', 'temporal-address'), 'utf8')).trim();
  const connection = await Connection.connect({address});
  const {workflow} = new Client({connection});
  const failing = workflow.getHandle('port:@demo:net/wifimedia');
  const waits = (): string[] => run.processes('dsynth');
  const isBuilding = async (): Promise<boolean> => {
    // At first there is none, or that of the test before.
    const found = await attemptOf(failing)
      .then((id) => workflow.getHandle(id).describe())
      .catch(() => undefined);
    if (found === undefined || found.startTime.getTime() < begun) return false;
    const {raw, status} = found;
    if (status.name !== 'RUNNING') throw new Error(`the attempt ended before its build waited:\n${run.lines.join('\n')}`);
    return raw.pendingActivities?.some((one) => one.activityType?.name === 'dsynth_build') === true && waits().length > 0;
  };
  await until(() => `a build that waits:\n${run.lines.join('\n')}`, isBuilding, 180_000);
  await workflow.getHandle('port:@demo:net/wifimedia').signal('escalate', {by: 'ann', reason: 'mine'});
  await run.line(/awaiting-operator +ann escalated it: mine/);
  await run.line(/It stays up/);
  expect(waits()).toEqual([]);
  expect(await overlayChanges()).toBe('');
  expect(await workflow.getHandle('port:@demo:net/wifimedia').query('status')).toMatchObject({
    tier: 'MANUAL',
    attempts: [{end: 'cancelled', built: false}],
  });
  await connection.close();
  await release();
  run.interrupt();
  expect(await run.ended()).toBe(1);
  expect(run.leftovers()).toEqual([]);
});

test('a port that the demo does not have is refused, with those that it has', async () => {
  run.start('--port', 'net/nothing');
  expect(await run.ended()).toBe(2);
  expect(run.last).toMatch(/got "net\/nothing".*net\/wifimedia/);
});
