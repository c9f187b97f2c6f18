import {randomUUID} from 'node:crypto';
import {jest} from '@jest/globals';
import type {WorkflowHandle} from '@temporalio/client';
import {runActivities} from '../../../src/activities/runs.ts';
import type {RunSummary} from '../../../src/case/run/run-summary.ts';
import {NO_USAGE} from '../../../src/case/types.ts';
import {archivedSummary} from '../../../src/evidence/runs.ts';
import type {AskModelInput} from '../../../src/protocol/activities.ts';
import {casesReported, notifyRunEnd, runStatus} from '../../../src/protocol/build-run.ts';
import {TASK_QUEUE} from '../../../src/protocol/task-queue.ts';
import {deliverRuns} from '../../../src/report/deliver-runs.ts';
import {EvidenceDir} from '../../evidence/evidence-dir.ts';
import {CaseServer, hangingCall, until, waiting} from '../../support/case-worker.ts';
import {historySteps} from '../../support/history-steps.ts';
import {ScriptedCase} from '../../support/scripted-case.ts';

jest.setTimeout(60_000);

const TS = '20260118-150000Z';
/** After the failures of these tests. */
const LATER = '20270101-000000Z';

let cases: CaseServer;
beforeAll(async () => {
  cases = await CaseServer.make();
}, 90_000);
afterAll(() => cases?.server.stop());

let evidence: EvidenceDir;
let runId: string;
let pid = 1000;
beforeEach(() => {
  evidence = new EvidenceDir();
  pid += 1;
  runId = `run-Live-20260118-140501Z-${pid}`;
});
afterEach(() => evidence.remove());

/** The scripted outside of cases, with the real activities of runs over this test's evidence. */
function worldOfRuns(): ScriptedCase {
  const world = new ScriptedCase();
  const claimed = new Set<string>();
  const claimTriage = async ({signature}: {signature: string}): Promise<boolean> => {
    const isFirst = !claimed.has(signature);
    claimed.add(signature);
    return isFirst;
  };
  world.others = {...activities(), claimTriage};
  return world;
}

function activities() {
  return runActivities({client: cases.server.client, taskQueue: TASK_QUEUE, env: {}, roots: [evidence.root]});
}

const start = (target: string): string =>
  evidence.write(`runs/${runId}/run_start.txt`, `ts_utc=${TS}\nprofile=Live\nports_queued=3\ntarget=${target}\n`);
const end = (): string =>
  evidence.write(
    `runs/${runId}/run_end.txt`,
    `ts_utc=${LATER}\nports_built=7\nports_failed=2\nports_ignored=1\nports_skipped=0\n`,
  );
const built = (...origins: string[]): string =>
  evidence.write(`runs/${runId}/results.txt`, origins.map((origin) => `${origin}\t\tp-1\tsuccess\t${LATER}\t\n`).join(''));
const handle = (): WorkflowHandle => cases.server.client.workflow.getHandle(`run:${runId}`);
const deliver = () => deliverRuns(cases.server.client, evidence.root, {everyMs: 0});

async function runUntil(ready: (run: RunSummary) => boolean): Promise<RunSummary> {
  for (;;) {
    const run = await handle().query(runStatus);
    if (ready(run)) return run;
    await new Promise((done) => setImmediate(done));
  }
}

test('a run is delivered from its start to its end, repeated delivery does no harm, and it writes its summary', async () => {
  await cases.withWorker(worldOfRuns(), async () => {
    start('@main');
    expect((await deliver()).runs).toEqual([runId]);
    expect(await runUntil((run) => run.queued === 3)).toMatchObject({state: 'open', profile: 'Live', counts: {built: 0}});
    built('net/a', 'net/b');
    await deliver();
    expect((await deliver()).runs).toEqual([]);
    await runUntil((run) => run.counts.built === 2);
    const [attribute] = (await handle().describe()).searchAttributes.BuildRun as string[];
    expect(attribute).toBe(runId);
    end();
    await deliver();
    expect(await handle().result()).toMatchObject({runId, state: 'ended', counts: {built: 7, failed: 2}, cases: 0});
    expect((await deliver()).runs).toEqual([]);
  });
  expect(await archivedSummary(evidence.root, runId)).toMatchObject({state: 'ended', counts: {built: 7, failed: 2}});
});

