import {randomUUID} from 'node:crypto';
import {jest} from '@jest/globals';
import {Context} from '@temporalio/activity';
import {ApplicationFailure} from '@temporalio/common';
import type {Hold} from '../../../src/case/operator/hold.ts';
import type {Policy} from '../../../src/case/policy/policy.ts';
import type {CaseResult, CaseStatus} from '../../../src/case/status.ts';
import {held, release} from '../../../src/protocol/hold-port.ts';
import {
  accept,
  ask,
  escalate,
  grantBudget,
  handPatch,
  portBuilt,
  reject,
  resolve,
  retry,
  retryDelivery,
  skipDelivery,
} from '../../../src/protocol/port-case.ts';
import type {ProveAgainInput} from '../../../src/protocol/prove-again.ts';
import {TASK_QUEUE} from '../../../src/protocol/task-queue.ts';
import {caseId, holdId} from '../../../src/protocol/workflow-ids.ts';
import {holdPort} from '../../../src/workflows/hold.ts';
import {proveAgain} from '../../../src/workflows/prove-again.ts';
import {CaseServer, hangingCall, until, waiting} from '../../support/case-worker.ts';
import {POLICY, reply, report, ScriptedCase} from '../../support/scripted-case.ts';

jest.setTimeout(60_000);

const DIFF = 'diff --git a/ports/net/x/Makefile.DragonFly b/ports/net/x/Makefile.DragonFly\n';
const REVIEWED: Policy = {...POLICY, waiting: {review_hours: 24}};

let cases: CaseServer;
beforeAll(async () => {
  cases = await CaseServer.make();
}, 90_000);
afterAll(() => cases?.server.stop());

/** A world in which attempts end as `proofs` says, one turn each. */
function world(proofs: boolean[], policy = REVIEWED): ScriptedCase {
  const made = new ScriptedCase();
  made.policy = policy;
  made.proofs = [...proofs];
  made.turns = proofs.map(() => () => reply());
  return made;
}

test('a proved fix waits for its review; accepted, it closes as fixed with the reviewer recorded', async () => {
  const made = world([true]);
  await cases.withWorker(made, async (start) => {
    const handle = await start('net/reviewed');
    const state = await until(handle, waiting);
    expect(state).toMatchObject({
      pendingOutcome: 'fixed',
      outcome: null,
      accepted: null,
      reason: expect.stringContaining('clean rebuild'),
    });
    await expect(handle.executeUpdate(retry, {args: [{by: 'ann'}]})).rejects.toMatchObject({
      cause: {message: expect.stringContaining('Use reject')},
    });
    expect(await handle.executeUpdate(accept, {args: [{by: 'ann'}]})).toContain('closes as fixed');
    expect(await handle.result()).toMatchObject({outcome: 'fixed', reason: 'ann accepted the fix'});
  });
  expect(made.recorded.at(-1)).toMatchObject({phase: 'closed', outcome: 'fixed', accepted: {by: 'ann'}});
});

const REFUSED = ApplicationFailure.create({
  message: '/opt/deliver ended with exit code 3',
  type: 'DeliveryFailed',
  details: [{exit: 3, tail: 'no rights'}],
});

/** A case whose accepted fix is delivered by a command. */
function delivering(...deliveries: ScriptedCase['deliveries']): ScriptedCase {
  const made = world([true], {...POLICY, waiting: {review_hours: 24}, deliver: {command: ['/opt/deliver'], attempts: 1}});
  made.deliveries = deliveries;
  return made;
}

