import {jest} from '@jest/globals';
import {ApplicationFailure} from '@temporalio/common';
import type {Policy} from '../../../src/case/policy/policy.ts';
import {resolve, status} from '../../../src/protocol/port-case.ts';
import {CaseServer, until, waiting} from '../../support/case-worker.ts';
import {POLICY, reply, ScriptedCase} from '../../support/scripted-case.ts';

jest.setTimeout(60_000);

let cases: CaseServer;
beforeAll(async () => {
  cases = await CaseServer.make();
}, 90_000);
afterAll(() => cases?.server.stop());

const SECOND = 1 / 3600;

test('an operator is reminded, and a case without an operator closes with its pending outcome', async () => {
  const made = new ScriptedCase();
  made.policy = {...POLICY, waiting: {remind_hours: SECOND, close_hours: 3.5 * SECOND}};
  made.readings = [ScriptedCase.triaged('missing-dep')];
  await cases.withWorker(made, async (start) => {
    const handle = await start('net/alone');
    expect(await handle.result()).toMatchObject({
      outcome: 'manual',
      reason: expect.stringMatching(/^nobody answered; the policy leaves missing-dep/),
    });
  });
  expect(made.log.filter((line) => line.startsWith('remind'))).toHaveLength(3);
  expect(made.log).toContain(
    'remind: Build or add the dependency that is missing; the port itself needs no edit. Then build the port again and resolve the case.',
  );
});

test('a failure that comes while the model works is noted, and judged after the attempt', async () => {
  const made = new ScriptedCase();
  let goOn = (): void => undefined;
  const held = new Promise<void>((done) => {
    goOn = done;
  });
  made.turns = [() => held.then(() => reply())];
  made.policy = {...POLICY, tiers: {ASSIST: {max_iterations: 1, max_tokens: 2000}, MANUAL: {}}};
  made.proofs = [false];
  await cases.withWorker(made, async (start) => {
    const handle = await start('net/twice', 'b-1');
    await until(handle, (one) => one.phase === 'patch');
    made.signature = 'sig-2';
    made.readings.push(ScriptedCase.triaged('missing-dep'));
    await start('net/twice', 'b-2');
    const noted = await until(handle, (one) => one.bundles.length === 2);
    expect(noted.timeline.at(-1)?.text).toBe('it failed again meanwhile (b-2); that is judged after this attempt');
    goOn();
    const state = await until(handle, (one) => waiting(one) && one.tier === 'MANUAL');
    expect(state).toMatchObject({signature: 'sig-2', bundle: {bundleId: 'b-2'}, triage: {classification: 'missing-dep'}});
    expect(state.attempts).toHaveLength(1);
    await handle.executeUpdate(resolve, {args: [{by: 'ann', outcome: 'manual'}]});
  });
  expect(made.log.filter((line) => line.startsWith('ask triage'))).toHaveLength(2);
});

test('money is given to each call as what is left of it, and ends the case’s attempts', async () => {
  const made = new ScriptedCase();
  const policy: Policy = {
    ...POLICY,
    tiers: {ASSIST: {max_iterations: 9, max_tokens: 100_000, max_cost: 1}, MANUAL: {}},
    prices: {m: {prompt: 2, completion: 10}},
  };
  made.policy = policy;
  const left: (number | undefined)[] = [];
  const paid = reply();
  if (paid.kind !== 'reply') throw new Error('A scripted turn is a reply.');
  made.turns = [1, 2].map(() => (input) => {
    left.push(input.left.cost);
    return {...paid, usage: {...paid.usage, cost: 0.6}};
  });
  made.proofs = [false, false];
  await cases.withWorker(made, async (start) => {
    const state = await until(await start('net/dear'), waiting);
    expect(state).toMatchObject({
      pendingOutcome: 'budget-exhausted',
      reason: 'the 1.0000 of tier ASSIST are spent',
      budget: {costLimit: 1},
    });
    expect(state.usage.cost).toBeCloseTo(1.2);
    expect(state.attempts).toHaveLength(2);
  });
  expect(left).toEqual([1, expect.closeTo(0.4)]);
});

test.each([
  [2, 'fixed'],
  [3, 'needs-help'],
])('an env that fails %d times in mid-attempt costs none of the tier’s attempts: %s', async (failures, outcome) => {
  const made = new ScriptedCase();
  let left = failures;
  made.others = {
    captureDiff: async () => {
      if (left-- > 0) throw ApplicationFailure.nonRetryable('the dev-env is gone', 'DevEnvUnavailable');
      return {diff: 'diff-1', overlay: null};
    },
  };
  made.policy = {
    ...POLICY,
    tiers: {ASSIST: {max_iterations: 1, max_tokens: 2000}, MANUAL: {}},
    waiting: {review_hours: 0, close_hours: SECOND},
  };
  made.turns = Array.from({length: 3}, () => () => reply());
  await cases.withWorker(made, async (start) => {
    const handle = await start(`shaky/times-${failures}`);
    expect(await handle.result()).toMatchObject({outcome});
    expect((await handle.query(status)).attempts.filter((one) => one.end === 'env-failed')).toHaveLength(failures);
  });
});
