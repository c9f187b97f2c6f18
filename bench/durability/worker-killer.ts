import {setTimeout as delay} from 'node:timers/promises';
import proto from '@temporalio/proto';
import type {Runtime} from '../../src/cli/runtime.ts';
import type {EnvWatch, Seen} from './env-watch.ts';

interface Interrupted {
  readonly workflowId: string;
  readonly runId: string;
  /** Activity types that were open. */
  readonly open: readonly string[];
}

interface Kill {
  /** When the next worker was there, milliseconds. */
  readonly restartedAt: number;
  readonly interrupted: readonly Interrupted[];
}

/** Wakes who waits; a ring before the wait counts. */
export class Bell {
  #rung = false;
  #wake: (() => void) | undefined;

  ring(): void {
    this.#rung = true;
    this.#wake?.();
  }

  reset(): void {
    this.#rung = false;
  }

  async wait(): Promise<void> {
    if (!this.#rung)
      await new Promise<void>((done) => {
        this.#wake = done;
      });
  }
}

/** Kills the worker at random moments of a seed, again and again, and notes what that interrupted. */
export class WorkerKiller {
  readonly orphans: string[] = [];
  readonly hit: Record<string, number> = {};
  /** Model calls that were open at a kill, and so may be made again. */
  openCalls = 0;
  readonly #kills: Kill[] = [];
  readonly #runtime: Runtime;
  readonly #watch: EnvWatch;
  readonly #ready: Bell;
  readonly #longestPauseMs: number;
  #state: number;

  /** @param longestPauseMs between what a kill interrupted having got on and the next kill */
  constructor(runtime: Runtime, watch: EnvWatch, seed: number, ready: Bell, longestPauseMs: number) {
    this.#runtime = runtime;
    this.#watch = watch;
    this.#state = seed >>> 0;
    this.#ready = ready;
    this.#longestPauseMs = longestPauseMs;
  }

  get kills(): number {
    return this.#kills.length;
  }

  /** Kills while `work` runs; the last worker is left alive. */
  async during<T>(work: () => Promise<T>): Promise<T> {
    const over = new AbortController();
    const killing = this.#killUntil(over.signal);
    try {
      return await work();
    } finally {
      over.abort();
      await killing;
    }
  }

  /** For each run that a kill interrupted: milliseconds from the next worker's start until its work was taken up again. */
  async recoveries(): Promise<number[]> {
    const times: number[] = [];
    for (const [at, {restartedAt, interrupted}] of this.#kills.entries()) {
      const nextKill = this.#kills[at + 1]?.restartedAt ?? Number.MAX_SAFE_INTEGER;
      for (const one of interrupted) {
        const progress = (await this.#progressOf(one)).filter((time) => time > restartedAt).sort((a, b) => a - b)[0];
        // Killed again before it had got on: it counts from the next worker's start.
        if (progress !== undefined && progress < nextKill) times.push(progress - restartedAt);
      }
    }
    return times;
  }

  async #killUntil(over: AbortSignal): Promise<void> {
    while (!over.aborted) {
      await delay(this.#random() * this.#longestPauseMs, undefined, {signal: over}).catch(() => undefined);
      if (over.aborted) return;
      await this.#kill();
      await this.#untilOn(over);
    }
  }

  async #kill(): Promise<void> {
    const pid = this.#runtime.workerPid();
    if (pid === undefined) throw new Error('There is no worker to kill.');
    const inside = this.#watch.running();
    this.#ready.reset();
    process.kill(pid, 'SIGKILL');
    const interrupted = await this.#interrupted();
    while (this.#runtime.workerPid() === pid) await delay(10);
    const restartedAt = Date.now();
    this.#kills.push({restartedAt, interrupted});
    for (const type of interrupted.flatMap((one) => one.open)) this.hit[type] = (this.hit[type] ?? 0) + 1;
    this.openCalls += interrupted.flatMap((one) => one.open).filter((type) => type === 'askModel').length;
    await this.#noteOrphans(inside);
  }

  /** What the killed worker ran has to be gone when the next one begins to work. */
  async #noteOrphans(inside: readonly Seen[]): Promise<void> {
    await this.#ready.wait();
    const alive = this.#watch.alive(inside);
    this.orphans.push(...alive.map((one) => `pid ${one.pid} outlived its worker: ${one.command.slice(0, 200)}`));
  }

  /** Waits until all that the last kill interrupted has got on, so that the next kill finds work. */
  async #untilOn(over: AbortSignal): Promise<void> {
    const last = this.#kills.at(-1);
    for (const one of last?.interrupted ?? []) {
      while (!over.aborted && !(await this.#progressOf(one)).some((time) => time > (last?.restartedAt ?? 0))) {
        this.#noteDoubleBuilds();
        await delay(100, undefined, {signal: over}).catch(() => undefined);
      }
    }
  }

  /** One dev-env has one holder, and one command of it at a time: a second dsynth would be a build beside a build. */
  #noteDoubleBuilds(): void {
    for (const [env, count] of this.#watch.builds()) {
      if (count > 1) this.orphans.push(`${count} builds at once in ${env}`);
    }
  }

  /** Open runs with open activities. The server keeps them as they were until their heartbeats are missed. */
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

  /** Times at which activities of a run began or ended, milliseconds. One that is tried again shows its last beginning. */
  async #progressOf({workflowId, runId}: Interrupted): Promise<number[]> {
    const handle = this.#runtime.client.workflow.getHandle(workflowId, runId);
    const {events} = await handle.fetchHistory();
    const {raw} = await handle.describe();
    const moved = (events ?? []).filter(
      (event) =>
        event.activityTaskStartedEventAttributes ||
        event.activityTaskCompletedEventAttributes ||
        event.activityTaskFailedEventAttributes ||
        event.workflowExecutionCompletedEventAttributes,
    );
    const times = [...moved.map((event) => event.eventTime), ...(raw.pendingActivities ?? []).map((one) => one.lastStartedTime)];
    return times.map((time) => Number(time?.seconds ?? 0) * 1000 + (time?.nanos ?? 0) / 1_000_000);
  }

  /** Between 0 and 1, from the seed: mulberry32. */
  #random(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let t = this.#state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  }
}