test('an accepted fix is delivered before its case closes; a failure waits, and is delivered again with the same id', async () => {
  const made = delivering(REFUSED, {exit: 0, link: 'https://github.com/o/r/pull/7'});
  await cases.withWorker(made, async (start) => {
    const handle = await start('net/delivered');
    await until(handle, waiting);
    expect(await handle.executeUpdate(accept, {args: [{by: 'ann'}]})).toContain('The delivery command runs');
    const failed = await until(handle, (one) => waiting(one) && one.delivery?.state === 'failed');
    expect(failed).toMatchObject({
      pendingOutcome: 'fixed',
      accepted: {by: 'ann'},
      delivery: {exit: 3, tail: 'no rights', reason: '/opt/deliver ended with exit code 3'},
    });
    expect(failed.timeline.at(-1)?.text).toContain('deliver it again, or close the case without');
    await expect(handle.executeUpdate(accept, {args: [{by: 'bob'}]})).rejects.toMatchObject({
      cause: {message: expect.stringContaining('Use retryDelivery or skipDelivery')},
    });
    await handle.executeUpdate(retryDelivery, {args: [{by: 'bob'}]});
    expect(await handle.result()).toMatchObject({outcome: 'fixed', reason: 'ann accepted the fix'});
  });
  const [first, again] = made.log.filter((line) => line.startsWith('deliver'));
  expect(again).toBe(first);
  expect(made.recorded.at(-1)?.delivery).toMatchObject({state: 'delivered', link: 'https://github.com/o/r/pull/7'});
  expect(made.recorded.map(({phase}) => phase)).toContain('deliver');
});

test('a delivery can be stopped, and the case closed without one', async () => {
  const made = delivering();
  let reached = (): void => undefined;
  const runs = new Promise<void>((done) => {
    reached = done;
  });
  made.others = {
    deliverFix: () => {
      reached();
      return Context.current().cancelled;
    },
  };
  await cases.withWorker(made, async (start) => {
    const handle = await start('net/undelivered', 'b-1', {createdUtc: '2026-01-18T14:00:00Z'});
    await until(handle, waiting);
    await handle.executeUpdate(accept, {args: [{by: 'ann'}]});
    await runs;
    await handle.signal(portBuilt, {runId: 'run-2', atUtc: '2026-01-19T14:00:00Z'});
    await handle.signal(escalate, {by: 'bob', reason: 'it hangs'});
    const state = await until(handle, (one) => waiting(one) && one.delivery?.state === 'failed');
    expect(state).toMatchObject({pendingOutcome: 'fixed', delivery: {reason: 'bob stopped it'}});
    await handle.executeUpdate(skipDelivery, {args: [{by: 'bob'}]});
    expect(await handle.result()).toMatchObject({outcome: 'fixed', reason: 'bob closed it without a delivery'});
  });
  expect(made.recorded.at(-1)).toMatchObject({accepted: {by: 'ann'}, delivery: {state: 'skipped', by: 'bob'}});
});

test('a rejected fix returns to the patch loop with the reason, and is over when the budget is', async () => {
  const made = world([true, true]);
  await cases.withWorker(made, async (start) => {
    const handle = await start('net/rejected');
    await until(handle, waiting);
    expect(await handle.executeUpdate(reject, {args: [{by: 'bob', reason: 'it hides the cause'}]})).toContain('goes on');
    const again = await until(handle, (one) => waiting(one) && one.attempts.length === 2);
    expect(again.attempts[0]).toMatchObject({rejected: {by: 'bob', reason: 'it hides the cause'}, proof: {rebuildOk: true}});
    expect(again.context.at(-1)?.text).toBe('The fix of attempt 1 is rejected: it hides the cause');
    await handle.executeUpdate(reject, {args: [{by: 'bob', reason: 'still'}]});
    const over = await until(handle, (one) => waiting(one) && one.pendingOutcome !== 'fixed');
    expect(over).toMatchObject({pendingOutcome: 'needs-help', attempts: [{attempt: 1}, {attempt: 2}]});
    await handle.executeUpdate(grantBudget, {args: [{by: 'bob', attempts: 1}]});
    made.turns.push(() => reply());
    await until(handle, (one) => waiting(one) && one.pendingOutcome === 'fixed');
    await handle.executeUpdate(resolve, {args: [{by: 'bob', outcome: 'discarded'}]});
    expect(((await handle.result()) as CaseResult).outcome).toBe('discarded');
  });
});

