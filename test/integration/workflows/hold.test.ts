import {jest} from '@jest/globals';
import type {FailureReport} from '../../../src/case/types.ts';
import {held, release} from '../../../src/protocol/hold-port.ts';
import {failureReported} from '../../../src/protocol/port-case.ts';
import {TASK_QUEUE} from '../../../src/protocol/task-queue.ts';
import {holdId} from '../../../src/protocol/workflow-ids.ts';
import type {Workflows} from '../../../src/protocol/workflows.ts';
import {CaseServer} from '../../support/case-worker.ts';
import {until} from '../../support/processes.ts';
import {report, ScriptedCase} from '../../support/scripted-case.ts';

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
