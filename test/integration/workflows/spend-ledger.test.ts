import {randomUUID} from 'node:crypto';
import {jest} from '@jest/globals';
import {withCaps} from '../../../src/activities/spend.ts';
import type {Spent} from '../../../src/case/budget/spend-ledger.ts';
import {spent} from '../../../src/protocol/spend-ledger.ts';
import {TASK_QUEUE} from '../../../src/protocol/task-queue.ts';
import {CaseServer} from '../../support/case-worker.ts';
import {ScriptedCase} from '../../support/scripted-case.ts';

jest.setTimeout(60_000);

let cases: CaseServer;
beforeAll(async () => {
  cases = await CaseServer.make();
}, 90_000);
afterAll(() => cases?.server.stop());

const DAY = `spend:day:${new Date().toISOString().slice(0, 10)}`;
const handle = (id: string) => cases.server.client.workflow.getHandle(id);
const call = (used: Spent) => async () => ({result: 'an answer', used});

test('a call is reserved in its run and its day, and settled with what it used', async () => {
  const runId = `run-${randomUUID()}`;
  const context = {client: cases.server.client, taskQueue: TASK_QUEUE};
  const caps = {run: {tokens: 1_000}, day: {cost: 10}};
  await cases.withWorker(new ScriptedCase(), async () => {
    const before = await handle(DAY)
      .query(spent)
      .catch(() => ({spent: {tokens: 0, cost: 0}}));
    const asked = {caps, runId, key: 'one', tokens: 900, cost: 2};
    const done = await withCaps(context, asked, async () => {
      expect((await handle(`spend:run:${runId}`).query(spent)).open).toEqual({one: {tokens: 900, cost: 2}});
      return {result: 'an answer', used: {tokens: 300, cost: 0.5}};
    });
    expect(done).toEqual({granted: true, result: 'an answer'});
    expect(await handle(`spend:run:${runId}`).query(spent)).toMatchObject({spent: {tokens: 300, cost: 0.5}, open: {}});
    expect((await handle(DAY).query(spent)).spent.cost).toBe(before.spent.cost + 0.5);

    const refused = await withCaps(context, {...asked, key: 'two'}, () => Promise.reject(new Error('must not be sent')));
    expect(refused).toEqual({
      granted: false,
      reason: `the cap of 1000 tokens for ${runId} has 700 left; this call needs up to 900`,
    });
    const failed = withCaps(context, {...asked, key: 'three', tokens: 700}, () => Promise.reject(new Error('no answer')));
    await expect(failed).rejects.toThrow('no answer');
    expect(await handle(`spend:run:${runId}`).query(spent)).toMatchObject({spent: {tokens: 300}, open: {}});
  });
});

test('what the second scope refuses is given back to the first', async () => {
  const runId = `run-${randomUUID()}`;
  const context = {client: cases.server.client, taskQueue: TASK_QUEUE};
  await cases.withWorker(new ScriptedCase(), async () => {
    const asked = {caps: {run: {tokens: 500}, day: {cost: 0.001}}, runId, key: randomUUID(), tokens: 400, cost: 1_000};
    const answer = await withCaps(context, asked, () => Promise.reject(new Error('must not be sent')));
    expect(answer).toMatchObject({granted: false, reason: expect.stringContaining('the cap of 0.0010 for 2')});
    expect(await handle(`spend:run:${runId}`).query(spent)).toMatchObject({spent: {tokens: 0}, open: {}});
  });
});

test('without a cap no ledger is used', async () => {
  const nobody = {client: null as never, taskQueue: TASK_QUEUE};
  const asked = {runId: 'run-1', key: 'k', tokens: 1, cost: 1};
  for (const caps of [undefined, {}, {run: {}, day: {}}])
    expect(await withCaps(nobody, {...asked, caps}, call({tokens: 1, cost: 1}))).toMatchObject({granted: true});
});

test('1,200 calls, many at once, over several continuations: none is lost, and the cap holds', async () => {
  const runId = `run-${randomUUID()}`;
  const context = {client: cases.server.client, taskQueue: TASK_QUEUE};
  const id = `spend:run:${runId}`;
  let granted = 0;
  await cases.withWorker(new ScriptedCase(), async () => {
    const keys = Array.from({length: 1_200}, (_, n) => `call-${n}`);
    const one = async (key: string): Promise<void> => {
      const asked = {caps: {run: {tokens: 1_000}}, runId, key, tokens: 1, cost: 0};
      if ((await withCaps(context, asked, call({tokens: 1, cost: 0.5}))).granted) granted += 1;
    };
    const worker = async (): Promise<void> => {
      for (let key = keys.pop(); key !== undefined; key = keys.pop()) await one(key);
    };
    await Promise.all(Array.from({length: 30}, worker));
    expect(granted).toBe(1_000);
    expect(await handle(id).query(spent)).toMatchObject({spent: {tokens: 1_000, cost: 500}, open: {}});
    const runs: string[] = [];
    for await (const run of cases.server.client.workflow.list({query: `WorkflowId = "${id}"`})) runs.push(run.status.name);
    expect(runs.filter((status) => status === 'CONTINUED_AS_NEW').length).toBeGreaterThanOrEqual(3);
  });
});
