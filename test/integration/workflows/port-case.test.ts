import {jest} from '@jest/globals';
import type {WorkflowHandle} from '@temporalio/client';
import {ApplicationFailure} from '@temporalio/common';
import {withFailedBuilds} from '../../../src/activities/failed-builds.ts';
import type {CaseResult} from '../../../src/case/status.ts';
import {escalate, grantBudget, provideContext, resolve, retry, status} from '../../../src/protocol/port-case.ts';
import {serveHealth, watchedBy} from '../../../src/worker/health.ts';
import {WORKER_OPTIONS} from '../../../src/worker/options.ts';
import {RunningWork} from '../../../src/worker/running-work.ts';
import {attemptOf} from '../../support/attempt.ts';
import {CaseServer, hangingCall, type Start, until, waiting} from '../../support/case-worker.ts';
import {until as soon} from '../../support/processes.ts';
import {POLICY, reply, ScriptedCase} from '../../support/scripted-case.ts';
import type {TestServer} from '../../support/temporal.ts';

jest.setTimeout(30_000);

let cases: CaseServer;
let server: TestServer;

beforeAll(async () => {
  cases = await CaseServer.make();
  server = cases.server;
}, 90_000);
afterAll(() => server?.stop());

const withWorker = (world: ScriptedCase, work: (start: Start) => Promise<void>): Promise<void> => cases.withWorker(world, work);

test('a fix that is built and proved closes the case as fixed', async () => {
  const world = new ScriptedCase();
  world.turns = [() => reply('get_file', 'put_file'), () => reply('dsynth_build'), () => reply()];
  await withWorker(world, async (start) => {
    const handle = await start('net/good');
    const result = (await handle.result()) as CaseResult;
    expect(result).toMatchObject({outcome: 'fixed', tier: 'ASSIST', classification: 'compile-error', attempts: 1, tokens: 440});
    const described = await handle.describe();
    expect(described.searchAttributes).toMatchObject({
      PortPhase: ['closed'],
      PortOutcome: ['fixed'],
      PortTier: ['ASSIST'],
      PortOrigin: ['net/good'],
    });
    expect(world.recorded.at(-1)).toMatchObject({
      phase: 'closed',
      outcome: 'fixed',
      budget: {tokensUsed: 440, tokensLimit: 2000, attemptsLimit: 2},
    });
  });
  expect(world.log).toEqual([
    'ask triage absent',
    'begin env-1',
    'ask patch offered',
    'tool get_file get_file',
    'tool put_file put_file',
    'ask patch offered',
    'tool dsynth_build dsynth_build',
    // The closing turn has seen the judgement, which counts without an edit.
    'effect 0',
    'ask patch offered closing',
    'prove true',
    'restore env-1',
    'audit success',
  ]);
});

