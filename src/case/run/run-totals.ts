import {addUsage, NO_USAGE, type Outcome, type Phase, type Usage} from '../types.ts';

/** Ports of a run by what became of them. */
export interface RunCounts {
  readonly built: number;
  readonly failed: number;
  readonly ignored: number;
  readonly skipped: number;
}

/** results.txt of a run up to `bytes`. Totals, not news: telling them twice, late or by two reporters does no harm. */
export interface RunResults extends RunCounts {
  readonly bytes: number;
}

/** `ended` has dsynth's own counts. `abandoned`: a later run began without an end of this one; dsynth was killed. */
export type RunEnd = ({readonly kind: 'ended'; readonly atUtc: string} & RunCounts) | {readonly kind: 'abandoned'};

/** Signal `runReported`: what is on disk about one dsynth run. Times are ISO 8601; texts are empty where the hook gave none. */
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

/** Signal `caseJoined`: a failure of the run is a case's. */
export interface CaseJoined {
  readonly caseId: string;
  readonly runId: string;
  readonly bundleId: string;
  readonly origin: string;
  readonly signature: string;
  readonly errorLine: string;
}

/** Signal `caseChanged`: where a case is, and all that it has used so far. */
export interface CaseChanged {
  readonly caseId: string;
  readonly phase: Phase;
  readonly outcome: Outcome | null;
  readonly classification: string | null;
  readonly usage: Usage;
}

export interface RunCase extends CaseChanged {
  readonly bundleId: string;
  readonly signature: string;
}

/** All that is known of a run: what its workflow carries over, and what can be read anew from disk. */
export interface RunState {
  readonly runId: string;
  readonly report: RunReport | null;
  readonly cases: readonly RunCase[];
  /** Error lines by signature, at most `ERROR_LINE` characters. */
  readonly errorLines: Readonly<Record<string, string>>;
  /** Cases that are no longer listed one by one. */
  readonly past: {readonly cases: number; readonly usage: Usage};
}

export const ERROR_LINE = 160;

/** Cases that a workflow lists; with more its state would outgrow a payload. The summary on disk has all. */
export const LISTED_CASES = 400;

export const NO_RESULTS: RunResults = {bytes: 0, built: 0, failed: 0, ignored: 0, skipped: 0};

export function newRun(runId: string): RunState {
  return {runId, report: null, cases: [], errorLines: {}, past: {cases: 0, usage: NO_USAGE}};
}

/** Book of one dsynth run: counts, cases and what they have used. Everything may be told twice and out of order. */
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

  /** Takes what is newer. An end stays, and dsynth's own word goes before a guess. */
  report(incoming: RunReport): void {
    const before = this.#report;
    const end = endOf(before?.end, incoming.end);
    const newer = before === null || incoming.results.bytes >= before.results.bytes ? incoming : before;
    this.#report = {...newer, end};
  }

  /** A case has a failure of this run: a new one, one more of an open one, or a new case of a port whose last one is over. */
  join({caseId, bundleId, signature, errorLine}: CaseJoined): void {
    const known = this.#cases.get(caseId);
    const isNewCase = known === undefined || (known.phase === 'closed' && known.bundleId !== bundleId);
    if (known !== undefined && isNewCase) this.#unlist(known);
    const base = isNewCase ? {phase: 'collect' as const, outcome: null, classification: null, usage: NO_USAGE} : known;
    this.#cases.set(caseId, {...base, caseId, bundleId, signature});
    if (signature !== '' && !this.#errorLines.has(signature)) this.#errorLines.set(signature, errorLine.slice(0, ERROR_LINE));
    this.#dropUnlisted();
  }

  /** A case that is not listed is ignored. */
  change({caseId, phase, outcome, classification, usage}: CaseChanged): void {
    const known = this.#cases.get(caseId);
    if (known !== undefined) this.#cases.set(caseId, {...known, phase, outcome, classification, usage});
  }

  /** These cases have ended without a word: terminated, or lost with their server. */
  markClosed(caseIds: readonly string[]): void {
    for (const id of caseIds) {
      const known = this.#cases.get(id);
      if (known !== undefined) this.#cases.set(id, {...known, phase: 'closed'});
    }
  }

  /** Adds what is on disk and not known here: a workflow that starts late, or again, forgets nothing. */
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

  /** Closed ones go first, the oldest before the others. */
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
