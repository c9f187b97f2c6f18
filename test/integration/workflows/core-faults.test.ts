import {randomUUID} from 'node:crypto';
import {setTimeout as delay} from 'node:timers/promises';
import {jest} from '@jest/globals';
import {ApplicationFailure} from '@temporalio/activity';
import type {WorkflowHandle} from '@temporalio/client';
import {diffReviewSummary} from '../../../src/case/attempt/diff-review.ts';
import {TOOL_NAMES} from '../../../src/case/attempt/tool-names.ts';
import type {CaseResult, CaseStatus} from '../../../src/case/status.ts';
import type {FailureReport} from '../../../src/case/types.ts';
import type {CaseFacts} from '../../../src/protocol/activities.ts';
import {FAILURES} from '../../../src/protocol/failure-types.ts';
import {
  accept,
  ask,
  escalate,
  failureReported,
  handPatch,
  provideContext,
  reject,
  resolve,
  retry,
  skipDelivery,
  status,
} from '../../../src/protocol/port-case.ts';
import {attemptOf} from '../../support/attempt.ts';
import {CaseServer, hangingCall, until, waiting} from '../../support/case-worker.ts';
import {POLICY, reply, report, ScriptedCase} from '../../support/scripted-case.ts';

jest.setTimeout(120_000);
let cases: CaseServer;
beforeAll(async () => {
  cases = await CaseServer.make();
}, 90_000);
afterAll(() => cases?.server?.stop());

const REVIEWED = {...POLICY, waiting: {review_hours: 24}};
const facts = (signature: string, closedAs: string | null = null): CaseFacts => ({
  signature,
  errorLine: `error: ${signature}`,
  closedAs,
  earlier: [],
});
const closed = (state: CaseStatus): boolean => state.phase === 'closed';
/** Texts of a case's timeline, and what came of the reviews of its diffs. */
const texts = (state: CaseStatus): string =>
  [...state.timeline.map(({text}) => text), ...state.attempts.map(diffReviewSummary)].join('\n');

/** A case whose attempt is proved and waits for its review. */
function proved(): ScriptedCase {
  const world = new ScriptedCase();
  world.policy = REVIEWED;
  world.turns = [() => reply('put_file'), () => reply()];
  return world;
}

describe('a failure is never lost', () => {
  test.each([
    ['after', ['old', 'new']],
    ['before', ['new', 'old']],
  ])('which joins a re-delivered bundle of a closed case, %s it', async (_, order) => {
    const world = proved();
    const read: string[] = [];
    let joined = (): void => undefined;
    const second = new Promise<void>((done) => {
      joined = done;
    });
    world.others = {
      collectEvidence: async ({bundleId}: FailureReport) => {
        await second;
        read.push(bundleId);
        return facts(bundleId, bundleId === 'old' ? 'fixed' : null);
      },
    };
    await cases.withWorker(world, async (start) => {
      const handle = await start('net/lost', order[0]);
      await start('net/lost', order[1]);
      joined();
      const state = await until(handle, (one) => waiting(one) && one.bundles.length === 1);
      expect(read).toContain('new');
      expect(state).toMatchObject({signature: 'new', bundle: {bundleId: 'new'}, bundles: [{bundleId: 'new'}]});
    });
  });

  test('a re-delivered bundle alone starts nothing', async () => {
    const world = new ScriptedCase();
    world.others = {collectEvidence: async () => facts('x', 'recovered')};
    await cases.withWorker(world, async (start) => {
      const result = (await (await start('net/redelivered')).result()) as CaseResult;
      expect(result).toMatchObject({outcome: 'recovered', attempts: 0});
      expect(world.log).toEqual([]);
    });
  });

  test('which joins while the case closes is in the archive of that case', async () => {
    const world = proved();
    const archived: CaseStatus[] = [];
    let reached = (): void => undefined;
    let go = (): void => undefined;
    const closing = new Promise<void>((done) => {
      reached = done;
    });
    const released = new Promise<void>((done) => {
      go = done;
    });
    world.others = {
      archiveCase: async (state: CaseStatus) => {
        if (state.phase === 'closed' && archived.every((one) => one.phase !== 'closed')) {
          reached();
          await released;
        }
        archived.push(state);
      },
    };
    await cases.withWorker(world, async (start) => {
      const handle = await start('net/closing', 'one');
      await until(handle, waiting);
      await handle.executeUpdate(accept, {args: [{by: 'ann'}]});
      await closing;
      await start('net/closing', 'two');
      await until(handle, (state) => state.bundles.length === 2);
      go();
      expect(await handle.result()).toMatchObject({outcome: 'fixed'});
    });
    const last = archived.at(-1);
    expect(last?.phase).toBe('closed');
    expect(last?.bundles.map(({bundleId}) => bundleId)).toEqual(['one', 'two']);
  });
});

