import {watch} from 'node:fs/promises';
import {join} from 'node:path';
import type {SpoolResult} from './spool.ts';

export interface WatchOptions {
  /** How often to poll without an event: for new roots, network file systems, and after a problem. Default 5 s. */
  readonly rescanMs?: number;
  /** Called with what `deliverAll` threw. */
  readonly onProblem?: (root: string, problem: Error) => void;
}

/** A job's bundle appears within milliseconds of the job. Requeued jobs ring the bell too, so this wait is by time only. */
const BUNDLE_POLL_MS = 250;

/**
 * Calls `deliverAll` for every evidence root at once, whenever a job appears, and every few seconds; never twice at
 * once for one root. After a problem it waits for the next poll, so that a server that is down is not hammered.
 * Resolves when `signal` aborts and the delivery under way has ended.
 */
export async function watchSpool(
  roots: readonly string[],
  deliverAll: (root: string) => Promise<SpoolResult>,
  signal: AbortSignal,
  options: WatchOptions = {},
): Promise<void> {
  await Promise.all(roots.map((root) => watchRoot(root, deliverAll, signal, options)));
}

async function watchRoot(
  root: string,
  deliverAll: (root: string) => Promise<SpoolResult>,
  signal: AbortSignal,
  options: WatchOptions,
): Promise<void> {
  const bell = new Bell();
  const watching = new PendingWatcher(join(root, 'queue', 'pending'), bell, signal);
  while (!signal.aborted) {
    watching.start();
    bell.reset();
    const result = await deliverAll(root).catch((error: Error) => ({problem: error, waiting: []}));
    if (result.problem) options.onProblem?.(root, result.problem);
    const isWaiting = result.waiting.length > 0;
    if (result.problem || isWaiting) bell.mute();
    await bell.wait(isWaiting && !result.problem ? BUNDLE_POLL_MS : (options.rescanMs ?? 5000), signal);
  }
}

/** Wakes one waiter; a ring before the wait counts, unless muted. */
class Bell {
  #rung = false;
  #muted = false;
  #wake: (() => void) | undefined;

  ring(): void {
    this.#rung = true;
    if (!this.#muted) this.#wake?.();
  }

  reset(): void {
    this.#rung = false;
    this.#muted = false;
  }

  /** Until the next reset only time or the signal ends the wait. */
  mute(): void {
    this.#muted = true;
  }

  async wait(milliseconds: number, signal: AbortSignal): Promise<void> {
    if (signal.aborted || (this.#rung && !this.#muted)) return;
    await new Promise<void>((resolve) => {
      const done = () => {
        clearTimeout(timer);
        signal.removeEventListener('abort', done);
        this.#wake = undefined;
        resolve();
      };
      const timer = setTimeout(done, milliseconds);
      signal.addEventListener('abort', done);
      this.#wake = done;
    });
  }
}

/** Rings when a job appears. The directory may not be there yet: then the next poll starts it. */
class PendingWatcher {
  readonly #dir: string;
  readonly #bell: Bell;
  readonly #signal: AbortSignal;
  #running = false;

  constructor(dir: string, bell: Bell, signal: AbortSignal) {
    this.#dir = dir;
    this.#bell = bell;
    this.#signal = signal;
  }

  start(): void {
    if (this.#running) return;
    this.#running = true;
    void this.#run().finally(() => {
      this.#running = false;
    });
  }

  async #run(): Promise<void> {
    try {
      for await (const event of watch(this.#dir, {signal: this.#signal})) {
        const name = event.filename ?? '';
        if (event.eventType === 'rename' && name.endsWith('.job') && !name.startsWith('.')) this.#bell.ring();
      }
    } catch {
      // Not there, or aborted: polling goes on.
    }
  }
}
