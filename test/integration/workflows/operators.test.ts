import {setTimeout as delay} from 'node:timers/promises';
import {jest} from '@jest/globals';
import {Context} from '@temporalio/activity';
import type {WorkflowHandle} from '@temporalio/client';
import {
  accept,
  escalate,
  failureReported,
  grantBudget,
  handPatch,
  provideContext,
  resolve,
  retry,
  status,
} from '../../../src/protocol/port-case.ts';
import {TASK_QUEUE} from '../../../src/protocol/task-queue.ts';
import {caseId} from '../../../src/protocol/workflow-ids.ts';
import {CaseServer, hangingCall, until, waiting} from '../../support/case-worker.ts';
import {report, ScriptedCase} from '../../support/scripted-case.ts';

jest.setTimeout(60_000);

const DIFF = 'diff --git a/ports/net/x/Makefile.DragonFly b/ports/net/x/Makefile.DragonFly\n';

let cases: CaseServer;
beforeAll(async () => {
  cases = await CaseServer.make();
}, 90_000);
afterAll(() => cases?.server.stop());

/** Worlds whose case stays in a phase until it is interrupted. */
const HANGING: Record<string, () => ScriptedCase> = {
  triage: () => withActivity('askModel'),
  'waiting-env': () => {
    const made = new ScriptedCase();
    made.unwell.set('env-1', 'it does not answer');
    return made;
  },
  patch: () => {
    const made = new ScriptedCase();
    made.turns = [hangingCall().turn];
    return made;
  },
  prove: () => {
    const made = withActivity('proveRebuild');
    made.turns = [() => hangingReply()];
    return made;
  },
};

function hangingReply() {
  const usage = {prompt: 1, cached: 0, completion: 1, reasoning: 0, cost: 0};
  return {
    kind: 'reply',
    conversation: 'c',
    usage,
    finishReason: 'stop',
    toolCalls: [],
    preview: '',
    text: 't',
    gaveUp: false,
  } as const;
}

/** This activity never ends by itself. */
function withActivity(name: string): ScriptedCase {
  const made = new ScriptedCase();
  made.others = {[name]: () => Context.current().cancelled};
  return made;
}

const refusal = (words: RegExp) => ({cause: {message: expect.stringMatching(words)}});

async function whatIsTaken(handle: WorkflowHandle): Promise<void> {
  expect(await handle.executeUpdate(provideContext, {args: [{by: 'ann', text: 'look at kqueue'}]})).toContain(
    'next triage or attempt',
  );
  expect(await handle.executeUpdate(grantBudget, {args: [{by: 'ann', tokens: 10}]})).toBe('It counts from now on.');
  await expect(handle.executeUpdate(retry, {args: [{by: 'ann'}]})).rejects.toMatchObject(
    refusal(/case that waits for an operator/),
  );
  await expect(handle.executeUpdate(accept, {args: [{by: 'ann'}]})).rejects.toMatchObject(refusal(/proved fix/));
  await expect(handle.executeUpdate(handPatch, {args: [{by: 'ann', diff: DIFF}]})).rejects.toMatchObject(
    refusal(/Use escalate first/),
  );
}

test.each(Object.keys(HANGING))(
  'in %s: what can be taken is taken, the rest refused in words, and resolve closes at once',
  async (phase) => {
    const made = (HANGING[phase] as () => ScriptedCase)();
    await cases.withWorker(made, async (start) => {
      const handle = await start(`phase/${phase}`);
      await until(handle, (one) => one.phase === phase);
      await whatIsTaken(handle);
      const state = await handle.query(status);
      expect(state).toMatchObject({phase, context: [{text: 'look at kqueue'}], granted: {tokens: 10, attempts: 0}});
      expect(state.operatorLog).toHaveLength(2);
      await handle.executeUpdate(resolve, {args: [{by: 'ann', outcome: 'discarded'}]});
      expect(await handle.result()).toMatchObject({outcome: 'discarded'});
      expect(made.inUse.size).toBe(0);
    });
  },
);