describe('what automation throws leaves the case to the operator', () => {
  const bug = async (): Promise<never> => {
    throw new TypeError("Cannot read properties of undefined (reading 'x')");
  };

  /** Activities that decide something: when one throws, the operator gets the case with the message. */
  const DECIDING: Record<string, Partial<ScriptedCase>> = {
    collectEvidence: {},
    readPolicy: {},
    triageByRule: {},
    findModel: {},
    openTriage: {},
    askModel: {},
    fetchSnippets: {readings: [{kind: 'snippets', count: 1}]},
    findDevEnvs: {},
    openBulkRun: {},
    requestLease: {},
    masterPort: {},
    beginAttempt: {},
    openAttempt: {},
    put_file: {},
    captureDiff: {},
    checkDiff: {},
    checkEffect: {},
    proveRebuild: {},
  };
  test.each(Object.keys(DECIDING))('%s', async (name) => {
    const world = Object.assign(proved(), DECIDING[name], {others: {[name]: bug}});
    await cases.withWorker(world, async (start) => {
      const state = await until(await start(`bug/${name.toLowerCase()}`), waiting);
      expect(state.pendingOutcome).not.toBe('fixed');
      expect(state.reason).toMatch(/Cannot read properties of undefined/);
      expect(state.attempts.length).toBeLessThanOrEqual(1);
    });
  });

  /** Activities that only write or show the case: it goes on without them, and the timeline or the log of the worker has the message. */
  const RECORDING = {
    archiveCase: /not all was written. analysis\/case.json: Cannot read/,
    writeHandoff: /not all was written. analysis\/manual_handoff.md: Cannot read/,
    writeTriage: /not all was written. analysis\/triage.md: Cannot read/,
    writeAttempts: /analysis\/patch_audit.json was not written: Cannot read/,
    buildUnchanged: /the port could not be built as it is: Cannot read/,
    proposeFixes: /no recipe could be tried: Cannot read/,
    openReview: /No review of the diff: .*Cannot read/,
    readReview: /No review of the diff: .*Cannot read/,
    notifyRun: undefined,
    restoreOverlay: undefined,
  };
  test.each(Object.keys(RECORDING) as (keyof typeof RECORDING)[])(
    '%s does not keep a proved fix from its review and its end',
    async (name) => {
      const world = proved();
      world.policy = {...REVIEWED, recheck: name === 'buildUnchanged', review: name.endsWith('Review') ? 'on' : 'off'};
      world.others = {[name]: bug};
      await cases.withWorker(world, async (start) => {
        const handle = await start(`bug/${name.toLowerCase()}`);
        const state = await until(handle, waiting);
        expect(state.pendingOutcome).toBe('fixed');
        const expected = RECORDING[name];
        if (expected !== undefined) await until(handle, (one) => expected.test(texts(one)));
        await handle.executeUpdate(accept, {args: [{by: 'ann'}]});
        expect(await handle.result()).toMatchObject({outcome: 'fixed'});
      });
    },
  );

  test('deliverFix leaves the accepted fix to its operator, who closes the case without a delivery', async () => {
    const world = proved();
    world.policy = {...REVIEWED, deliver: {command: ['/opt/deliver']}};
    world.others = {deliverFix: bug};
    await cases.withWorker(world, async (start) => {
      const handle = await start('bug/deliverfix');
      await until(handle, waiting);
      await handle.executeUpdate(accept, {args: [{by: 'ann'}]});
      const state = await until(handle, (one) => waiting(one) && one.delivery?.state === 'failed');
      expect(state.reason).toMatch(/its delivery failed: Cannot read properties of undefined/);
      await handle.executeUpdate(skipDelivery, {args: [{by: 'ann'}]});
      expect(await handle.result()).toMatchObject({outcome: 'fixed'});
    });
  });

  /** Activities of the answer to a question: the question has no answer then, and the case waits on. */
  const ANSWERING = ['openQuestion', 'readArtifacts', 'writeAnswer'];
  test('a step of an answer leaves a question without one, and the case with its fix', async () => {
    const world = proved();
    const own = world.control() as unknown as Record<string, (input: unknown) => Promise<unknown>>;
    let broken = '';
    const step = (name: string) => async (input: unknown) => (name === broken ? bug() : own[name]?.(input));
    world.others = Object.fromEntries(ANSWERING.map((name) => [name, step(name)]));
    await cases.withWorker(world, async (start) => {
      const handle = await start('bug/question');
      await until(handle, waiting);
      for (const [at, name] of ANSWERING.entries()) {
        broken = name;
        world.answers = [() => reply('read_artifact')];
        const {number} = await handle.executeUpdate(ask, {args: [{by: 'ann', text: 'Why?'}]});
        expect(number).toBe(at + 1);
        const state = await until(handle, ({questions = []}) => questions[at]?.state === 'failed');
        expect(state.questions?.[at]?.problem).toMatch(/Cannot read properties/);
        expect(state.pendingOutcome).toBe('fixed');
      }
      await handle.executeUpdate(accept, {args: [{by: 'ann'}]});
      expect(await handle.result()).toMatchObject({outcome: 'fixed'});
    });
  });

  test('remindOperator does not end the wait', async () => {
    const world = proved();
    world.policy = {...POLICY, waiting: {review_hours: 24, remind_hours: 0.0003}};
    world.others = {remindOperator: bug};
    await cases.withWorker(world, async (start) => {
      const handle = await start('bug/reminds');
      const state = await until(handle, (one) => waiting(one) && /still waits[\s\S]*still waits/.test(texts(one)));
      expect(state.pendingOutcome).toBe('fixed');
      await handle.executeUpdate(accept, {args: [{by: 'ann'}]});
    });
  });

  test('openHolders does not end the pool, and archiveEnded not the clean-up', async () => {
    const world = proved();
    const hang = hangingCall();
    world.turns = [hang.turn];
    world.others = {openHolders: bug, archiveEnded: bug};
    await cases.withWorker(world, async (start) => {
      const first = await start('bug/pool-one');
      await hang.reached;
      // The second waits for the dev-env of the first: the pool sweeps, and its check throws.
      const second = await start('bug/pool-two');
      await until(second, (state) => state.phase === 'waiting-env' && state.currentAttempt !== null);
      world.turns = [hang.turn, () => reply('put_file'), () => reply()];
      await first.terminate('by hand');
      expect((await until(second, waiting)).pendingOutcome).toBe('fixed');
    });
  });

  test('every activity of a case is in one of these lists', () => {
    const world = new ScriptedCase();
    const tools = new Set<string>(TOOL_NAMES);
    const covered = [
      ...Object.keys(DECIDING),
      ...Object.keys(RECORDING),
      // Without a claim the run decides.
      'claimTriage',
      // These consist of the others.
      'openCase',
      'startTriage',
      'recordCase',
      'remindOperator',
      'deliverFix',
      'archiveEnded',
      'persistText',
      ...ANSWERING,
      'probeDevEnv',
    ];
    const all = [...Object.keys(world.control()), ...Object.keys(world.devEnv())];
    expect(all.filter((name) => !covered.includes(name) && !tools.has(name))).toEqual([]);
  });

  test('persistText', async () => {
    const world = proved();
    world.turns = [];
    world.readings = [ScriptedCase.triaged('missing-dep')];
    world.others = {persistText: bug};
    await cases.withWorker(world, async (start) => {
      const handle = await start('bug/by-hand');
      await until(handle, waiting);
      await handle.executeUpdate(handPatch, {args: [{by: 'ann', diff: 'diff --git a/x b/x\n'}]});
      const state = await until(handle, (one) => waiting(one) && one.pendingOutcome === 'needs-help');
      expect(state.reason).toMatch(/Cannot read properties/);
    });
  });

  test('probeDevEnv takes the env out of the pool, and the case shows why', async () => {
    const world = proved();
    world.others = {probeDevEnv: bug};
    await cases.withWorker(world, async (start) => {
      const handle = await start('bug/probe');
      const state = await until(handle, (one) => /out of the pool/.test(texts(one)));
      expect(texts(state)).toMatch(/Cannot read properties/);
      await handle.signal(escalate, {by: 'ann', reason: 'enough'});
      await until(handle, waiting);
    });
  });
});

