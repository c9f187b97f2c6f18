import {mkdir, mkdtemp, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import type {WorkflowHandle} from '@temporalio/client';
import type proto from '@temporalio/proto';
import {append} from '../src/activities/conversation.ts';
import {modelActivities} from '../src/activities/model.ts';
import type {Policy} from '../src/case/policy/policy.ts';
import {RecordStore} from '../src/evidence/store.ts';
import {status} from '../src/protocol/port-case.ts';
import {TASK_QUEUE} from '../src/protocol/task-queue.ts';
import {CaseServer, until, waiting} from '../test/support/case-worker.ts';
import {percentile} from '../test/support/percentile.ts';
import {report, ScriptedCase} from '../test/support/scripted-case.ts';
import bundleOnce, {removeBundle} from '../test/support/workflow-bundle.ts';
import {type Machine, machine} from './machine.ts';
import {DelayedModel} from './triage/delayed-model.ts';
import {cpuMs, pidWith} from './triage/process-usage.ts';

type Event = proto.temporal.api.history.v1.IHistoryEvent;

/** What a turn of an attempt costs with a tool that answers at once. */
export interface TurnCost {
  /** Cases at work at the same time, each in its own dev-env. */
  readonly cases: number;
  readonly turns: number;
  readonly delayMs: number;
  /** From one model call's schedule to the next one's, without the time of the model. */
  readonly ownMsP50: number;
  readonly ownMsP95: number;
  /** Of the attempt's history, all of it. */
  readonly events: number;
  /** Of the server, and of this process, in which worker and model run. */
  readonly cpuMsPerTurn: number;
  readonly machine: Machine;
}

const TURNS = 12;
const POLICY: Policy = {
  tiers: {ASSIST: {max_iterations: 1, max_tokens: 10_000_000, max_turns: TURNS}, MANUAL: {}},
  classification_to_tier: {'compile-error': 'ASSIST'},
  confidence_floor: {ASSIST: 'medium'},
  stop: {no_build_turns: TURNS + 1},
};

/** Runs an attempt of 12 turns with one tool call each in `cases` cases at once, with a model that answers after `delayMs`: real workflows, server, model calls and records, scripted tools. */
export async function measureTurn(cases: number, delayMs: number): Promise<TurnCost> {
  const root = await mkdtemp(join(tmpdir(), 'portwright-turn-'));
  await bundleOnce();
  const model = await DelayedModel.start(delayMs);
  const server = await CaseServer.make();
  try {
    return await measureOn(server, model, {root, cases, delayMs});
  } finally {
    await server.server.stop();
    await model.close();
    await removeBundle();
    await rm(root, {recursive: true, force: true});
  }
}

async function measureOn(
  caseServer: CaseServer,
  model: DelayedModel,
  {root, cases, delayMs}: {root: string; cases: number; delayMs: number},
): Promise<TurnCost> {
  const serverPid = pidWith('start-dev', caseServer.server.address.split(':')[1] ?? '');
  const histories: Event[][] = [];
  const before = {server: cpuMs(serverPid), own: process.cpuUsage()};
  await caseServer.withWorker(world(root, caseServer, model, cases), async (start) => {
    const handles = await Promise.all(Array.from({length: cases}, (_, at) => startCase(root, start, `net/turn${at}`)));
    for (const handle of handles) histories.push(await attemptOf(caseServer, handle));
  });
  const own = process.cpuUsage(before.own);
  const spent = cpuMs(serverPid) - before.server + (own.user + own.system) / 1000;
  const times = histories.flatMap(turnTimes).map((ms) => ms - delayMs);
  return {
    cases,
    turns: TURNS,
    delayMs,
    ownMsP50: Math.round(percentile(times, 0.5)),
    ownMsP95: Math.round(percentile(times, 0.95)),
    events: percentile(
      histories.map((events) => events.length),
      0.5,
    ),
    cpuMsPerTurn: Math.round(spent / (cases * TURNS)),
    machine: machine(),
  };
}

function world(root: string, {server}: CaseServer, model: DelayedModel, cases: number): ScriptedCase {
  const made = new ScriptedCase();
  made.policy = POLICY;
  made.envs = Array.from({length: cases}, (_, at) => `env-${at}`);
  made.proofs = Array.from({length: cases}, () => false);
  const store = new RecordStore(root);
  const open = () => append(store, null, [{message: {role: 'user', content: 'Repair the port.'}}]);
  const env = {DP_HARNESS_TRIAGE_MODEL: 'bench', DP_HARNESS_TRIAGE_API_BASE: model.url};
  const {askModel} = modelActivities({env, roots: [root], client: server.client, taskQueue: TASK_QUEUE});
  const answer = async () => ({
    result: await store.put(JSON.stringify({ok: true, text: 'a line\n'.repeat(40)})),
    ok: true,
    summary: 'done',
    effects: {edited: true},
  });
  made.others = {askModel, openTriage: open, openAttempt: open, get_file: answer};
  return made;
}

async function startCase(
  root: string,
  start: (origin: string) => Promise<WorkflowHandle>,
  origin: string,
): Promise<WorkflowHandle> {
  const dir = join(root, 'runs', 'run-1', 'ports', report(origin).bundleId);
  await mkdir(dir, {recursive: true});
  await writeFile(join(dir, 'meta.txt'), `origin=${origin}\n`);
  return start(origin);
}

async function attemptOf({server}: CaseServer, handle: WorkflowHandle): Promise<Event[]> {
  await until(handle, waiting);
  const {attempts, reason} = await handle.query(status);
  const [attempt] = attempts;
  if (attempt?.workflowId === undefined || attempt.turns < TURNS)
    throw new Error(`${handle.workflowId} had ${attempt?.turns ?? 0} turns instead of ${TURNS}: ${attempt?.reason ?? reason}`);
  return (await server.client.workflow.getHandle(attempt.workflowId).fetchHistory()).events ?? [];
}

/** Milliseconds from each model call to the next, as the server has their schedules. */
function turnTimes(events: readonly Event[]): number[] {
  const calls = events.filter((event) => event.activityTaskScheduledEventAttributes?.activityType?.name === 'askModel');
  const at = calls.map(({eventTime}) => Number(eventTime?.seconds ?? 0) * 1000 + Number(eventTime?.nanos ?? 0) / 1e6);
  return at.slice(1).map((time, n) => time - (at[n] ?? time));
}
