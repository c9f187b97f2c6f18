import type {Client} from '@temporalio/client';
import {type RunSummary, summarise} from '../case/run/run-summary.ts';
import {runsText, runText} from '../case/run/run-text.ts';
import {plainText} from '../case/text/plain-text.ts';
import {archivedSummary, readRunState, rootOfRun, runIds} from '../evidence/runs.ts';
import {runStatus} from '../protocol/build-run.ts';
import {runWorkflowId} from '../protocol/workflow-ids.ts';
import {tryQuery} from '../report/try-query.ts';
import {ANSWER_MS, missingWorker} from '../report/worker-answer.ts';
import {TemporalUnreachable, withClient} from './client.ts';
import {rootsToRead} from './roots.ts';

const FROM_DISK = 'What is on disk is shown.';
const SHOWN = 20;

/** `portwright runs`: prints the latest dsynth runs, newest first. */
export async function runs(options: {all?: boolean; json?: boolean}): Promise<void> {
  const roots = rootsToRead();
  await withOptionalClient(async (client) => {
    const open = client ? await openRuns(client) : new Set<string>();
    const onDisk = (await Promise.all(roots.map(runIds))).flat();
    const ids = [...new Set([...open, ...onDisk])].sort((a, b) => (timeOf(a) < timeOf(b) ? 1 : -1));
    const wanted = options.all ? ids : ids.slice(0, SHOWN);
    const found = await Promise.all(wanted.map((id) => summaryOf(open.has(id) ? client : undefined, roots, id)));
    const known = found.filter((one) => one !== undefined);
    if (options.json) return console.log(JSON.stringify(known, null, 2));
    if (known.length === 0) return console.log(`No dsynth run is below ${roots.join(', ')}.`);
    console.log(plainText(runsText(known)));
    if (wanted.length < ids.length) console.log(`The latest ${wanted.length} of ${ids.length}; --all shows all.`);
    if (open.size > 0) await reportMissingWorker(client);
  });
}

/** `portwright run RUN_ID`: prints counts, causes and cases of one run; from its workflow, else from disk. */
export async function run(id: string, options: {json?: boolean}): Promise<void> {
  const runId = id.replace(/^run:/, '');
  await withOptionalClient(async (client) => {
    const summary = await summaryOf(client, rootsToRead(), runId);
    if (summary === undefined) throw new Error(`There is no run ${runId}. \`portwright runs\` lists them.`);
    console.log(options.json ? JSON.stringify(summary, null, 2) : plainText(runText(summary)));
    if (summary.state === 'open') await reportMissingWorker(client);
  });
}

async function reportMissingWorker(client: Client | undefined): Promise<void> {
  const missing = client && (await missingWorker(client));
  if (missing !== undefined) console.error(`${missing} ${FROM_DISK}`);
}

/** Queries the workflow; if that does not answer, returns the archived summary if all its cases are closed, else one of the run's files. */
async function summaryOf(client: Client | undefined, roots: readonly string[], runId: string): Promise<RunSummary | undefined> {
  const asked = client && (await tryQuery(client, {workflowId: runWorkflowId(runId)}, runStatus, ANSWER_MS));
  if (asked) return asked;
  const root = await rootOfRun(roots, runId);
  if (root === undefined) return undefined;
  const archived = await archivedSummary(root, runId);
  const isFinal = archived?.state !== 'open' && archived?.cases.every((one) => one.phase === 'closed');
  return archived && isFinal ? archived : summarise(await readRunState(root, runId));
}

async function openRuns(client: Client): Promise<Set<string>> {
  const open = new Set<string>();
  for await (const {workflowId} of client.workflow.list({query: 'WorkflowType = "buildRun" AND ExecutionStatus = "Running"'}))
    open.add(workflowId.replace(/^run:/, ''));
  return open;
}

/** Runs `work` without a client if Temporal cannot be reached: runs are on disk too. */
async function withOptionalClient(work: (client: Client | undefined) => Promise<void>): Promise<void> {
  try {
    await withClient(FROM_DISK, work);
  } catch (error) {
    if (!(error instanceof TemporalUnreachable)) throw error;
    console.error(error.message);
    await work(undefined);
  }
}

/** Returns the time in a run's id, by which runs are sorted. */
function timeOf(runId: string): string {
  return /\d{8}-\d{6}Z/.exec(runId)?.[0] ?? '';
}