test('a question is answered beside the wait, one at a time, from the budget of the case, and goes into its archive', async () => {
  const made = world([true, true]);
  const hang = hangingCall();
  const left: number[] = [];
  made.answers = [
    (input) => {
      left.push(input.left.tokens);
      expect(input).toMatchObject({purpose: 'ask', tools: 'offered', conversation: 'question'});
      return reply('read_artifact');
    },
    (input) => {
      left.push(input.left.tokens);
      expect(input).toMatchObject({toolResults: ['lines']});
      return reply();
    },
    hang.turn,
  ];
  await cases.withWorker(made, async (start) => {
    const handle = await start('net/asked');
    const before = await until(handle, waiting);
    const question = (text: string) => handle.executeUpdate(ask, {args: [{by: 'ann', text}]});
    expect(await question('Why not drop the patch?')).toEqual({number: 1});
    const state = await until(handle, ({questions = []}) => questions[0]?.state === 'answered');
    expect(state.questions?.[0]).toMatchObject({by: 'ann', answer: made.answer, record: 'answer', usage: {prompt: 200}});
    expect(state.usage.prompt - before.usage.prompt).toBe(200);
    expect(left).toEqual([2000 - before.budget.tokensUsed, 2000 - before.budget.tokensUsed - 110]);
    expect(state).toMatchObject({pendingOutcome: 'fixed', operatorLog: [{did: 'asked: Why not drop the patch?'}]});

    await question('And now?');
    await hang.reached;
    await expect(question('Hello?')).rejects.toMatchObject({
      cause: {message: expect.stringMatching(/Question 2, by ann, is being/)},
    });
    await handle.executeUpdate(reject, {args: [{by: 'bob', reason: 'it hides the cause'}]});
    const again = await until(handle, (one) => waiting(one) && one.attempts.length === 2);
    expect(again.questions?.[1]).toMatchObject({state: 'failed', problem: expect.stringContaining('the case goes on')});
    await handle.executeUpdate(accept, {args: [{by: 'ann'}]});
    expect(await handle.result()).toMatchObject({outcome: 'fixed'});
  });
  expect(made.recorded.at(-1)?.questions).toMatchObject([{state: 'answered', record: 'answer'}, {state: 'failed'}]);
  expect(made.recorded.at(-1)?.questions?.[0]).not.toHaveProperty('answer');
});

test('an operator’s own diff goes through guard and proof, and costs no attempt', async () => {
  const made = world([false, false]);
  await cases.withWorker(made, async (start) => {
    const handle = await start('net/byhand');
    await until(handle, waiting);
    made.findings = [[{rule: 'hiding', severity: 'refuse', path: 'p', reason: 'it marks the port BROKEN'}]];
    await handle.executeUpdate(handPatch, {args: [{by: 'ann', diff: DIFF}]});
    const refused = await until(handle, (one) => waiting(one) && one.attempts.length === 3);
    expect(refused).toMatchObject({
      pendingOutcome: 'needs-help',
      reason: expect.stringMatching(/diff by ann.*marks the port BROKEN/),
    });
    made.proofs = [true];
    const odd = handle.executeUpdate(handPatch, {args: [{by: 'ann', diff: DIFF, judged: ['large', 'outside']}]});
    await expect(odd).rejects.toMatchObject({cause: {message: expect.stringMatching(/judged.* got "outside"/)}});
    await handle.executeUpdate(handPatch, {args: [{by: 'ann', diff: DIFF, judged: ['large']}]});
    const proved = await until(handle, (one) => waiting(one) && one.attempts.length === 4);
    expect(proved).toMatchObject({
      pendingOutcome: 'fixed',
      attempts: [{}, {}, {by: 'ann'}, {by: 'ann', end: 'handed', turns: 0}],
    });
    expect(proved.usage).toEqual(refused.usage);
  });
  expect(made.log.filter((line) => /^(begin|decided|prove)/.test(line)).slice(-3)).toEqual([
    'begin env-1 with hand-diff',
    'decided {"judged":{"by":"ann","rules":["large"]}}',
    'prove true',
  ]);
});