describe('of updates that contradict each other exactly one wins', () => {
  const answers = async (handle: WorkflowHandle): Promise<{accepted: string[]; refused: string[]}> => {
    const settled = await Promise.allSettled([
      handle.executeUpdate(accept, {args: [{by: 'ann'}]}),
      handle.executeUpdate(reject, {args: [{by: 'bob', reason: 'wrong'}]}),
      handle.executeUpdate(resolve, {args: [{by: 'cy', outcome: 'manual', note: 'x'}]}),
      handle.executeUpdate(handPatch, {args: [{by: 'di', diff: 'diff --git a/x b/x\n'}]}),
    ]);
    return {
      accepted: settled.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : [])),
      refused: settled.flatMap((one) => (one.status === 'rejected' ? [String(one.reason.cause?.message ?? one.reason)] : [])),
    };
  };

  test('sent while a worker runs, and queued while none does', async () => {
    const world = proved();
    world.turns = Array.from({length: 8}, () => () => reply());
    let handle: WorkflowHandle | undefined;
    await cases.withWorker(world, async (start) => {
      handle = await start('net/race');
      await until(handle, waiting);
    });
    // No worker runs: all of them are in the same workflow task of the next one.
    const queued = answers(handle as WorkflowHandle);
    await delay(0);
    await cases.withWorker(world, async () => {
      const {accepted, refused} = await queued;
      expect(accepted).toHaveLength(1);
      expect(refused).toHaveLength(3);
      for (const reason of refused) expect(reason).toMatch(/closes as|goes on with that|is closed|already completed/);
      const state = await handle?.query(status);
      const decided = [state?.accepted !== null, state?.attempts[0]?.rejected !== undefined, state?.outcome === 'manual'];
      expect(decided.filter(Boolean).length).toBeLessThanOrEqual(1);
      if (!closed(state as CaseStatus)) await handle?.terminate();
    });
  });

  test('context and grants are taken beside a decision, an escalation stops what was decided', async () => {
    const world = proved();
    world.turns = [() => reply('put_file'), () => reply(), hangingCall().turn];
    await cases.withWorker(world, async (start) => {
      const handle = await start('net/beside');
      await until(handle, waiting);
      const [, context] = await Promise.all([
        handle.executeUpdate(reject, {args: [{by: 'bob', reason: 'wrong'}]}),
        handle.executeUpdate(provideContext, {args: [{by: 'ann', text: 'see upstream'}]}),
      ]);
      expect(context).toMatch(/shown it|stored/);
      await handle.signal(escalate, {by: 'cy', reason: 'mine'});
      const state = await until(handle, (one) => waiting(one) && one.pendingOutcome === 'manual');
      expect(state.reason).toBe('cy escalated it: mine');
      expect(state.context.map(({text}) => text)).toEqual(expect.arrayContaining(['see upstream']));
    });
  });

  test('a case that closes by itself refuses what comes then', async () => {
    const world = proved();
    world.policy = {...POLICY, waiting: {review_hours: 0}};
    const {turn: hang, reached} = hangingCall();
    world.others = {archiveCase: async (state: CaseStatus) => (state.phase === 'closed' ? hang() : undefined)};
    await cases.withWorker(world, async (start) => {
      const handle = await start('net/self-closing');
      await reached;
      await expect(handle.executeUpdate(resolve, {args: [{by: 'cy', outcome: 'manual'}]})).rejects.toMatchObject({
        cause: {message: expect.stringMatching(/closes as fixed/)},
      });
      await handle.terminate();
    });
  });
});

