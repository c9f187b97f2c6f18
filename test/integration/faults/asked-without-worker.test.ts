import {Worker} from '@temporalio/worker';
import type {LeaseRequest} from '../../../src/case/lease/lease-table.ts';
import {TASK_QUEUE, WORKFLOW_TASK_TIMEOUT} from '../../../src/protocol/task-queue.ts';
import {WORKER_OPTIONS} from '../../../src/worker/options.ts';
import type {devEnvPool} from '../../../src/workflows/dev-env-pool.ts';
import type {holdPort} from '../../../src/workflows/hold.ts';
import {CaseServer} from '../../support/case-worker.ts';
import {until} from '../../support/processes.ts';
import {workflowBundle} from '../../support/workflow-bundle.ts';

/** Which of a worker's two tasks comes first, the question or the timer's, is chance: of so many some are asked first. */
const POOLS = Array.from({length: 12}, (_, at) => `dev-envs:@asked-${at}`);

let server: CaseServer['server'];

beforeAll(async () => {
  ({server} = await CaseServer.make());
});
afterAll(() => server?.stop());

async function withWorker(work: () => Promise<unknown>): Promise<void> {
  const worker = await Worker.create({
    ...{connection: server.native, ...WORKER_OPTIONS, workflowBundle: workflowBundle(), shutdownForceTime: '5s'},
    activities: {
      probeDevEnv: async () => null,
      openHolders: async (holders: readonly LeaseRequest[]) => holders,
    },
  });
  await worker.runUntil(work);
}

/** Waits until each pool's timers are so. */
async function untilAll(what: string, check: (started: number, fired: number) => boolean): Promise<void> {
  for (const id of POOLS) {
    await until(`the timers of ${id} have ${what}`, async () => {
      const events = (await server.client.workflow.getHandle(id).fetchHistory()).events ?? [];
      const count = (kind: 'timerStartedEventAttributes' | 'timerFiredEventAttributes'): number =>
        events.filter((event) => event[kind]).length;
      return check(count('timerStartedEventAttributes'), count('timerFiredEventAttributes'));
    });
  }
}

test('a pool that is queried after its timer fired without a worker replays the same way', async () => {
  const {workflow} = server.client;
  const more = {taskQueue: TASK_QUEUE, workflowTaskTimeout: WORKFLOW_TASK_TIMEOUT};
  await withWorker(async () => {
    // Any open workflow may hold a lease.
    const {firstExecutionRunId: runId} = await workflow.start<typeof holdPort>('holdPort', {
      ...more,
      workflowId: 'holder',
      args: [{origin: 'net/foo', reason: 'it holds', by: 'ann', sinceUtc: '2026-01-01T00:00:00.000Z'}],
    });
    const request: LeaseRequest = {workflowId: 'holder', runId, envs: ['e'], priority: 0};
    const ask = {...more, args: [] as [], signal: 'requestLease', signalArgs: [request] as [LeaseRequest]};
    for (const workflowId of POOLS)
      await workflow.signalWithStart<typeof devEnvPool, [LeaseRequest]>('devEnvPool', {...ask, workflowId});
    await untilAll('begun', (started) => started > 0);
  });
  const asked = POOLS.map((id) => workflow.getHandle(id).query('pool'));
  await untilAll('rung', (started, fired) => fired === started);
  await withWorker(async () => {
    await Promise.allSettled(asked);
    await untilAll('begun again', (started, fired) => started > fired);
  });
  for (const id of POOLS) {
    const replayed = Worker.runReplayHistory({workflowBundle: workflowBundle()}, await workflow.getHandle(id).fetchHistory(), id);
    expect(await replayed.catch((error: Error) => error.message)).toBeUndefined();
  }
});
