import {randomUUID} from 'node:crypto';
import {jest} from '@jest/globals';
import type {WorkflowHandle} from '@temporalio/client';
import type {Policy} from '../../../src/case/policy/policy.ts';
import type {EvalActivities, EvalCaseStart} from '../../../src/protocol/activities.ts';
import type {EvalProgress, EvalRunInput} from '../../../src/protocol/eval-run.ts';
import {status} from '../../../src/protocol/port-case.ts';
import {TASK_QUEUE} from '../../../src/protocol/task-queue.ts';
import {caseId} from '../../../src/protocol/workflow-ids.ts';
import {evalRun} from '../../../src/workflows/eval-run.ts';
import {CaseServer} from '../../support/case-worker.ts';
import {POLICY, report, ScriptedCase} from '../../support/scripted-case.ts';

jest.setTimeout(60_000);

const MANUAL: Policy = {
  ...POLICY,
  classification_to_tier: {'compile-error': 'MANUAL'},
  waiting: {close_hours: 0.000_001, review_hours: 0},
};

let cases: CaseServer;
beforeAll(async () => {
  cases = await CaseServer.make();
}, 90_000);
afterAll(() => cases?.server.stop());

type Scored = Parameters<EvalActivities['scoreEvalCase']>[0];

/** A corpus of so many ports on disk, in memory. Each of its cases uses 100 tokens and 2 in money. */
class Corpus extends ScriptedCase {
  readonly scored: Scored[] = [];
  readonly corpus: readonly EvalCaseStart[];

  constructor(count: number, over: readonly number[] = []) {
    super();
    this.policy = MANUAL;
    const target = `@${randomUUID()}`;
    this.corpus = Array.from({length: count}, (_, at) => {
      const named = {name: `case-${at}`, report: {...report(`net/case${at}`), target, runId: `eval-${at}`}};
      return over.includes(at) ? {...named, over: {tokens: 100, cost: 2}} : named;
    });
    const activities: EvalActivities = {
      listEvalCases: async ({from, count}) => ({total: this.corpus.length, cases: this.corpus.slice(from, from + count)}),
      scoreEvalCase: async (input) => {
        this.scored.push(input);
        return {tokens: 100, cost: 2};
      },
    };
    this.others = activities;
  }

  get names(): string[] {
    return this.scored.map(({name}) => name).sort();
  }
}

async function evaluate(input: Partial<EvalRunInput>): Promise<EvalProgress> {
  const {client} = cases.server;
  return client.workflow.execute(evalRun, {
    workflowId: `eval:${randomUUID()}`,
    taskQueue: TASK_QUEUE,
    args: [{name: 'x', parallel: 2, maxTokens: null, maxCost: null, ...input}],
  });
}

/** Waits until a case has begun, which its evaluation decides, and waits for an operator. */
async function waits(handle: WorkflowHandle): Promise<void> {
  for (;;) {
    const state = await handle.query(status).catch(() => undefined);
    if (state?.phase === 'awaiting-operator') return;
    await new Promise((done) => setImmediate(done));
  }
}

test('each case is run and judged once, over several histories', async () => {
  const world = new Corpus(7);
  await cases.withWorker(world, async () => {
    const progress = await evaluate({parallel: 3, casesAHistory: 2});
    expect(progress).toEqual({total: 7, started: 7, done: 7, tokens: 700, cost: 14, stopped: null});
  });
  expect(world.names).toEqual([0, 1, 2, 3, 4, 5, 6].map((at) => `case-${at}`));
  expect(world.scored.map(({failure}) => failure)).toEqual(Array(7).fill(undefined));
});

test('no more cases than asked for are at work at once, and all lanes have some', async () => {
  const world = new Corpus(4);
  let most = 0;
  let together = 0;
  const open = world.control().openTriage;
  const both = new Promise<void>((done) => {
    world.others = {
      ...world.others,
      openTriage: async (input: Parameters<typeof open>[0]) => {
        together += 1;
        most = Math.max(most, together);
        if (together === 2) done();
        await both;
        return open(input);
      },
      writeTriage: async () => {
        together -= 1;
      },
    };
  });
  await cases.withWorker(world, async () => void (await evaluate({parallel: 2})));
  expect(most).toBe(2);
  expect(world.scored).toHaveLength(4);
});

test.each([
  [{maxTokens: 250}, 3, 'the cap of 250 tokens is reached'],
  [{maxCost: 4}, 2, 'the cap of 4 in money is reached'],
  [{maxTokens: 500}, 5, null],
])('with %j no case is started beyond it', async (caps, done, stopped) => {
  const world = new Corpus(5);
  await cases.withWorker(world, async () => {
    expect(await evaluate({parallel: 1, ...caps})).toMatchObject({total: 5, started: done, done, stopped});
  });
  expect(world.scored).toHaveLength(done);
});

test('what is over already is counted and not run again', async () => {
  const world = new Corpus(4, [0, 2]);
  await cases.withWorker(world, async () => {
    expect(await evaluate({})).toMatchObject({done: 4, tokens: 400});
  });
  expect(world.names).toEqual(['case-1', 'case-3']);
});

test('a case whose workflow is terminated is judged as failed, and the others continue', async () => {
  const world = new Corpus(3);
  world.policy = {...MANUAL, waiting: {close_hours: 24}};
  await cases.withWorker(world, async () => {
    const {client} = cases.server;
    const running = evaluate({parallel: 3});
    for (const [at, one] of world.corpus.entries()) {
      const handle = client.workflow.getHandle(caseId(one.report));
      await waits(handle);
      if (at === 1) await handle.terminate('a test');
      else await handle.executeUpdate('resolve', {args: [{by: 'ann', outcome: 'manual'}]});
    }
    expect(await running).toMatchObject({done: 3});
  });
  const failed = world.scored.filter(({failure}) => failure !== undefined);
  expect(failed.map(({name}) => name)).toEqual(['case-1']);
  expect(failed[0]?.failure).toMatch(/terminated/i);
});

test('an evaluation of nothing ends', async () => {
  const world = new Corpus(0);
  await cases.withWorker(world, async () => {
    expect(await evaluate({})).toEqual({total: 0, started: 0, done: 0, tokens: 0, cost: 0, stopped: null});
  });
});