test('Temporal shows where a case is and leads to the console, without a worker too', async () => {
  const world = new ScriptedCase();
  world.console = 'http://console.test';
  world.policy = {...POLICY, waiting: {review_hours: 24}};
  world.turns = [() => reply('put_file'), () => reply()];
  const page = (id: string): string => `http://console.test/ui/cases/${encodeURIComponent(id)}`;
  let handle: WorkflowHandle | undefined;
  let attempt = '';
  await withWorker(world, async (start) => {
    handle = await start('net/told-of');
    const {runId} = await until(handle, waiting);
    const {currentDetails} = await handle.query<{currentDetails: string}>('__temporal_workflow_metadata');
    expect(currentDetails).toContain(`[case](${page(handle.workflowId)}?run=${runId})`);
    expect(currentDetails).toContain(`(${page(handle.workflowId)}/diff/1?run=${runId})`);
    expect(currentDetails).toContain('**Left:** 1670 of 2000 tokens, 1 of 2 attempts');
    attempt = await attemptOf(handle);
    const child = server.client.workflow.getHandle(attempt);
    const ofChild = await child.query<{currentDetails: string}>('__temporal_workflow_metadata');
    expect(ofChild.currentDetails).toContain(`[diff](${page(handle.workflowId)}/diff/1?run=${runId})`);
    expect(await (await child.describe()).staticDetails()).toContain(`[case](${page(handle.workflowId)}?run=${runId})`);
  });
  const described = await handle?.describe();
  expect(described?.searchAttributes).toMatchObject({PortPhase: ['awaiting-operator'], PortOutcome: ['fixed']});
  expect(described?.memo).toEqual({
    bundle: 'runs/run-1/ports/net_told-of-1',
    console: `http://127.0.0.1:8787/ui/cases/${encodeURIComponent(handle?.workflowId ?? '')}`,
    seq: expect.any(Number),
  });
  expect(await described?.staticDetails()).toContain('[log](http://127.0.0.1:8787/ui/bundles/net_told-of-1/log)');
  const lines = await summaries(handle?.workflowId ?? '');
  expect(lines.filter((line) => line.endsWith(': '))).toEqual([]);
  expect(lines).toContain('recordCase: Fix ready for review. a clean rebuild passed with the recorded diff');
  expect(await summaries(attempt)).toEqual(
    expect.arrayContaining([
      'askModel: patch, turn 2 of 4',
      'put_file: words, turn 1',
      'proveRebuild: clean rebuild of net/told-of in env-1',
    ]),
  );
});

/** Each activity and timer of a workflow with its summary, as the Web UI's timeline has them. */
async function summaries(workflowId: string): Promise<string[]> {
  const {events} = await server.client.workflow.getHandle(workflowId).fetchHistory();
  return (events ?? []).flatMap(
    ({activityTaskScheduledEventAttributes: activity, timerStartedEventAttributes: timer, userMetadata}) => {
      const {data} = userMetadata?.summary ?? {};
      const summary = data ? (JSON.parse(Buffer.from(data).toString()) as string) : '';
      return activity || timer ? [`${activity?.activityType?.name ?? 'timer'}: ${summary}`] : [];
    },
  );
}

test('the worker reports over HTTP which case it works on, and how the model answered', async () => {
  const world = new ScriptedCase();
  const {turn, reached} = hangingCall();
  world.turns = [turn];
  const work = new RunningWork();
  const env = {
    PORTWRIGHT_HEALTH: '127.0.0.1:0',
    DP_HARNESS_TRIAGE_MODEL: 'small',
    DP_HARNESS_TRIAGE_API_BASE: 'http://127.0.0.1:1',
  };
  const health = await serveHealth(work, env);
  const ask = async () => (await fetch(`${health.url}/healthz`)).json();
  const interceptors = {activity: [watchedBy(work, env), ...WORKER_OPTIONS.interceptors.activity]};
  const watched = cases.withWorker(
    world,
    async (start) => {
      expect(await ask()).toMatchObject({status: 'idle', job_id: null});
      const handle = await start('net/watched');
      await reached;
      expect(await ask()).toMatchObject({
        status: 'processing',
        job_id: 'net_watched-1-patch',
        current_stage: 'askModel',
        extra: {
          activities: [{case: handle.workflowId, activity: 'askModel', summary: 'patch'}],
          model: {triage: {ok: true, model: 'small', error: null}, patch: null},
        },
      });
      await handle.signal(escalate, {by: 'ann', reason: 'stop'});
      await until(handle, waiting);
      await soon('it is idle', async () => (await ask()).status === 'idle');
    },
    {interceptors},
  );
  await watched.finally(() => health.close());
});

test("a model's claim of success counts for nothing: the proof decides, and the next attempt starts from its diff", async () => {
  const world = new ScriptedCase();
  world.turns = [() => reply('put_file'), () => reply(), () => reply('put_file'), () => reply()];
  world.proofs = [false, true];
  await withWorker(world, async (start) => {
    const handle = await start('net/claims');
    expect(await handle.result()).toMatchObject({outcome: 'fixed', attempts: 2});
  });
  expect(world.log.filter((line) => /begin|prove|audit/.test(line))).toEqual([
    'begin env-1',
    'prove false',
    'audit needs-help',
    'begin env-1 with diff-1',
    'prove true',
    'audit success',
  ]);
});