test('a port that builds in a later run closes its waiting case as recovered, an earlier build changes nothing', async () => {
  const made = new ScriptedCase();
  made.readings = [ScriptedCase.triaged('missing-dep')];
  await cases.withWorker(made, async (start) => {
    const handle = await start('net/mended', 'b-1', {createdUtc: '2026-01-18T14:00:00Z'});
    await until(handle, waiting);
    await handle.signal(portBuilt, {runId: 'run-0', atUtc: '2026-01-18T13:00:00Z'});
    await handle.signal(portBuilt, {runId: 'run-2', atUtc: '2026-01-19T14:00:00Z'});
    expect(await handle.result()).toMatchObject({outcome: 'recovered', reason: 'the port built in run-2'});
  });
});

test('a port that builds while the model works ends that', async () => {
  const made = new ScriptedCase();
  const hang = hangingCall();
  made.turns = [hang.turn];
  await cases.withWorker(made, async (start) => {
    const handle = await start('net/meanwhile', 'b-1', {createdUtc: '2026-01-18T14:00:00Z'});
    await hang.reached;
    await handle.signal(portBuilt, {runId: 'run-2', atUtc: '2026-01-19T14:00:00Z'});
    expect(await handle.result()).toMatchObject({outcome: 'recovered'});
    expect(made.inUse.size).toBe(0);
  });
});

test('a proved fix whose port builds in a later run closes as fixed; another failure meanwhile is only noted', async () => {
  const made = world([true]);
  await cases.withWorker(made, async (start) => {
    const handle = await start('net/taken', 'b-1', {createdUtc: '2026-01-18T14:00:00Z'});
    await until(handle, waiting);
    made.signature = 'sig-2';
    await start('net/taken', 'b-2', {createdUtc: '2026-01-18T15:00:00Z'});
    const noted = await until(handle, (one) => one.timeline.some((entry) => entry.text.includes('in another way')));
    expect(noted.pendingOutcome).toBe('fixed');
    await handle.signal(portBuilt, {runId: 'run-2', atUtc: '2026-01-19T14:00:00Z'});
    expect(await handle.result()).toMatchObject({outcome: 'fixed', reason: 'the port built in run-2'});
  });
});

test('a model that gives up ends the case’s attempts; so do two attempts with the same error', async () => {
  const made = new ScriptedCase();
  made.turns = [() => ({...reply(), gaveUp: true, preview: 'it needs kqueue'}) as ReturnType<typeof reply>];
  made.proofs = [false];
  await cases.withWorker(made, async (start) => {
    const state = await until(await start('net/gaveup'), waiting);
    expect(state).toMatchObject({
      pendingOutcome: 'needs-help',
      reason: 'the model gave up: it needs kqueue; the clean rebuild failed in build',
    });
    expect(state.attempts).toHaveLength(1);
  });
  const same = new ScriptedCase();
  same.policy = {...POLICY, tiers: {...POLICY.tiers, ASSIST: {max_iterations: 4, max_tokens: 9000}}};
  same.turns = [() => reply(), () => reply()];
  same.proofs = [false, false];
  same.errorAfterProof = 'e1';
  await cases.withWorker(same, async (start) => {
    const state = await until(await start('net/sameerror'), waiting);
    expect(state.reason).toMatch(/two attempts ended with the same error/);
    expect(state.attempts).toHaveLength(2);
  });
});