test('results are delivered at intervals, start and end immediately', async () => {
  const {client} = cases.server;
  start('@main');
  expect((await deliverRuns(client, evidence.root)).runs).toEqual([runId]);
  built('net/a');
  expect((await deliverRuns(client, evidence.root)).runs).toEqual([]);
  end();
  expect((await deliverRuns(client, evidence.root)).runs).toEqual([runId]);
  await handle().terminate();
});

test('a server that cannot be reached loses nothing', async () => {
  start('@main');
  built('net/a');
  const client = {workflow: {signalWithStart: () => Promise.reject(new Error('down')), list: async function* () {}}};
  await expect(deliverRuns(client as never, evidence.root)).rejects.toThrow('down');
  expect((await deliver()).runs).toEqual([runId]);
  await handle().terminate();
});

test('a case that waits closes as recovered when a run builds its port; others wait on', async () => {
  const world = worldOfRuns();
  world.readings = [ScriptedCase.triaged('missing-dep'), ScriptedCase.triaged('missing-dep')];
  world.signature = '';
  await cases.withWorker(world, async (report) => {
    const mended = await report('net/mended', undefined, {runId});
    const other = await report('net/other', undefined, {runId});
    await Promise.all([until(mended, waiting), until(other, waiting)]);
    const {port} = await until(mended, waiting);
    start(port.target);
    built('net/first', 'net/mended', 'net/last');
    expect((await deliver()).recovered).toEqual([mended.workflowId]);
    expect(await mended.result()).toMatchObject({outcome: 'recovered'});
    const run = await runUntil((one) => one.cases.some((line) => line.outcome === 'recovered'));
    expect(run.cases).toMatchObject([
      {caseId: mended.workflowId, phase: 'closed'},
      {caseId: other.workflowId, phase: 'awaiting-operator', classification: 'missing-dep', tokens: 110},
    ]);
    expect(run.tokens).toBe(220);
    end();
    await deliver();
    await runUntil((one) => one.state === 'ended');
    await other.terminate('the run must not wait for it for ever');
    await handle().terminate();
  });
});

test('siblings of one failure share a triage; the next in line leads when the first is terminated', async () => {
  const world = worldOfRuns();
  const {turn, reached} = hangingCall();
  const {askModel} = world.control();
  let asked = 0;
  const hangsOnce = async (input: AskModelInput) => {
    asked += 1;
    return asked === 1 ? turn() : askModel(input);
  };
  world.others = {...world.others, askModel: hangsOnce};
  world.readings = [ScriptedCase.triaged('missing-dep')];
  await cases.withWorker(world, async (report) => {
    const first = await report('net/first', undefined, {runId});
    await reached;
    const siblings = await Promise.all(['a', 'b', 'c'].map((name) => report(`net/${name}`, undefined, {runId})));
    await runUntil((run) => run.cases.filter((one) => one.phase === 'triage').length === 4);
    await first.terminate();
    const states = await Promise.all(siblings.map((one) => until(one, waiting)));
    expect(states.map((state) => state.triage?.classification)).toEqual(['missing-dep', 'missing-dep', 'missing-dep']);
    expect(states.map((state) => state.budget.tokensUsed).sort()).toEqual([0, 0, 110]);
    expect(asked).toBe(2);
    const run = await runUntil((one) => one.cases.filter((line) => line.phase === 'awaiting-operator').length === 3);
    expect(run.groups).toMatchObject([
      {signature: 'sig-1', errorLine: 'error: x', ports: ['net/a', 'net/b', 'net/c', 'net/first']},
    ]);
    await Promise.all([...siblings, handle()].map((one) => one.terminate()));
  });
});

