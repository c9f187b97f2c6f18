import {randomUUID} from 'node:crypto';
import {Context} from '@temporalio/activity';
import type {WorkflowHandle} from '@temporalio/client';
import {
  bundleWorkflowCode,
  DefaultLogger,
  makeTelemetryFilterString,
  Runtime,
  Worker,
  type WorkflowBundleWithSourceMap,
} from '@temporalio/worker';
import {heartbeats} from '../../src/activities/context.ts';
import {leaseActivities} from '../../src/activities/lease.ts';
import type {CaseStatus} from '../../src/case/status.ts';
import {TOOL_NAMES} from '../../src/case/tool-names.ts';
import {caseId, type FailureReport} from '../../src/case/types.ts';
import {reportFailure, TASK_QUEUE} from '../../src/report/report-failure.ts';
import {status} from '../../src/workflows/messages.ts';
import {report, type ScriptedCase} from './scripted-case.ts';
import {type TestServer, testServer} from './temporal.ts';

/** Starts a case of a port, or reports another failure of it. */
export type Start = (origin: string, bundleId?: string, more?: Partial<FailureReport>) => Promise<WorkflowHandle>;

/** A real server and the real workflows, for cases whose outside is scripted. */
export class CaseServer {
  readonly server: TestServer;
  readonly #bundle: WorkflowBundleWithSourceMap;

  private constructor(server: TestServer, bundle: WorkflowBundleWithSourceMap) {
    this.server = server;
    this.#bundle = bundle;
  }

  static async make(): Promise<CaseServer> {
    // Terminated workflows are part of these tests; the core would warn of each activity that ends after its workflow.
    const telemetryOptions = {logging: {filter: makeTelemetryFilterString({core: 'ERROR', other: 'ERROR'})}};
    Runtime.install({logger: new DefaultLogger('ERROR'), telemetryOptions});
    const server = await testServer();
    const bundle = await bundleWorkflowCode({
      workflowsPath: new URL('../../src/workflows/index.ts', import.meta.url).pathname,
      logger: new DefaultLogger('ERROR'),
    });
    return new CaseServer(server, bundle);
  }

  /** Runs a worker over the scripted outside while `work` runs. Everything happens on a target of the test's own. */
  async withWorker(world: ScriptedCase, work: (start: Start) => Promise<void>): Promise<void> {
    const {client, native} = this.server;
    const worker = await Worker.create({
      connection: native,
      taskQueue: TASK_QUEUE,
      workflowBundle: this.#bundle,
      maxHeartbeatThrottleInterval: '100ms',
      shutdownForceTime: '5s',
      interceptors: {activity: [heartbeats]},
      activities: {
        ...world.control(),
        ...world.devEnv(),
        ...world.tools([...TOOL_NAMES, 'refuseTool']),
        ...leaseActivities({client, taskQueue: TASK_QUEUE, env: {}, roots: []}),
        ...world.others,
      },
    });
    const target = `@${randomUUID()}`;
    await worker.runUntil(
      work(async (origin, bundleId, more = {}) => {
        const failed: FailureReport = {...report(origin, bundleId), target, ...more};
        await reportFailure(client, failed);
        return client.workflow.getHandle(caseId(failed));
      }),
    );
  }
}

/** Waits until the case's state satisfies `ready`, and returns it. */
export async function until(handle: WorkflowHandle, ready: (state: CaseStatus) => boolean): Promise<CaseStatus> {
  for (;;) {
    const state = await handle.query(status);
    if (ready(state)) return state;
    await new Promise((done) => setImmediate(done));
  }
}

/** Whether a case waits for an operator. */
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