test.each(Object.keys(HANGING))('in %s: escalate twice stops it once, and the case waits', async (phase) => {
  const made = (HANGING[phase] as () => ScriptedCase)();
  await cases.withWorker(made, async (start) => {
    const handle = await start(`stop/${phase}`);
    await until(handle, (one) => one.phase === phase);
    await Promise.all(['first', 'second'].map((reason) => handle.signal(escalate, {by: 'bob', reason})));
    const state = await until(handle, waiting);
    expect(state).toMatchObject({tier: 'MANUAL', pendingOutcome: 'manual', reason: expect.stringMatching(/^bob escalated it/)});
    expect(made.inUse.size).toBe(0);
    await handle.executeUpdate(resolve, {args: [{by: 'bob', outcome: 'manual'}]});
    await handle.result();
    expect(made.log.filter((line) => line.startsWith('handoff'))).toEqual(['handoff manual']);
  });
});

test('a case that is resolved while its attempt is being started ends the attempt', async () => {
  const made = (HANGING['waiting-env'] as () => ScriptedCase)();
  await cases.withWorker(made, async (start) => {
    // Many, since the moment between the server's taking the start and its doing it is short.
    const many = Array.from({length: 12}, (_, at) => at).map(async (at) => {
      const handle = await start(`starting/p${at}`);
      for (;;) {
        const {raw} = await handle.describe();
        if ((raw.pendingChildren ?? []).length > 0) break;
        await delay(5);
      }
      await handle.executeUpdate(resolve, {args: [{by: 'ann', outcome: 'discarded'}]});
      return handle.result();
    });
    for (const result of await Promise.all(many)) expect(result).toMatchObject({outcome: 'discarded'});
  });
});

test('messages before the first failure, and while no worker runs, are not lost; after the close they are rejected', async () => {
  const {client} = cases.server;
  const port = {target: '@early', origin: 'net/early'};
  const handle = client.workflow.getHandle(caseId(port));
  await client.workflow.signalWithStart('portCase', {
    workflowId: caseId(port),
    taskQueue: TASK_QUEUE,
    args: [port],
    signal: escalate,
    signalArgs: [{by: 'bob', reason: 'mine'}],
  });
  await handle.signal(failureReported, {...report('net/early'), ...port});
  const given = handle.executeUpdate(provideContext, {args: [{by: 'ann', text: 'told while nobody worked'}]});
  const made = new ScriptedCase();
  await cases.withWorker(made, async () => {
    await given;
    const state = await until(handle, waiting);
    expect(state).toMatchObject({reason: 'bob escalated it: mine', context: [{text: 'told while nobody worked'}]});
    const login = {method: 'oidc', issuer: 'https://id.example', subject: '12'} as const;
    const twice = {args: [{by: 'ann', login, outcome: 'manual'}] as [{by: string; login: typeof login; outcome: string}]};
    await handle.executeUpdate(resolve, twice);
    await handle.result();
    await expect(handle.executeUpdate(resolve, twice)).rejects.toThrow(/completed/);
    await expect(handle.signal(escalate, {by: 'bob', reason: 'late'})).rejects.toThrow(/completed/);
  });
  expect(made.log.filter((line) => line.startsWith('ask'))).toEqual([]);
  expect(made.recorded.at(-1)).toMatchObject({
    outcome: 'manual',
    operatorLog: [{by: 'bob'}, {by: 'ann'}, {by: 'ann', login: {method: 'oidc', subject: '12'}}],
  });
});

test('updates that race change the case one after the other', async () => {
  const made = new ScriptedCase();
  made.readings = Array.from({length: 9}, () => ScriptedCase.triaged('missing-dep'));
  await cases.withWorker(made, async (start) => {
    const handle = await start('net/race');
    await until(handle, waiting);
    const grants = Array.from({length: 8}, () => handle.executeUpdate(grantBudget, {args: [{by: 'ann', tokens: 100}]}));
    await Promise.all(grants);
    expect((await handle.query(status)).granted).toEqual({tokens: 800, attempts: 0});
    const closes = ['discarded', 'manual'].map((outcome) => handle.executeUpdate(resolve, {args: [{by: 'ann', outcome}]}));
    const settled = await Promise.allSettled(closes);
    expect(settled.some((one) => one.status === 'fulfilled')).toBe(true);
    expect(await handle.result()).toMatchObject({outcome: expect.stringMatching(/discarded|manual/)});
    expect(made.recorded.filter((one) => one.outcome !== null)).toHaveLength(1);
  });
});
