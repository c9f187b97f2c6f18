import {randomUUID} from 'node:crypto';
import {setTimeout as delay} from 'node:timers/promises';
import {Context} from '@temporalio/activity';
import type {WorkflowHandle} from '@temporalio/client';
import {DefaultLogger, makeTelemetryFilterString, Runtime, Worker, type WorkerOptions} from '@temporalio/worker';
import {leaseActivities} from '../../src/activities/lease.ts';
import {TOOL_NAMES} from '../../src/case/attempt/tool-names.ts';
import type {CaseStatus} from '../../src/case/status.ts';
import type {FailureReport} from '../../src/case/types.ts';
import {status} from '../../src/protocol/port-case.ts';
import {TASK_QUEUE} from '../../src/protocol/task-queue.ts';
import {caseId} from '../../src/protocol/workflow-ids.ts';
import {reportFailure} from '../../src/report/report-failure.ts';
import {WORKER_OPTIONS} from '../../src/worker/options.ts';
import {recordHistory} from './record-history.ts';
import {report, type ScriptedCase} from './scripted-case.ts';
import {type TestServer, testServer} from './temporal.ts';
import {workflowBundle} from './workflow-bundle.ts';

/** Starts a case of a port, or reports another failure of it. */
export type Start = (origin: string, bundleId?: string, more?: Partial<FailureReport>) => Promise<WorkflowHandle>;

/** Cases of the tests whose histories are recorded: one for each shape. */
const SHAPES: ReadonlySet<string> = new Set([
  'net/stale',
  'net/wrong-recipe',
  'net/good',
  'net/claims',
  'net/guarded',
  'net/loops',
  'net/poor',
  'devel/lacks',
  'net/mumbles',
  'net/badpolicy',
  'net/escalated',
  'net/joins',
  'net/killed',
  'net/told',
  'net/granted',
  'net/again',
  'net/orphaned',
  'x11/slave',
  'net/reviewed',
  'net/rejected',
  'net/byhand',
  'net/mended',
  'net/meanwhile',
  'net/gaveup',
  'net/sameerror',
  'net/patient',
  'net/polite',
  'net/toooften',
  'net/broken',
]);

/**
 * Silences the core, which would warn of each activity that ends after its workflow was terminated. Call it once in a test file,
 * before its first native connection.
 */
export function quietRuntime(): void {
  const telemetryOptions = {logging: {filter: makeTelemetryFilterString({core: 'ERROR', other: 'ERROR'})}};
  Runtime.install({logger: new DefaultLogger('ERROR'), telemetryOptions});
}

/** A real server and the real workflows, for cases with scripted activities. */
export class CaseServer {
  readonly server: TestServer;

  private constructor(server: TestServer) {
    this.server = server;
  }

  /** Starts a separate server, unless the test passes one. */
  static async make(given?: TestServer): Promise<CaseServer> {
    if (given === undefined) quietRuntime();
    const server = given ?? (await testServer());
    return new CaseServer(server);
  }

  /** Runs a worker with the scripted activities and the options `more` while `work` runs. Each test has a separate target. */
  async withWorker(world: ScriptedCase, work: (start: Start) => Promise<void>, more: Partial<WorkerOptions> = {}): Promise<void> {
    const {client, native} = this.server;
    const worker = await Worker.create({
      connection: native,
      ...WORKER_OPTIONS,
      workflowBundle: workflowBundle(),
      maxHeartbeatThrottleInterval: '100ms',
      shutdownForceTime: '5s',
      activities: {
        ...world.control(),
        ...world.devEnv(),
        ...world.tools([...TOOL_NAMES, 'refuseTool']),
        ...leaseActivities({client, taskQueue: TASK_QUEUE, env: {}, roots: []}),
        ...world.others,
      },
      ...more,
    });
    const target = `@${randomUUID()}`;
    const started = new Map<string, string>();
    const start: Start = async (origin, bundleId, more = {}) => {
      const failed: FailureReport = {...report(origin, bundleId), target, ...more};
      await reportFailure(client, failed);
      started.set(caseId(failed), origin);
      return client.workflow.getHandle(caseId(failed));
    };
    await worker.runUntil(async () => {
      await work(start);
      if (process.env.PORTWRIGHT_RECORD) await this.#recordAll(started, target);
    });
  }

  /** Returns the started cases, their pool, and the latest workflow of each other kind. */
  async #recordAll(started: ReadonlyMap<string, string>, target: string): Promise<void> {
    const {client} = this.server;
    for (const [id, shape] of started) await this.#record(id, shape);
    if ([...started.values()].includes('net/patient')) await recordHistory(client, `dev-envs:${target}`, 'pool');
    for (const type of ['buildRun', 'holdPort', 'proveAgain', 'spendLedger']) {
      for await (const {workflowId} of client.workflow.list({query: `WorkflowType = "${type}"`})) {
        await recordHistory(client, workflowId, type);
        break;
      }
    }
  }

  async #record(id: string, shape: string): Promise<void> {
    const {client} = this.server;
    if (!SHAPES.has(shape)) return;
    const state = await client.workflow.getHandle(id).query(status);
    await recordHistory(client, id, shape);
    for (const {attempt, workflowId} of state.attempts)
      await recordHistory(client, workflowId as string, `${shape}-attempt-${attempt}`);
  }
}

/** Polls until the case's state satisfies `ready`, and returns it. */
export async function until(handle: WorkflowHandle, ready: (state: CaseStatus) => boolean): Promise<CaseStatus> {
  for (;;) {
    const state = await handle.query(status);
    if (ready(state)) return state;
    await delay(20);
  }
}

/** Reports whether a case waits for an operator. */
export const waiting = (state: CaseStatus): boolean => state.phase === 'awaiting-operator' && state.pendingOutcome !== null;

/** A model that never answers: the call ends only when it is cancelled. */
export function hangingCall(): {turn: () => Promise<never>; reached: Promise<void>} {
  let reach = (): void => undefined;
  const reached = new Promise<void>((done) => {
    reach = done;
  });
  const turn = (): Promise<never> => {
    reach();
    return Context.current().cancelled;
  };
  return {turn, reached};
}