test('a run that has ended notifies waiting cases, and closes after them', async () => {
  const world = worldOfRuns();
  world.readings = [ScriptedCase.triaged('missing-dep')];
  await cases.withWorker(world, async (report) => {
    start('@main');
    await deliver();
    const asker = await report('net/asker', undefined, {runId});
    const {runId: caseRunId} = await until(asker, waiting);
    await handle().signal(notifyRunEnd, {caseId: asker.workflowId, caseRunId});
    end();
    await deliver();
    await runUntil((run) => run.state === 'ended');
    const ended = async (): Promise<number> => {
      const {events} = await asker.fetchHistory();
      return (events ?? []).filter((event) => event.workflowExecutionSignaledEventAttributes?.signalName === 'runEnded').length;
    };
    while ((await ended()) === 0) await new Promise((done) => setImmediate(done));
    await asker.executeUpdate('resolve', {args: [{by: 'ann', outcome: 'discarded'}]});
    expect(await handle().result()).toMatchObject({state: 'ended', cases: 1, tokens: 110});
    expect(await ended()).toBe(1);
    // Opened, asked, recorded as waiting, recorded as closed; the tasks of the signal, of the update and of the close are among the nine.
    const steps = historySteps((await asker.fetchHistory()).events ?? []);
    expect(steps).toMatchObject({activities: 4, signals: 0});
    expect(steps.workflowTasks).toBeLessThanOrEqual(9);
    expect(steps.events).toBeLessThanOrEqual(55);
    const news = ((await handle().fetchHistory()).events ?? []).filter(
      (event) => event.workflowExecutionSignaledEventAttributes?.signalName === 'casesReported',
    );
    expect(news).toHaveLength(3);

    // A word after the end starts it again, and it knows from disk what it was.
    const late = {caseId: 'port:@main:net/late', runId, bundleId: 'b', origin: 'net/late', signature: 's', errorLine: 'e'};
    await activities().notifyRun({runId, news: {caseId: late.caseId, joined: late}});
    expect(await handle().result()).toMatchObject({state: 'ended', counts: {built: 7}, cases: 1});
  });
});

test('a run with 200 cases and hundreds of signals continues as new and loses nothing', async () => {
  await cases.withWorker(worldOfRuns(), async () => {
    start('@main');
    await deliver();
    const id = (n: number): string => `port:@main:devel/p${n}`;
    const usage = (n: number) => ({...NO_USAGE, prompt: n, completion: 1, cost: 0.5});
    const numbers = Array.from({length: 200}, (_, n) => n);
    const joined = (n: number) => {
      const about = {caseId: id(n), runId, bundleId: `devel_p${n}-${TS}`, origin: `devel/p${n}`};
      return {...about, signature: `s${n % 4}`, errorLine: `error ${n % 4}`};
    };
    const changed = (n: number, phase: 'patch' | 'closed', used: number) => {
      const about = {caseId: id(n), phase, outcome: phase === 'closed' ? ('fixed' as const) : null};
      return {...about, classification: 'compile-error', usage: usage(used)};
    };
    await Promise.all(numbers.map((n) => handle().signal(casesReported, [{caseId: id(n), joined: joined(n)}])));
    const change = (n: number, phase: 'patch' | 'closed', used: number) =>
      handle().signal(casesReported, [{caseId: id(n), changed: changed(n, phase, used)}]);
    const first = (await handle().describe()).runId;
    for (let round = 1; round <= 12; round += 1) await Promise.all(numbers.map((n) => change(n, 'patch', round)));
    const run = await runUntil((one) => one.usage.prompt === 200 * 12);
    while ((await handle().describe()).runId === first) await new Promise((done) => setImmediate(done));
    expect(run.groups.map((group) => group.ports.length)).toEqual([50, 50, 50, 50]);
    expect(run.usage).toMatchObject({completion: 200, cost: 100});
    end();
    await deliver();
    await Promise.all(numbers.map((n) => change(n, 'closed', 20)));
    expect(await handle().result()).toMatchObject({state: 'ended', cases: 200, tokens: 200 * 21, cost: 100});
  });
});

test('a case that cannot be notified as the leader is skipped', async () => {
  await cases.withWorker(worldOfRuns(), async () => {
    start('@main');
    await deliver();
    const ghosts = ['a', 'b'].map((name) => ({caseId: `port:@main:net/${name}`, caseRunId: randomUUID()}));
    const asks = ghosts.map(({caseId, caseRunId}) => ({caseId, triage: {kind: 'asks' as const, caseRunId, signature: 's'}}));
    await handle().signal(casesReported, asks);
    await handle().signal(casesReported, [{caseId: 'port:@main:net/nobody', triage: {kind: 'left'}}]);
    end();
    await deliver();
    expect(await handle().result()).toMatchObject({state: 'ended', cases: 0});
  });
});