test('no edit by the policy’s turn ends an attempt', async () => {
  const made = new ScriptedCase();
  made.policy = {...POLICY, tiers: {ASSIST: {max_iterations: 1, max_tokens: 9000, max_turns: 9}}, stop: {no_edit_turns: 2}};
  made.turns = [() => reply('grep'), () => reply('list_dir')];
  made.findings = [[{rule: 'empty', severity: 'refuse', path: '', reason: 'nothing'}]];
  await cases.withWorker(made, async (start) => {
    const state = await until(await start('net/looks'), waiting);
    expect(state.attempts).toMatchObject([{end: 'no-edit', turns: 2}]);
  });
});

test('cases wait for an unhealthy dev-env or a host that is down, show why once, and continue when it is back', async () => {
  const made = world([true, true, true], POLICY);
  made.unwell.set('env-1', 'its overlay has changes that no case made: ports/net/x/mine');
  for (const env of ['x@b1', 'y@b1']) made.unwell.set(env, {host: 'b1', problem: 'nothing listens there'});
  await cases.withWorker(made, async (start) => {
    const shows = (part: string) => (one: CaseStatus) => one.timeline.some(({text}) => text.includes(part));
    const handle = await start('net/patient');
    const state = await until(handle, shows('dev-env env-1 is out of the pool'));
    expect(state).toMatchObject({phase: 'waiting-env', outcome: null});
    made.envs = ['x@b1', 'y@b1'];
    const onHost = await start('net/onhost');
    await until(onHost, shows('build host b1 cannot be reached, so its dev-envs are out of the pool: nothing listens there'));
    made.envs = ['x@b1', 'y@b1', 'z@b2'];
    const elsewhere = await start('net/elsewhere');
    expect(await elsewhere.result()).toMatchObject({outcome: 'fixed', attempts: 1});
    expect(made.log).toContain('begin z@b2');
    made.unwell.clear();
    for (const [one, back] of [
      [handle, 'dev-env env-1 is healthy again'],
      [onHost, 'build host b1 can be reached again'],
    ] as const) {
      expect(await one.result()).toMatchObject({outcome: 'fixed', attempts: 1});
      const {timeline} = await until(one, () => true);
      expect(timeline.filter(({text}) => text.includes('out of the pool'))).toHaveLength(1);
      expect(timeline.filter(({text}) => text.includes(back))).toHaveLength(1);
    }
  });
});

test('while dsynth runs on the host only triage is done, unless the policy allows more', async () => {
  const made = world([true], POLICY);
  made.bulkRuns = ['run-9'];
  await cases.withWorker(made, async (start) => {
    const handle = await start('net/polite');
    const state = await until(handle, (one) => one.phase === 'waiting-env');
    expect(state.timeline.at(-1)?.text).toContain('dsynth is busy with run-9');
    expect(made.log).not.toContain('begin env-1');
    await handle.signal('runEnded', {runId: 'run-9'});
    expect(await handle.result()).toMatchObject({outcome: 'fixed'});
  });
  const all = world([true], {...POLICY, during_bulk_run: 'all'});
  all.bulkRuns = ['run-9'];
  await cases.withWorker(all, async (start) => {
    expect(await (await start('net/bold')).result()).toMatchObject({outcome: 'fixed'});
  });
  expect(all.bulkRuns).toEqual(['run-9']);
});

test('a port that failed too often goes to an operator before any model call', async () => {
  const made = new ScriptedCase();
  const closedUtc = new Date().toISOString();
  const one = {outcome: 'needs-help', reason: 'r', classification: null, signature: 's', attempts: 1, bundles: 1} as const;
  made.earlier = ['a', 'b', 'c'].map((bundleId) => ({bundleId, runId: 'r', closedUtc, ...one}));
  await cases.withWorker(made, async (start) => {
    const state = await until(await start('net/toooften'), waiting);
    expect(state).toMatchObject({tier: 'MANUAL', reason: expect.stringMatching(/worked on 3 cases.*repeats/)});
    expect(state.earlier).toHaveLength(3);
  });
  expect(made.log).toEqual(['handoff manual']);
});

