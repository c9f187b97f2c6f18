import {jest} from '@jest/globals';
import type {Policy} from '../../../src/case/policy/policy.ts';
import type {FailureReport} from '../../../src/case/types.ts';
import {held, release} from '../../../src/protocol/hold-port.ts';
import {accept, failureReported} from '../../../src/protocol/port-case.ts';
import {TASK_QUEUE} from '../../../src/protocol/task-queue.ts';
import {holdId} from '../../../src/protocol/workflow-ids.ts';
import type {Workflows} from '../../../src/protocol/workflows.ts';
import {CaseServer, until as untilCase, waiting} from '../../support/case-worker.ts';
import {until} from '../../support/processes.ts';
import {POLICY, reply, report, ScriptedCase} from '../../support/scripted-case.ts';

jest.setTimeout(120_000);
let cases: CaseServer;
beforeAll(async () => {
  cases = await CaseServer.make();
}, 90_000);
afterAll(() => cases?.server?.stop());

test('a hold that many failures reach continues as new, and counts and shows what came before', async () => {
  const {workflow} = cases.server.client;
  const origin = 'net/held-long';
  await cases.withWorker(new ScriptedCase(), async () => {
    const hold = {origin, by: 'ann', reason: 'mine', sinceUtc: '2026-01-01T00:00:00Z'};
    const options = {workflowId: holdId(origin), taskQueue: TASK_QUEUE, args: [hold] as [typeof hold]};
    const started = await workflow.start<Workflows['holdPort']>('holdPort', options);
    const handle = workflow.getHandle(holdId(origin));
    const failed = (at: number): FailureReport => report(origin, `bundle-${at}`);
    for (let from = 0; from < 550; from += 50)
      await Promise.all(Array.from({length: 50}, (_, at) => handle.signal(failureReported, failed(from + at))));
    const first = workflow.getHandle(holdId(origin), started.firstExecutionRunId);
    await until('it continued as new', async () => (await first.describe()).status.name === 'CONTINUED_AS_NEW');
    await until('all failures are counted', async () => (await handle.query(held)).count === 550);
    const state = await handle.query(held);
    expect(state).toMatchObject({origin, by: 'ann', count: 550});
    expect(state.reports).toHaveLength(100);
    // A report that the carried list has is not counted again.
    const known = state.reports.at(-1) as FailureReport;
    await handle.signal(failureReported, known);
    expect(await handle.executeUpdate(release, {args: [{by: 'ann'}]})).toContain('550 failures were recorded');
    expect(await handle.result()).toMatchObject({count: 550});
  });
});

describe('the case of a slave port with the policy that repairs masters', () => {
  /** A world in which a model edits and reports, of a master that no other test has. */
  function repairing(master: string, more: Partial<Policy> = {}): ScriptedCase {
    const world = new ScriptedCase();
    world.policy = {...POLICY, waiting: {review_hours: 24}, masters: 'repair', ...more};
    world.master = {origin: master, overlay: 'overlay.dops', slaves: ['x11/other']};
    world.turns = [() => reply('put_file'), () => reply()];
    return world;
  }

  test('goes on at the master, whose failures are held, and is proved by every slave port', async () => {
    const master = 'x11/master-one';
    const world = repairing(master);
    await cases.withWorker(world, async (start) => {
      const first = await start('x11/slave-one');
      const state = await untilCase(first, waiting);
      expect(state).toMatchObject({
        pendingOutcome: 'fixed',
        master: {origin: master, isInScope: true},
        attempts: [
          {end: 'slave-port', turns: 0},
          {end: 'reported', proof: {rebuildOk: true, others: [{origin: master, result: 'built'}, {origin: 'x11/other'}]}},
        ],
      });
      expect(world.log.filter((line) => line.startsWith('prove'))).toEqual([
        'prove true',
        `prove ${master} true`,
        'prove x11/other true',
      ]);
      const hold = cases.server.client.workflow.getHandle(holdId(master));
      expect(await hold.query(held)).toMatchObject({by: first.workflowId, count: 0});
      // Another slave port of the same master, and a failure of the master itself, start no second repair.
      expect((await untilCase(await start('x11/slave-two'), waiting)).reason).toContain(`${master} is held: another case`);
      await start(master);
      await until('the hold has the failure', async () => (await hold.query(held)).count === 1);
      await first.executeUpdate(accept, {args: [{by: 'ann'}]});
      expect(await first.result()).toMatchObject({outcome: 'fixed'});
      await until('the hold has ended with the case', async () => (await hold.describe()).status.name !== 'RUNNING');
    });
  });

  test('fails by any of them, and names it', async () => {
    const world = repairing('x11/master-two', {tiers: {ASSIST: {...POLICY.tiers.ASSIST, max_iterations: 1}, MANUAL: {}}});
    world.proofs = [true, true, false];
    await cases.withWorker(world, async (start) => {
      const state = await untilCase(await start('x11/slave-three'), waiting);
      expect(state).toMatchObject({
        pendingOutcome: 'needs-help',
        attempts: [
          {},
          {proof: {rebuildOk: false, others: [{result: 'built'}, {result: 'failed'}], failure: {origin: 'x11/other'}}},
        ],
      });
      expect(state.reason).toContain('failed in build of x11/other');
    });
  });

  test('waits for an operator while the master has a case, and where more slave ports would be built than the policy allows', async () => {
    const master = 'x11/master-three';
    const world = repairing(master);
    world.readings = [ScriptedCase.triaged('missing-dep'), ScriptedCase.triaged('compile-error')];
    await cases.withWorker(world, async (start) => {
      const open = await start(master);
      await untilCase(open, waiting);
      const state = await untilCase(await start('x11/slave-four'), waiting);
      expect(state).toMatchObject({pendingOutcome: 'manual', master: {origin: master, isInScope: false}});
      expect(state.reason).toBe(`${open.workflowId} is open and may repair ${master}; retry when it is closed.`);
      const hold = cases.server.client.workflow.getHandle(holdId(master));
      expect((await hold.describe()).status.name).toBe('CANCELLED');
    });
    await cases.withWorker(repairing('x11/master-four', {max_slaves: 0}), async (start) => {
      expect((await untilCase(await start('x11/slave-five'), waiting)).reason).toContain("(the policy's max_slaves)");
    });
  });
});