test('a refused diff is never proved; a question of the guard goes to the operator', async () => {
  const world = new ScriptedCase();
  const hides = {rule: 'hiding', severity: 'refuse', path: 'p', reason: 'hides'} as const;
  const fetches = {rule: 'downloads', severity: 'ask', path: 'p', reason: 'fetches'} as const;
  world.turns = Array.from({length: 2}, () => [() => reply('put_file'), () => reply(), () => reply()]).flat();
  world.findings = [[hides], [fetches]];
  await withWorker(world, async (start) => {
    const state = await until(await start('net/guarded'), waiting);
    expect(state).toMatchObject({pendingOutcome: 'needs-help', reason: expect.stringContaining('fetches')});
    expect(state.attempts).toHaveLength(2);
  });
  expect(world.log.some((line) => line.startsWith('prove'))).toBe(false);
});

test('an edit after the passing build must be proved; a failing last build is not', async () => {
  const world = new ScriptedCase();
  world.turns = [() => reply('put_file', 'dsynth_build'), () => reply(), () => reply('put_file', 'dsynth_build'), () => reply()];
  world.builds = [false, false];
  await withWorker(world, async (start) => {
    const state = await until(await start('net/nobuild'), waiting);
    expect(state).toMatchObject({pendingOutcome: 'needs-help', attempts: [{built: false}, {built: false}]});
  });
  expect(world.log.some((line) => line.startsWith('prove'))).toBe(false);
});

test('an unknown tool name is refused, whatever activity has that name', async () => {
  const world = new ScriptedCase();
  world.turns = [() => reply('proveRebuild', 'recordCase'), () => reply()];
  await withWorker(world, async (start) => {
    await (await start('net/names')).result();
  });
  expect(world.log.filter((line) => line.startsWith('tool'))).toEqual([
    'tool refuseTool proveRebuild',
    'tool refuseTool recordCase',
  ]);
});

test('turns with tools are as many as the policy has, and the report comes on top; each turn has what is left', async () => {
  const world = new ScriptedCase();
  world.policy = {...POLICY, tiers: {ASSIST: {max_iterations: 1, max_tokens: 2000, max_turns: 3}, MANUAL: {}}};
  const left: unknown[] = [];
  world.turns = ['list_dir', 'grep', 'put_file', 'report'].map((name) => ({standing}) => {
    left.push([standing?.turns, standing?.attempts, standing?.notice?.slice(0, 29)]);
    return name === 'report' ? reply() : reply(name);
  });
  await withWorker(world, async (start) => {
    expect(await (await start('net/three')).result()).toMatchObject({outcome: 'fixed'});
  });
  expect(left).toEqual([
    [3, 0, undefined],
    [2, 0, undefined],
    [1, 0, 'This is the last turn with to'],
    [0, 0, 'The turns with tools are used'],
  ]);
  expect(world.log.filter((line) => line.startsWith('ask patch'))).toEqual([
    ...Array(3).fill('ask patch offered'),
    'ask patch none',
  ]);
  expect(world.recorded.at(-1)?.attempts).toMatchObject([{turns: 4, end: 'reported'}]);
});

test('a reply that is cut before it calls a tool is asked for again with double the limit, once', async () => {
  const world = new ScriptedCase();
  const cut = {...reply(), finishReason: 'length', isCut: true};
  world.turns = [() => cut, () => reply('put_file', 'dsynth_build'), () => cut, () => cut];
  await withWorker(world, async (start) => {
    expect(await (await start('net/cut')).result()).toMatchObject({outcome: 'fixed', attempts: 1, tokens: 550});
  });
  expect(world.log.filter((line) => line.startsWith('ask patch'))).toEqual([
    'ask patch offered',
    'ask patch offered doubled',
    'ask patch offered closing',
    'ask patch offered closing doubled',
  ]);
  expect(world.recorded.at(-1)?.attempts).toMatchObject([{turns: 2}]);
});