describe('attempts of two runs of a case do not collide', () => {
  test('after the case was terminated while its attempt cleans up', async () => {
    const world = new ScriptedCase();
    const hang = hangingCall();
    world.policy = REVIEWED;
    world.turns = [hang.turn, () => reply('put_file'), () => reply()];
    let restore = (): void => undefined;
    const held = new Promise<void>((done) => {
      restore = done;
    });
    let isFirst = true;
    world.others = {
      restoreOverlay: async () => {
        if (!isFirst) return;
        isFirst = false;
        await held;
      },
    };
    world.envs = ['env-1', 'env-2'];
    await cases.withWorker(world, async (start) => {
      const first = await start('net/restart', 'one');
      await hang.reached;
      const before = await attemptOf(first);
      await first.terminate('by hand');
      const second = await start('net/restart', 'two');
      const state = await until(second, waiting);
      restore();
      expect(state).toMatchObject({pendingOutcome: 'fixed', attempts: [{attempt: 1}]});
      expect(state.attempts[0]?.workflowId).not.toBe(before);
      await second.executeUpdate(accept, {args: [{by: 'ann'}]});
    });
  });

  test('after the case was reset', async () => {
    const world = proved();
    world.turns = Array.from({length: 2}, () => [() => reply('put_file'), () => reply()]).flat();
    await cases.withWorker(world, async (start) => {
      const handle = await start('net/reset');
      const before = await until(handle, waiting);
      const {workflowService} = cases.server.client;
      const {firstExecutionRunId: runId = before.runId} = handle as {firstExecutionRunId?: string};
      await workflowService.resetWorkflowExecution({
        namespace: 'default',
        workflowExecution: {workflowId: handle.workflowId, runId},
        reason: 'test',
        requestId: randomUUID(),
        workflowTaskFinishEventId: 4 as never, // protobufjs takes a number where its types want a Long.
      });
      const again = cases.server.client.workflow.getHandle(handle.workflowId);
      const after = await until(again, (state) => waiting(state) && state.runId !== before.runId);
      expect(after).toMatchObject({pendingOutcome: 'fixed', attempts: [{attempt: 1}]});
      expect(after.attempts[0]?.workflowId).not.toBe(before.attempts[0]?.workflowId);
      await again.executeUpdate(accept, {args: [{by: 'ann'}]});
    });
  });
});

