import {type Client, WorkflowNotFoundError} from '@temporalio/client';
import {runPage} from '../case/review/console-links.ts';
import type {RunReport} from '../case/run/run-totals.ts';
import {isTarget} from '../evidence/names.ts';
import {type RunCursor, readCursor, writeCursor} from '../evidence/run-cursor.ts';
import {type BuiltPort, readResults, resultsSize} from '../evidence/run-results.ts';
import {runDir, runIds, runReport} from '../evidence/runs.ts';
import {runReported} from '../protocol/build-run.ts';
import {portBuilt} from '../protocol/port-case.ts';
import {BuildRun} from '../protocol/search-attributes.ts';
import {TASK_QUEUE, WORKFLOW_TASK_TIMEOUT} from '../protocol/task-queue.ts';
import {caseId, runWorkflowId} from '../protocol/workflow-ids.ts';
import type {Workflows} from '../protocol/workflows.ts';
import {consoleOrNone} from './report-failure.ts';

export interface RunDeliveryOptions {
  /** Milliseconds between reports of results alone; a start and an end are reported at once. Default 30 s. */
  readonly everyMs?: number;
  /** Directories of runs that are reported to their end, which are skipped; a caller that polls passes the same set each time. */
  readonly finished?: Set<string>;
}

export interface RunsDelivered {
  /** Runs that were reported. */
  readonly runs: string[];
  /** Open cases whose port built. */
  readonly recovered: string[];
}

/** Results that are read and reported at once; a run's start has none, its end the rest. */
const BATCH = 500;
const EVERY_MS = 30_000;

/**
 * Signals the news of the runs of an evidence root to their workflows: a start, results, an end. The cursor is written after the server's
 * acknowledgement, and only totals are signalled, so that nothing is lost and signalling twice does no harm.
 * Throws when the server cannot be reached.
 */
export async function deliverRuns(client: Client, root: string, options: RunDeliveryOptions = {}): Promise<RunsDelivered> {
  const {finished = new Set<string>(), everyMs = EVERY_MS} = options;
  const delivered: RunsDelivered = {runs: [], recovered: []};
  for (const runId of await runIds(root)) {
    const dir = runDir(root, runId);
    if (finished.has(dir)) continue;
    const cursor = await readCursor(dir);
    const isOver = cursor.end !== undefined || (await deliverRun(client, root, runId, cursor, everyMs, delivered));
    if (isOver) finished.add(dir);
  }
  return delivered;
}

/** Returns whether the run is reported to its end. The end is read before the results: those that are read after it are final. */
async function deliverRun(
  client: Client,
  root: string,
  runId: string,
  {results, atMs}: RunCursor,
  everyMs: number,
  into: RunsDelivered,
): Promise<boolean> {
  const dir = runDir(root, runId);
  const report = await runReport(root, runId, results);
  const isEmpty = report.startedUtc === '' && (await resultsSize(dir)) === 0;
  const isDue = Date.now() - (atMs ?? 0) >= everyMs && (await resultsSize(dir)) > results.bytes;
  if (isEmpty || (atMs !== undefined && report.end === undefined && !isDue)) return false;
  await deliverResults(client, dir, report, into);
  into.runs.push(runId);
  return report.end !== undefined;
}

async function deliverResults(client: Client, dir: string, report: RunReport, into: RunsDelivered): Promise<void> {
  const {end, ...start} = report;
  for (let {results} = start, isLast = false; !isLast; ) {
    const read = await readResults(dir, results, BATCH);
    results = read.results;
    isLast = read.lines < BATCH;
    const known = {...start, results, ...(isLast && end ? {end} : {})};
    into.recovered.push(...(await signalCases(client, report, read.built)));
    await signalRun(client, known);
    await writeCursor(dir, {results, ...(known.end ? {end: known.end.kind} : {})});
  }
}

/** Returns the options to start a run's workflow, for whichever signal comes first. */
export function runOptions(runId: string) {
  const base = consoleOrNone(process.env);
  const link = base === undefined ? '' : `[In the console](${runPage(base, runId)}). `;
  return {
    workflowId: runWorkflowId(runId),
    taskQueue: TASK_QUEUE,
    workflowTaskTimeout: WORKFLOW_TASK_TIMEOUT,
    args: [runId] as [string],
    staticSummary: `dsynth: ${runId}`,
    staticDetails: `${link}Its evidence: \`runs/${runId}/\`; \`summary.md\` and \`summary.json\` there once it has ended. Query \`status\` gives the same at any time.`,
    typedSearchAttributes: [{key: BuildRun, value: runId}],
  };
}

async function signalRun(client: Client, report: RunReport): Promise<void> {
  await client.workflow.signalWithStart<Workflows['buildRun'], [RunReport]>('buildRun', {
    ...runOptions(report.runId),
    signal: runReported,
    signalArgs: [report],
  });
}

/** Signals the open cases of ports that were built, and returns their ids. One visibility query for all: cases are few, built ports many. */
async function signalCases(client: Client, {runId, target}: RunReport, built: readonly BuiltPort[]): Promise<string[]> {
  if (built.length === 0 || !isTarget(target)) return [];
  const byCase = new Map(built.map((port) => [caseId({...port, target}), port.atUtc]));
  const signalled: string[] = [];
  const query = `WorkflowType = "portCase" AND ExecutionStatus = "Running" AND PortTarget = "${target}"`;
  for await (const {workflowId} of client.workflow.list({query})) {
    const atUtc = byCase.get(workflowId);
    if (atUtc === undefined) continue;
    await client.workflow
      .getHandle(workflowId)
      .signal(portBuilt, {runId, atUtc})
      .then(() => signalled.push(workflowId))
      .catch((error: unknown) => {
        if (!(error instanceof WorkflowNotFoundError)) throw error;
      });
  }
  return signalled;
}