test('turns and repeated calls are bounded', async () => {
  const world = new ScriptedCase();
  world.turns = Array.from({length: 8}, () => () => reply('get_file'));
  world.proofs = [false, false];
  await withWorker(world, async (start) => {
    const state = await until(await start('net/loops'), waiting);
    expect(state.attempts).toMatchObject([
      {end: 'repeated-call', turns: 3},
      {end: 'repeated-call', turns: 3},
    ]);
  });
});

test('a call that the budget has no room for ends in awaiting operator', async () => {
  const world = new ScriptedCase();
  world.turns = [({left}) => ({kind: 'over-budget', reason: `${left.tokens} tokens are left`})];
  world.findings = [[{rule: 'empty', severity: 'refuse', path: '', reason: 'nothing'}]];
  await withWorker(world, async (start) => {
    const state = await until(await start('net/poor'), waiting);
    expect(state).toMatchObject({pendingOutcome: 'budget-exhausted', reason: expect.stringContaining('1890 tokens are left')});
  });
});

test('MANUAL waits, refuses invalid resolutions, and closes by resolve', async () => {
  const world = new ScriptedCase();
  world.readings = [ScriptedCase.triaged('missing-dep')];
  await withWorker(world, async (start) => {
    const handle = await start('devel/lacks');
    const state = await until(handle, waiting);
    expect(state).toMatchObject({tier: 'MANUAL', pendingOutcome: 'manual', outcome: null});
    await expect(handle.executeUpdate(resolve, {args: [{by: 'ann', outcome: 'fixed'}]})).rejects.toMatchObject({
      cause: {message: expect.stringContaining('Only a rebuild proof')},
    });
    await expect(handle.executeUpdate(resolve, {args: [{by: ' ', outcome: 'manual'}]})).rejects.toMatchObject({
      cause: {message: expect.stringContaining('your name')},
    });
    const answer = await handle.executeUpdate(resolve, {args: [{by: 'ann', outcome: 'discarded', note: 'not worth it'}]});
    expect(answer).toContain('closes as discarded');
    expect(await handle.result()).toMatchObject({outcome: 'discarded', reason: 'ann resolved it: not worth it'});
    expect(world.recorded.at(-1)?.operatorLog).toMatchObject([{by: 'ann', did: 'resolved it as discarded: not worth it'}]);
  });
});

test('a malformed triage is repeated once, and then the case goes to the operator', async () => {
  const world = new ScriptedCase();
  world.readings = [1, 2].map(() => ({kind: 'malformed', problem: 'no class', reask: 'again please'}));
  await withWorker(world, async (start) => {
    const state = await until(await start('net/mumbles'), waiting);
    expect(state).toMatchObject({pendingOutcome: 'triage-failed', reason: expect.stringContaining('no class')});
  });
  expect(world.log.filter((line) => line.startsWith('ask'))).toEqual(['ask triage absent', 'ask triage absent again']);
});

test('a policy that is not valid stops the case before any model call', async () => {
  const world = new ScriptedCase();
  world.policyFault = ApplicationFailure.nonRetryable('tiers.ASSIST.max_token is not a key', 'PolicyInvalid');
  await withWorker(world, async (start) => {
    const state = await until(await start('net/badpolicy'), waiting);
    expect(state.reason).toContain('max_token is not a key');
  });
  expect(world.log).toEqual(['handoff manual']);
});

test('escalate in the middle of a model call: to MANUAL at once, overlay restored, lease free', async () => {
  const world = new ScriptedCase();
  const hang = hangingCall();
  world.turns = [() => reply('put_file'), hang.turn];
  await withWorker(world, async (start) => {
    const handle = await start('net/escalated');
    await hang.reached;
    await handle.signal(escalate, {by: 'bob', reason: 'I know this one'});
    const state = await until(handle, waiting);
    expect(state).toMatchObject({
      tier: 'MANUAL',
      reason: 'bob escalated it: I know this one',
      attempts: [{end: 'cancelled', turns: 2}],
    });
    expect(world.inUse.size).toBe(0);
    // The env is free for the next: another case of the same target gets it.
    world.turns.push(() => reply());
    await expect((await start('net/next')).result()).resolves.toMatchObject({outcome: 'fixed'});
  });
});

