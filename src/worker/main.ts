import {join} from 'node:path';
import {Client, Connection} from '@temporalio/client';
import {DefaultLogger, makeTelemetryFilterString, NativeConnection, Runtime, Worker} from '@temporalio/worker';
import type {WorkerContext} from '../activities/context.ts';
import {createActivities} from '../activities/index.ts';
import {consoleUrl} from '../case/review/console-links.ts';
import {evalRoots} from '../eval/run-dir.ts';
import {evidenceRoots} from '../evidence/bundle.ts';
import {prepareRoot} from '../evidence/collect/place-job.ts';
import {TASK_QUEUE} from '../protocol/task-queue.ts';
import {collectedLogs, readHosts} from '../setup/hosts.ts';
import {connectionOptions} from './connection.ts';
import {serveHealth, watchedBy} from './health.ts';
import {WORKER_OPTIONS} from './options.ts';
import {RunningWork} from './running-work.ts';
import {ensureCollectSchedules, ensureSpoolSchedule} from './schedule.ts';

/** Workflows in memory, 0.3 MB each. A case beyond them is read from its short history when it continues, so the memory does not grow with the open cases. */
const CACHED_WORKFLOWS = 300;

/** Runs a worker until TERM or INT. Prints `health URL`, the address of its health server, and `ready` once it polls. */
async function main(): Promise<void> {
  Runtime.install({
    logger: new DefaultLogger('WARN'),
    telemetryOptions: {logging: {filter: makeTelemetryFilterString({core: 'ERROR', other: 'ERROR'})}},
  });
  // A setting that cannot be used is reported now, and not by each case.
  consoleUrl(process.env);
  const evaluated = await evalRoots(process.env);
  const roots = evaluated.length > 0 ? evaluated : evidenceRoots(process.env);
  const work = new RunningWork();
  const health = await serveHealth(work, process.env, roots);
  const options = connectionOptions(process.env);
  const namespace = options?.namespace ?? 'default';
  const connect = options?.connectionOptions ?? {};
  const client = new Client({connection: await Connection.connect(connect), namespace});
  const context: WorkerContext = {env: process.env, roots, client, taskQueue: TASK_QUEUE};
  const worker = await Worker.create({
    connection: await NativeConnection.connect(connect),
    namespace,
    ...WORKER_OPTIONS,
    interceptors: {activity: [watchedBy(work, process.env), ...WORKER_OPTIONS.interceptors.activity]},
    workflowBundle: {codePath: new URL('../workflow-bundle.js', import.meta.url).pathname},
    activities: createActivities(context),
    maxConcurrentActivityTaskExecutions: 200,
    maxConcurrentWorkflowTaskExecutions: 50,
    maxCachedWorkflows: CACHED_WORKFLOWS,
    shutdownGraceTime: '2s',
    shutdownForceTime: '20s',
  });
  // The corpus of an evaluation has no spool.
  if (evaluated.length === 0) await watchEvidence(client, roots);
  const running = worker.run();
  console.log(`health ${health.url}`);
  console.log('ready');
  await running;
}

/** Watches the spools, and collects the evidence of hosts; its roots must be there before the first arrives. */
async function watchEvidence(client: Client, roots: readonly string[]): Promise<void> {
  const hosts = readHosts(process.env).filter(({reach}) => reach !== 'local');
  for (const host of hosts) for (const {local} of collectedLogs(process.env, host)) await prepareRoot(join(local, 'evidence'));
  await ensureSpoolSchedule(client, roots);
  await ensureCollectSchedules(
    client,
    hosts.filter(({evidence}) => evidence === 'collect').map(({name}) => name),
  );
}

await main().then(
  () => process.exit(0),
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  },
);
