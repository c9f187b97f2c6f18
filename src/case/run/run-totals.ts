import {addUsage, NO_USAGE, type Outcome, type Phase, type Usage} from '../types.ts';
import type {WaitReason} from '../wait-reason.ts';

/** Number of ports by result. */
export interface RunCounts {
  readonly built: number;
  readonly failed: number;
  readonly ignored: number;
  readonly skipped: number;
}

/** Totals of results.txt up to `bytes`. Totals, not increments: duplicate, late or concurrent reports are harmless. */
export interface RunResults extends RunCounts {
  readonly bytes: number;
}

/**
 * End of a run. `ended` has dsynth's own counts; `abandoned` means that a later run began without an end of this one, because
 * dsynth was killed.
 */
export type RunEnd = ({readonly kind: 'ended'; readonly atUtc: string} & RunCounts) | {readonly kind: 'abandoned'};

/**
 * Payload of the signal `runReported`: a dsynth run as found on disk. Times are in ISO 8601; texts that the hook did not write
 * are empty.
 */
export interface RunReport {
  readonly runId: string;
  /** Evidence root. */
  readonly root: string;
  readonly profile: string;
  readonly target: string;
  readonly startedUtc: string;
  readonly portsQueued: number | null;
  readonly results: RunResults;
  readonly end?: RunEnd;
}

/** Part of the signal `casesReported`: a case has taken a failure of the run. */
export interface CaseJoined {
  readonly caseId: string;
  readonly runId: string;
  readonly bundleId: string;
  readonly origin: string;
  readonly signature: string;
  readonly errorLine: string;
}

/** Part of the signal `casesReported`: state of a case and its total usage. */
export interface CaseChanged {
  readonly caseId: string;
  readonly phase: Phase;
  readonly outcome: Outcome | null;
  /** Outcome with which a waiting case closes if no operator acts; missing while it does not wait. */
  readonly pendingOutcome?: Outcome;
  /** Missing while the case does not wait. */
  readonly waitReason?: WaitReason;
  readonly classification: string | null;
  readonly usage: Usage;
}

/** A case of a run. */
export interface RunCase extends CaseChanged {
  readonly bundleId: string;
  readonly signature: string;
}

/** State of a run: carried over by continue-as-new, or read again from disk. */
export interface RunState {
  readonly runId: string;
  readonly report: RunReport | null;
  readonly cases: readonly RunCase[];
  /** Error lines by signature, at most `ERROR_LINE` characters each. */
  readonly errorLines: Readonly<Record<string, string>>;
  /** Totals of the cases that are no longer listed individually. */
  readonly past: {readonly cases: number; readonly usage: Usage};
}

/** Maximum length of a stored error line, in characters. */
export const ERROR_LINE = 160;

/** Maximum number of cases that a workflow lists; more would exceed the size of a payload. The summary on disk has all. */
export const LISTED_CASES = 400;

/** Results of a run without any. */
export const NO_RESULTS: RunResults = {bytes: 0, built: 0, failed: 0, ignored: 0, skipped: 0};

/** Returns the state of a new run. */
export function newRun(runId: string): RunState {
  return {runId, report: null, cases: [], errorLines: {}, past: {cases: 0, usage: NO_USAGE}};
}

/** Totals of a dsynth run: counts, cases and their usage. All updates may be repeated and out of order. */
export class RunTotals {
  readonly #runId: string;
  readonly #cases: Map<string, RunCase>;
  readonly #errorLines: Map<string, string>;
  #report: RunReport | null;
  #past: RunState['past'];

  constructor(state: RunState) {
    this.#runId = state.runId;
    this.#report = state.report;
    this.#cases = new Map(state.cases.map((one) => [one.caseId, one]));
    this.#errorLines = new Map(Object.entries(state.errorLines));
    this.#past = state.past;
  }

  get state(): RunState {
    return {
      runId: this.#runId,
      report: this.#report,
      cases: [...this.#cases.values()],
      errorLines: Object.fromEntries(this.#errorLines),
      past: this.#past,
    };
  }

  get isOver(): boolean {
    return this.#report?.end !== undefined;
  }

  /** Ids of the listed cases that are not closed. */
  get openCases(): string[] {
    return [...this.#cases.values()].filter((one) => one.phase !== 'closed').map((one) => one.caseId);
  }

  /** Applies a report if it is newer. An end is final, and dsynth's own end replaces an assumed one. */
  report(incoming: RunReport): void {
    const before = this.#report;
    const end = endOf(before?.end, incoming.end);
    const newer = before === null || incoming.results.bytes >= before.results.bytes ? incoming : before;
    this.#report = {...newer, end};
  }

  /** Adds a failure of this run: of a new case, of an open case, or of a new case for a port whose last one is closed. */
  join({caseId, bundleId, signature, errorLine}: CaseJoined): void {
    const known = this.#cases.get(caseId);
    const isNewCase = known === undefined || (known.phase === 'closed' && known.bundleId !== bundleId);
    if (known !== undefined && isNewCase) this.#unlist(known);
    const base = isNewCase ? {phase: 'collect' as const, outcome: null, classification: null, usage: NO_USAGE} : known;
    this.#cases.set(caseId, {...base, caseId, bundleId, signature});
    if (signature !== '' && !this.#errorLines.has(signature)) this.#errorLines.set(signature, errorLine.slice(0, ERROR_LINE));
    this.#dropUnlisted();
  }

  /** Updates a listed case; others are ignored. */
  change(changed: CaseChanged): void {
    const {caseId, phase, outcome, pendingOutcome, waitReason, classification, usage} = changed;
    const known = this.#cases.get(caseId);
    if (known === undefined) return;
    this.#cases.set(caseId, {...known, phase, outcome, pendingOutcome, waitReason, classification, usage});
  }

  /** Marks cases as closed that ended without a report: terminated, or lost with their server. */
  markClosed(caseIds: readonly string[]): void {
    for (const id of caseIds) {
      const known = this.#cases.get(id);
      if (known !== undefined) this.#cases.set(id, {...known, phase: 'closed'});
    }
  }

  /** Adds state from disk that is not known here, so that a late or restarted workflow loses nothing. */
  merge(disk: RunState): void {
    if (disk.report !== null) this.report(disk.report);
    for (const one of disk.cases) if (!this.#cases.has(one.caseId)) this.#cases.set(one.caseId, one);
    for (const [signature, line] of Object.entries(disk.errorLines)) {
      if (!this.#errorLines.has(signature)) this.#errorLines.set(signature, line);
    }
    this.#past = {cases: this.#past.cases + disk.past.cases, usage: addUsage(this.#past.usage, disk.past.usage)};
    this.#dropUnlisted();
  }

  #unlist(one: RunCase): void {
    this.#cases.delete(one.caseId);
    this.#past = {cases: this.#past.cases + 1, usage: addUsage(this.#past.usage, one.usage)};
  }

  /** Removes closed cases first, oldest first. */
  #dropUnlisted(): void {
    while (this.#cases.size > LISTED_CASES) {
      const all = [...this.#cases.values()];
      const oldest = all.find((one) => one.phase === 'closed') ?? all[0];
      if (oldest !== undefined) this.#unlist(oldest);
    }
    const used = new Set([...this.#cases.values()].map((one) => one.signature));
    for (const signature of this.#errorLines.keys()) if (!used.has(signature)) this.#errorLines.delete(signature);
  }
}

function endOf(before: RunEnd | undefined, incoming: RunEnd | undefined): RunEnd | undefined {
  return before?.kind === 'ended' ? before : (incoming ?? before);
}