test('bundles join an open case, and a bundle that comes twice counts once', async () => {
  const world = new ScriptedCase();
  world.readings = [ScriptedCase.triaged('missing-dep'), ScriptedCase.triaged('missing-dep')];
  await withWorker(world, async (start) => {
    const handle = await start('net/joins', 'b-1');
    await until(handle, waiting);
    await start('net/joins', 'b-1');
    await start('net/joins', 'b-2');
    const state = await until(handle, (one) => one.timeline.some((entry) => entry.text.includes('in the same way')));
    expect(state.bundles.map((one) => one.bundleId)).toEqual(['b-1', 'b-2']);
    world.signature = 'sig-2';
    await start('net/joins', 'b-3');
    await until(handle, (one) => one.timeline.some((entry) => entry.text.includes('in another way')) && waiting(one));
    await handle.executeUpdate(resolve, {args: [{by: 'ann', outcome: 'manual'}]});
    await handle.result();
    expect(world.recorded.at(-1)?.bundles).toHaveLength(3);
  });
});

test('one dev-env has one holder at a time, and a terminated holder loses it', async () => {
  const world = new ScriptedCase();
  const hang = hangingCall();
  world.turns = [hang.turn, ...Array.from({length: 3}, () => () => reply())];
  await withWorker(world, async (start) => {
    const first = await start('net/killed');
    await hang.reached;
    const others = await Promise.all(['net/a', 'net/b', 'net/c'].map((origin) => start(origin)));
    await first.terminate('test');
    for (const other of others) expect(await other.result()).toMatchObject({outcome: 'fixed'});
  });
  expect(world.overlaps).toBe(0);
});

test('context repeats triage with all rounds, and lifts MANUAL to ASSIST once', async () => {
  const world = new ScriptedCase();
  world.readings = [1, 2, 3].map(() => ScriptedCase.triaged('missing-dep'));
  world.turns = [() => reply(), () => reply()];
  world.proofs = [false, false];
  await withWorker(world, async (start) => {
    const handle = await start('net/told');
    await until(handle, waiting);
    expect(await handle.executeUpdate(provideContext, {args: [{by: 'ann', text: 'the dependency is optional'}]})).toContain(
      'starts again',
    );
    const state = await until(handle, (one) => waiting(one) && one.attempts.length === 2);
    expect(state).toMatchObject({
      tier: 'ASSIST',
      pendingOutcome: 'needs-help',
      context: [{by: 'ann', text: 'the dependency is optional'}],
    });
    await handle.executeUpdate(provideContext, {args: [{by: 'ann', text: 'really'}]});
    await until(handle, (one) => waiting(one) && one.tier === 'MANUAL');
  });
  expect(world.contexts).toEqual([[], ['the dependency is optional'], ['the dependency is optional', 'really']]);
});

test('a case that waits for budget continues when it is granted; a rejected update changes nothing', async () => {
  const world = new ScriptedCase();
  world.turns = Array.from({length: 3}, () => () => reply());
  world.proofs = [false, false, true];
  await withWorker(world, async (start) => {
    const handle = await start('net/granted');
    await until(handle, waiting);
    await expect(handle.executeUpdate(retry, {args: [{by: 'ann'}]})).rejects.toMatchObject({
      cause: {message: expect.stringContaining('All 2 attempts')},
    });
    expect((await handle.query(status)).operatorLog).toEqual([]);
    expect(await handle.executeUpdate(grantBudget, {args: [{by: 'ann', attempts: 1}]})).toContain('goes on');
    expect(await handle.result()).toMatchObject({outcome: 'fixed', attempts: 3});
  });
});

