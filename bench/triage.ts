import {mkdtemp, readFile, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {setTimeout as delay} from 'node:timers/promises';
import type {Client} from '@temporalio/client';
import {installRoot} from '../src/setup/paths.ts';
import {historySteps} from '../test/support/history-steps.ts';
import {percentile} from '../test/support/percentile.ts';
import {type Machine, machine} from './machine.ts';
import {DelayedModel} from './triage/delayed-model.ts';
import {failPorts} from './triage/failed-ports.ts';
import {cpuMs, memoryMb} from './triage/process-usage.ts';
import {RunningUp} from './triage/running-up.ts';

/** What a triage costs where the policy leaves every case to an operator. */
export interface TriageCost {
  readonly cases: number;
  readonly delayMs: number;
  /** Cases a minute, from the first model call until the last case waits. */
  readonly perMinute: number;
  /** Of a case's history while it waits; the median of a sample. */
  readonly events: number;
  readonly workflowTasks: number;
  readonly activities: number;
  readonly workerPeakMb: number;
  readonly serverPeakMb: number;
  /** CPU of worker, server and console together. */
  readonly cpuMsPerCase: number;
}

/** A run of triages, with what its memory and its rate were in the course of it. */
export interface TriageRun extends TriageCost {
  readonly machine: Machine;
  readonly cpuMs: {readonly worker: number; readonly server: number; readonly console: number};
  /** From the start of server, worker and console until the worker polls, and from then to the first model call. */
  readonly readyMs: number;
  readonly firstCallMs: number;
  readonly samples: readonly Sample[];
}

/** State of the processes when `waiting` cases wait. Milliseconds from the first model call. */
export interface Sample {
  readonly atMs: number;
  readonly waiting: number;
  readonly workerMb: number;
  readonly serverMb: number;
}

export interface TriageOptions {
  readonly cases: number;
  readonly delayMs: number;
  readonly log: (line: string) => void;
}

const POLL_MS = 250;
const SAMPLED_CASES = 9;
const WAITING = 'WorkflowType = "portCase" AND PortPhase = "awaiting-operator"';

/** Measures triages with the real hooks, server, worker and console, and a model that answers after `delayMs`. All failures are in the spool at the start. */
export async function measureTriage({cases, delayMs, log}: TriageOptions): Promise<TriageRun> {
  const dir = await mkdtemp(join(tmpdir(), 'portwright-triage-'));
  const model = await DelayedModel.start(delayMs);
  try {
    const logs = await failPorts(dir, cases);
    log(`${cases} failures are in the spool`);
    const env = await settings(dir, logs, model);
    const startedAt = performance.now();
    const up = await RunningUp.start(env);
    try {
      return await observe(up, model, {cases, delayMs, log, startedAt});
    } finally {
      await up.stop();
    }
  } finally {
    await model.close();
    await rm(dir, {recursive: true, force: true});
  }
}

async function settings(dir: string, logs: string, model: DelayedModel): Promise<NodeJS.ProcessEnv> {
  const policy = JSON.parse(await readFile(join(installRoot(), 'policy', 'policy.json'), 'utf8')) as {
    classification_to_tier: Record<string, string>;
  };
  const tiers = Object.fromEntries(Object.keys(policy.classification_to_tier).map((name) => [name, 'MANUAL']));
  const path = join(dir, 'policy.json');
  await writeFile(path, JSON.stringify({...policy, classification_to_tier: tiers}));
  return {
    LOGS_ROOT: logs,
    DP_HARNESS_POLICY: path,
    DP_HARNESS_ENV: '',
    DP_HARNESS_TRIAGE_MODEL: 'bench',
    DP_HARNESS_TRIAGE_API_BASE: model.url,
    DP_HARNESS_TRIAGE_API_KEY: '',
    PORTWRIGHT_HEALTH: '127.0.0.1:0',
    PORTWRIGHT_CONSOLE: '127.0.0.1:0',
    PORTWRIGHT_STATE_DIR: join(dir, 'state'),
  };
}

interface Observed extends TriageOptions {
  readonly startedAt: number;
}

async function observe(up: RunningUp, model: DelayedModel, observed: Observed): Promise<TriageRun> {
  const {cases, delayMs, log, startedAt} = observed;
  const readyAt = performance.now();
  const {worker, server, client} = up;
  const samples: Sample[] = [];
  let endAt = readyAt;
  for (let waiting = 0; waiting < cases; ) {
    await delay(POLL_MS);
    ({count: waiting} = await client.workflow.count(WAITING));
    endAt = performance.now();
    const sample = {atMs: Math.round(endAt - (model.calls[0] ?? endAt)), waiting};
    samples.push({...sample, workerMb: memoryMb(worker).now, serverMb: memoryMb(server).now});
    if (samples.length % 40 === 0) log(`${waiting} of ${cases} cases wait`);
  }
  const spent = {worker: cpuMs(worker), server: cpuMs(server), console: cpuMs(up.console)};
  const first = model.calls[0] ?? endAt;
  const perCase = (ms: number): number => Math.round(ms / cases);
  return {
    cases,
    delayMs,
    perMinute: Math.round((cases * 60_000) / (endAt - first)),
    ...(await stepsOfSample(client)),
    workerPeakMb: memoryMb(worker).peak,
    serverPeakMb: memoryMb(server).peak,
    cpuMsPerCase: perCase(spent.worker + spent.server + spent.console),
    cpuMs: {worker: perCase(spent.worker), server: perCase(spent.server), console: perCase(spent.console)},
    machine: machine(),
    readyMs: Math.round(readyAt - startedAt),
    firstCallMs: Math.round(first - readyAt),
    samples,
  };
}

async function stepsOfSample(client: Client): Promise<Pick<TriageCost, 'events' | 'workflowTasks' | 'activities'>> {
  const steps: ReturnType<typeof historySteps>[] = [];
  for await (const {workflowId} of client.workflow.list({query: WAITING})) {
    const {events} = await client.workflow.getHandle(workflowId).fetchHistory();
    steps.push(historySteps(events ?? []));
    if (steps.length === SAMPLED_CASES) break;
  }
  const median = (key: keyof ReturnType<typeof historySteps>): number =>
    percentile(
      steps.map((one) => one[key]),
      0.5,
    );
  return {events: median('events'), workflowTasks: median('workflowTasks'), activities: median('activities')};
}

/** Cases a minute in the first and the last part of a run, and the memory at the end of each: whether it slows down or grows. */
export function courseOf({samples, cases}: TriageRun, parts = 4): object[] {
  const ends = Array.from({length: parts}, (_, at) => Math.round((cases * (at + 1)) / parts));
  let before = {atMs: 0, waiting: 0};
  return ends.map((end) => {
    const sample = samples.find(({waiting}) => waiting >= end) ?? samples.at(-1);
    if (sample === undefined) return {};
    const perMinute = Math.round(((sample.waiting - before.waiting) * 60_000) / Math.max(1, sample.atMs - before.atMs));
    before = sample;
    return {upTo: sample.waiting, perMinute, workerMb: sample.workerMb, serverMb: sample.serverMb};
  });
}