describe('a bundle that cannot be read', () => {
  const unavailable = (bundleId: string): never => {
    throw ApplicationFailure.retryable(`No bundle ${bundleId} below /mnt.`, FAILURES.evidenceUnavailable);
  };

  test('does not disturb a review, and no decision waits for it', async () => {
    const world = proved();
    world.others = {
      collectEvidence: async ({bundleId}: FailureReport) => (bundleId === 'two' ? unavailable('two') : facts('sig')),
    };
    await cases.withWorker(world, async (start) => {
      const handle = await start('net/unmounted', 'one');
      await until(handle, waiting);
      await start('net/unmounted', 'two');
      const state = await until(handle, (one) => /cannot be read/.test(texts(one)));
      expect(texts(state)).toMatch(
        /the bundle two cannot be read, which is no failure of the port; it is retried\. No bundle two/,
      );
      expect(texts(state)).not.toMatch(/failed again/);
      expect(state).toMatchObject({pendingOutcome: 'fixed', bundle: {bundleId: 'one'}, attempts: [{attempt: 1}]});
      await handle.executeUpdate(accept, {args: [{by: 'ann'}]});
      expect(await handle.result()).toMatchObject({outcome: 'fixed', attempts: 1});
    });
  });

  test('is read once it is there, and a newer one goes first', async () => {
    const world = proved();
    let isMounted = false;
    world.others = {
      collectEvidence: async ({bundleId}: FailureReport) =>
        bundleId === 'one' && !isMounted ? unavailable('one') : facts(bundleId),
    };
    await cases.withWorker(world, async (start) => {
      const late = await start('net/late', 'one');
      await until(late, (one) => /cannot be read/.test(texts(one)));
      isMounted = true;
      expect(await until(late, waiting)).toMatchObject({pendingOutcome: 'fixed', signature: 'one'});
      isMounted = false;
      world.turns.push(
        () => reply('put_file'),
        () => reply(),
      );
      const newer = await start('net/newer', 'one');
      await until(newer, (one) => /cannot be read/.test(texts(one)));
      await start('net/newer', 'three');
      expect(await until(newer, waiting)).toMatchObject({signature: 'three', bundle: {bundleId: 'three'}});
    });
  });

  test('leaves a case that has no other to its operator when that is wanted, and it is read again after a retry', async () => {
    const world = proved();
    let isMounted = false;
    world.others = {collectEvidence: async () => (isMounted ? facts('sig') : unavailable('one'))};
    await cases.withWorker(world, async (start) => {
      const handle = await start('net/mine', 'one');
      await until(handle, (one) => /cannot be read/.test(texts(one)));
      await handle.signal(escalate, {by: 'ann', reason: 'the disk is gone'});
      expect((await until(handle, waiting)).reason).toBe('ann escalated it: the disk is gone');
      isMounted = true;
      await handle.executeUpdate(retry, {args: [{by: 'ann'}]});
      expect(await until(handle, (one) => waiting(one) && one.pendingOutcome === 'fixed')).toMatchObject({signature: 'sig'});
    });
  });
});

test('a re-delivered bundle that joins a review is no failure', async () => {
  const world = proved();
  world.others = {collectEvidence: async ({bundleId}: FailureReport) => facts('sig', bundleId === 'old' ? 'fixed' : null)};
  await cases.withWorker(world, async (start) => {
    const handle = await start('net/joined-old', 'one');
    const before = await until(handle, waiting);
    await handle.signal(failureReported, {...report('net/joined-old', 'old'), target: before.port.target});
    const state = await until(handle, (one) => one.seq > before.seq && one.bundles.length === 1);
    expect(texts(state)).not.toMatch(/failed again/);
    await handle.executeUpdate(accept, {args: [{by: 'ann'}]});
  });
});