test('an escalated case continues after retry', async () => {
  const world = new ScriptedCase();
  const hang = hangingCall();
  world.turns = [hang.turn, () => reply()];
  await withWorker(world, async (start) => {
    const handle = await start('net/again');
    await hang.reached;
    await handle.signal(escalate, {by: 'bob', reason: 'wait'});
    await until(handle, waiting);
    expect(await handle.executeUpdate(retry, {args: [{by: 'bob'}]})).toContain('in tier ASSIST');
    expect(await handle.result()).toMatchObject({outcome: 'fixed', tier: 'ASSIST'});
  });
});

test('Temporal shows failed builds and failed attempts as failed, and tries none of them again', async () => {
  const world = new ScriptedCase();
  world.turns = [() => reply('dsynth_build'), () => reply(), () => reply('dsynth_build'), () => reply()];
  world.builds = [true, true];
  world.proofs = [false, true];
  world.others = withFailedBuilds({...world.devEnv(), ...world.tools(['dsynth_build'])});
  await withWorker(world, async (start) => {
    const handle = await start('net/red');
    expect(await handle.result()).toMatchObject({outcome: 'fixed', attempts: 2});
    const [first, second] = (await handle.query(status)).attempts.map(({workflowId}) =>
      server.client.workflow.getHandle(workflowId ?? ''),
    );
    const described = await first?.describe();
    expect([described?.status.name, (await second?.describe())?.status.name]).toEqual(['FAILED', 'COMPLETED']);
    const failures = ((await first?.fetchHistory())?.events ?? []).flatMap((event) =>
      event.activityTaskFailedEventAttributes || event.workflowExecutionFailedEventAttributes
        ? [(event.activityTaskFailedEventAttributes ?? event.workflowExecutionFailedEventAttributes)?.failure?.message]
        : [],
    );
    expect(failures).toEqual(['the clean rebuild failed in build', 'the model reported; the clean rebuild failed in build']);
  });
  expect(world.log.filter((line) => line.startsWith('prove'))).toEqual(['prove false', 'prove true']);
});

test('an attempt whose cancellation is requested alone leaves its case to the operator', async () => {
  const world = new ScriptedCase();
  const hang = hangingCall();
  world.turns = [hang.turn];
  await withWorker(world, async (start) => {
    const handle = await start('net/stopped-alone');
    await hang.reached;
    await server.client.workflow.getHandle(await attemptOf(handle)).cancel();
    const state = await until(handle, waiting);
    expect(state).toMatchObject({pendingOutcome: 'needs-help', attempts: [{end: 'cancelled'}]});
    expect(world.inUse.size).toBe(0);
    await handle.cancel();
    await expect(handle.result()).rejects.toThrow();
    expect((await handle.describe()).status.name).toBe('CANCELLED');
    expect(world.recorded.at(-1)).toMatchObject({phase: 'closed', outcome: 'discarded', reason: 'it was cancelled in Temporal'});
  });
});

test('an attempt that is terminated alone leaves its case to the operator', async () => {
  const world = new ScriptedCase();
  const hang = hangingCall();
  world.turns = [hang.turn];
  await withWorker(world, async (start) => {
    const handle = await start('net/orphaned');
    await hang.reached;
    await server.client.workflow.getHandle(await attemptOf(handle)).terminate('test');
    const state = await until(handle, waiting);
    expect(state).toMatchObject({
      pendingOutcome: 'needs-help',
      reason: expect.stringContaining('ended from outside'),
      attempts: [{end: 'ended-from-outside'}],
    });
  });
});

test('no dev-env of the target, or a slave port: to the operator, with the reason', async () => {
  const world = new ScriptedCase();
  await withWorker(world, async (start) => {
    expect((await until(await start('x11/slave'), waiting)).reason).toContain('it builds from x11/master');
    world.envs = [];
    expect((await until(await start('net/homeless'), waiting)).reason).toContain('no dev-env can be used: there is none');
  });
});