test('what fails in automation leaves the case to the operator', async () => {
  const made = new ScriptedCase();
  made.others = {
    openTriage: async () => {
      throw ApplicationFailure.nonRetryable('the prompt triage.md lacks {{classes}}');
    },
  };
  await cases.withWorker(made, async (start) => {
    const state = await until(await start('net/broken'), waiting);
    expect(state).toMatchObject({pendingOutcome: 'needs-help', reason: expect.stringContaining('lacks {{classes}}')});
    // The bundle counts as read: it does not start triage again as a failure that joined.
    expect(state.bundle).toMatchObject({bundleId: 'net_broken-1'});
  });
});

test('200 reports of one failure make one case and one triage', async () => {
  const made = new ScriptedCase();
  made.readings = [ScriptedCase.triaged('missing-dep')];
  await cases.withWorker(made, async (start) => {
    const handles = await Promise.all(Array.from({length: 200}, (_, at) => start('net/many', `b-${at}`)));
    const state = await until(handles[0] as (typeof handles)[number], (one) => waiting(one) && one.bundles.length === 200);
    expect(state.bundles).toHaveLength(200);
    await handles[0]?.signal(escalate, {by: 'ann', reason: 'enough'});
  });
  expect(made.log.filter((line) => line.startsWith('ask'))).toEqual(['ask triage absent']);
});

test('failures of a held port are recorded and start nothing; a release lets the next one start', async () => {
  const made = new ScriptedCase();
  made.readings = [ScriptedCase.triaged('missing-dep')];
  const {client} = cases.server;
  await cases.withWorker(made, async (start) => {
    const hold: Hold = {origin: 'net/held', by: 'ann', reason: 'I am on it', sinceUtc: '2026-01-18T14:00:00Z'};
    const holding = await client.workflow.start(holdPort, {workflowId: holdId('net/held'), taskQueue: TASK_QUEUE, args: [hold]});
    await start('net/held', 'b-1');
    await start('net/held', 'b-1');
    const handle = await start('net/held', 'b-2');
    expect(await holding.query(held)).toMatchObject({count: 2, reports: [{bundleId: 'b-1'}, {bundleId: 'b-2'}]});
    await expect(handle.describe()).rejects.toThrow(/not found/i);
    expect(await holding.executeUpdate(release, {args: [{by: 'ann'}]})).toContain('2 failures');
    await holding.result();
    expect((await until(await start('net/held', 'b-3'), waiting)).bundles).toMatchObject([{bundleId: 'b-3'}]);
  });
});

test('a hold ends by itself at its time', async () => {
  const {client} = cases.server;
  await cases.withWorker(new ScriptedCase(), async () => {
    const times = {sinceUtc: '2026-01-18T14:00:00Z', untilUtc: '2026-01-18T15:00:00Z'};
    const hold: Hold = {origin: 'net/expired', by: 'ann', reason: 'r', ...times};
    const args = {workflowId: holdId('net/expired'), taskQueue: TASK_QUEUE, args: [hold] as [Hold]};
    expect(await client.workflow.execute(holdPort, args)).toMatchObject({count: 0});
  });
});

test('a proof is repeated under a separate lease, and the overlay is restored whatever its result', async () => {
  const made = new ScriptedCase();
  made.proofs = [false, true];
  const {client} = cases.server;
  await cases.withWorker(made, async () => {
    const port = {target: `@${randomUUID()}`, origin: 'net/again'};
    const input: ProveAgainInput = {caseId: caseId(port), port, report: {...report('net/again'), ...port}, diff: 'd', label: 'l'};
    const prove = () =>
      client.workflow.execute(proveAgain, {workflowId: `proof:${caseId(port)}`, taskQueue: TASK_QUEUE, args: [input]});
    expect(await prove()).toMatchObject({rebuildOk: false});
    expect(await prove()).toMatchObject({rebuildOk: true});
  });
  const round = (ok: boolean): string[] => ['begin env-1', `prove ${ok}`, 'restore env-1'];
  expect(made.log).toEqual([...round(false), ...round(true)]);
});
