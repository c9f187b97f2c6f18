import {setTimeout as delay} from 'node:timers/promises';
import proto from '@temporalio/proto';
import type {Runtime} from '../../src/cli/runtime.ts';
import {SeededRandom} from '../seeded-random.ts';
import type {EnvInspector, ProcessIdentity} from './env-inspector.ts';

interface Interrupted {
  readonly workflowId: string;
  readonly runId: string;
  /** Types of the open activities. */
  readonly open: readonly string[];
}

interface Kill {
  /** Start of the next worker, milliseconds. */
  readonly restartedAt: number;
  readonly interrupted: readonly Interrupted[];
}

/** An event that can be set and waited for; `wait` returns at once if it is set. */
export class ReadyEvent {
  #isSet = false;
  #wake: (() => void) | undefined;

  set(): void {
    this.#isSet = true;
    this.#wake?.();
  }

  reset(): void {
    this.#isSet = false;
  }

  async wait(): Promise<void> {
    if (!this.#isSet)
      await new Promise<void>((done) => {
        this.#wake = done;
      });
  }
}

/** Kills the worker repeatedly at random times, and records what each kill interrupted. */
export class WorkerKiller {
  readonly orphans: string[] = [];
  readonly hit: Record<string, number> = {};
  /** Model calls that were open at a kill, and so may be repeated. */
  openCalls = 0;
  readonly #kills: Kill[] = [];
  readonly #runtime: Runtime;
  readonly #inspector: EnvInspector;
  readonly #ready: ReadyEvent;
  readonly #maxPauseMs: number;
  readonly #random: SeededRandom;

  /** @param maxPauseMs longest pause between the progress of interrupted work and the next kill */
  constructor(runtime: Runtime, inspector: EnvInspector, seed: number, ready: ReadyEvent, maxPauseMs: number) {
    this.#runtime = runtime;
    this.#inspector = inspector;
    this.#random = new SeededRandom(seed);
    this.#ready = ready;
    this.#maxPauseMs = maxPauseMs;
  }

  get kills(): number {
    return this.#kills.length;
  }

  /** Runs `work` with kills; the last worker stays alive. */
  async runWithKills<T>(work: () => Promise<T>): Promise<T> {
    const stopped = new AbortController();
    const kills = this.#killUntil(stopped.signal);
    try {
      return await work();
    } finally {
      stopped.abort();
      await kills;
    }
  }

  /** Returns for each interrupted workflow run the milliseconds from the next worker's start until its progress. */
  async recoveries(): Promise<number[]> {
    const times: number[] = [];
    for (const [at, {restartedAt, interrupted}] of this.#kills.entries()) {
      const nextKill = this.#kills[at + 1]?.restartedAt ?? Number.MAX_SAFE_INTEGER;
      for (const one of interrupted) {
        const progress = (await this.#progressTimes(one)).filter((time) => time > restartedAt).sort((a, b) => a - b)[0];
        // If it was killed again before any progress, it counts from the next worker's start.
        if (progress !== undefined && progress < nextKill) times.push(progress - restartedAt);
      }
    }
    return times;
  }

  async #killUntil(stopped: AbortSignal): Promise<void> {
    while (!stopped.aborted) {
      await delay(this.#random.next() * this.#maxPauseMs, undefined, {signal: stopped}).catch(() => undefined);
      if (stopped.aborted) return;
      await this.#kill();
      await this.#waitForProgress(stopped);
    }
  }

  async #kill(): Promise<void> {
    const pid = this.#runtime.workerPid();
    if (pid === undefined) throw new Error('There is no worker to kill.');
    const inside = this.#inspector.running();
    this.#ready.reset();
    process.kill(pid, 'SIGKILL');
    const interrupted = await this.#interrupted();
    while (this.#runtime.workerPid() === pid) await delay(10);
    const restartedAt = Date.now();
    this.#kills.push({restartedAt, interrupted});
    for (const type of interrupted.flatMap((one) => one.open)) this.hit[type] = (this.hit[type] ?? 0) + 1;
    this.openCalls += interrupted.flatMap((one) => one.open).filter((type) => type === 'askModel').length;
    await this.#recordOrphans(inside);
  }

  /** Records processes of the killed worker that still run when the next one is ready. */
  async #recordOrphans(inside: readonly ProcessIdentity[]): Promise<void> {
    await this.#ready.wait();
    const alive = this.#inspector.alive(inside);
    this.orphans.push(...alive.map((one) => `pid ${one.pid} outlived its worker: ${one.command.slice(0, 200)}`));
  }

  /** Waits for progress of all runs that the last kill interrupted, so that the next kill hits work. */
  async #waitForProgress(stopped: AbortSignal): Promise<void> {
    const last = this.#kills.at(-1);
    for (const one of last?.interrupted ?? []) {
      while (!stopped.aborted && !(await this.#progressTimes(one)).some((time) => time > (last?.restartedAt ?? 0))) {
        this.#recordConcurrentBuilds();
        await delay(100, undefined, {signal: stopped}).catch(() => undefined);
      }
    }
  }

  /** Records concurrent builds: a dev-env has one lease holder, which runs one command at a time. */
  #recordConcurrentBuilds(): void {
    for (const [env, count] of this.#inspector.builds()) {
      if (count > 1) this.orphans.push(`${count} builds at once in ${env}`);
    }
  }

  /** Returns running workflows with started activities. The server lists these as started until their heartbeat timeout. */
  async #interrupted(): Promise<Interrupted[]> {
    const found: Interrupted[] = [];
    const {client} = this.#runtime;
    const query = 'ExecutionStatus = "Running" AND WorkflowType IN ("portCase", "patchAttempt")';
    for await (const {workflowId, runId} of client.workflow.list({query})) {
      const {raw} = await client.workflow.getHandle(workflowId, runId).describe();
      const started = proto.temporal.api.enums.v1.PendingActivityState.PENDING_ACTIVITY_STATE_STARTED;
      const open = (raw.pendingActivities ?? []).filter((one) => one.state === started);
      if (open.length > 0) found.push({workflowId, runId, open: open.map((one) => one.activityType?.name ?? '')});
    }
    return found;
  }

  /** Returns the times at which activities of a run started or ended, milliseconds. A retried one has its last start. */
  async #progressTimes({workflowId, runId}: Interrupted): Promise<number[]> {
    const handle = this.#runtime.client.workflow.getHandle(workflowId, runId);
    const {events} = await handle.fetchHistory();
    const {raw} = await handle.describe();
    const progressEvents = (events ?? []).filter(
      (event) =>
        event.activityTaskStartedEventAttributes ||
        event.activityTaskCompletedEventAttributes ||
        event.activityTaskFailedEventAttributes ||
        event.workflowExecutionCompletedEventAttributes,
    );
    const times = [
      ...progressEvents.map((event) => event.eventTime),
      ...(raw.pendingActivities ?? []).map((one) => one.lastStartedTime),
    ];
    return times.map((time) => Number(time?.seconds ?? 0) * 1000 + (time?.nanos ?? 0) / 1_000_000);
  }
}
