import {CancellationScope, condition, isCancellation} from '@temporalio/workflow';
import type {FailureReport} from '../case/types.ts';
import type {CaseFacts} from '../protocol/activities.ts';
import {FAILURES} from '../protocol/failure-types.ts';
import type {CaseRecord} from './case-record.ts';
import {failureMessage, failureType, rethrowUnlessFailed} from './failures.ts';
import {evidenceLater, evidenceNow} from './proxies.ts';

/** What reading a bundle in the background came to. */
export interface ReadReport {
  readonly report: FailureReport;
  /** Undefined: the bundle could not be read, for another reason than its disk; the timeline has it. */
  readonly facts: CaseFacts | undefined;
}

/** Reads a bundle by an activity, at first a few times and then until it can be read. */
export type ReadBundle<T> = (proxy: typeof evidenceNow, summary: string, report: FailureReport) => Promise<T>;

const collect: ReadBundle<CaseFacts> = (proxy, summary, report) => proxy.collectEvidence(summary, report);

/**
 * Reads the bundles of a case. A bundle that cannot be read is an infrastructure problem and no failure of the port: it is
 * retried until its disk or mount is back or a newer bundle joins, and the timeline shows that.
 */
export class EvidenceReader {
  readonly #record: CaseRecord;
  #scope: CancellationScope | undefined;
  #result: ReadReport | {readonly error: unknown} | undefined;

  constructor(record: CaseRecord) {
    this.#record = record;
  }

  /** Returns what `read` finds in the newest unread bundle, and which it is. Throws what is not cured by waiting. */
  async readNewest<T>(read: ReadBundle<T>): Promise<{report: FailureReport; found: T}> {
    for (;;) {
      const report = this.#record.unread ?? this.#record.newest;
      if (report === undefined) throw new Error('A case reads evidence only once it has a bundle.');
      const found = await this.#read(report, read);
      if (found !== undefined) return {report, found};
    }
  }

  /** Whether an unread bundle waits that is not being read. */
  get canStart(): boolean {
    return this.#scope === undefined && this.#result === undefined && this.#record.unread !== undefined;
  }

  get hasResult(): boolean {
    return this.#result !== undefined;
  }

  /** Starts to read the newest unread bundle in the background, so that an operator's decision never waits for a disk. */
  start(): void {
    if (!this.canStart) return;
    const scope = new CancellationScope();
    this.#scope = scope;
    void scope
      .run(() => this.#readOrNote())
      .then(
        (result) => {
          this.#result = result;
        },
        (error: unknown) => {
          if (!isCancellation(error)) this.#result = {error};
        },
      )
      .finally(() => {
        if (this.#scope === scope) this.#scope = undefined;
      });
  }

  /** Returns what was read in the background, once. */
  take(): ReadReport | undefined {
    const result = this.#result;
    this.#result = undefined;
    if (result !== undefined && 'error' in result) throw result.error;
    return result;
  }

  /** Stops reading; the bundle stays unread. */
  stop(): void {
    this.#scope?.cancel();
    this.#scope = undefined;
    this.#result = undefined;
  }

  async #readOrNote(): Promise<ReadReport> {
    const report = this.#record.unread as FailureReport;
    try {
      const {report: newest, found} = await this.readNewest(collect);
      return {report: newest, facts: found};
    } catch (error) {
      rethrowUnlessFailed(error);
      this.#record.note(`the bundle ${report.bundleId} could not be read and is left out: ${failureMessage(error)}`);
      return {report, facts: undefined};
    }
  }

  /** Returns undefined when a newer bundle joined while this one could not be read. */
  async #read<T>(report: FailureReport, read: ReadBundle<T>): Promise<T | undefined> {
    try {
      return await read(evidenceNow, report.bundleId, report);
    } catch (error) {
      rethrowUnlessFailed(error);
      if (failureType(error) !== FAILURES.evidenceUnavailable) throw error;
      this.#record.note(
        `the bundle ${report.bundleId} cannot be read, which is no failure of the port; it is retried. ${failureMessage(error)} \`portwright doctor\` shows more.`,
      );
    }
    const isNewest = (): boolean => this.#record.newest === report;
    return unless(
      () => !isNewest(),
      () => read(evidenceLater, `${report.bundleId}, until it can be read`, report),
    );
  }
}

/** Returns the result of `work`; undefined, with `work` cancelled, as soon as `isSuperseded`. */
async function unless<T>(isSuperseded: () => boolean, work: () => Promise<T>): Promise<T | undefined> {
  const scope = new CancellationScope();
  try {
    return await scope.run(() => Promise.race([work(), condition(isSuperseded).then(() => undefined)]));
  } finally {
    // The loser of the race; a rejection of a promise that nobody awaits any more is handled by the race.
    scope.cancel();
  }
}
