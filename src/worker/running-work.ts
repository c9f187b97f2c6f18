import type {CallPurpose, Purpose} from '../llm/settings.ts';
import {caseIdOfAttempt, isCaseId} from '../protocol/workflow-ids.ts';

/** An activity as its worker knows it when it begins. */
export interface Work {
  readonly workflowId: string;
  readonly workflowType: string;
  readonly activity: string;
  /** Its first argument. */
  readonly input: unknown;
  /** ISO 8601. */
  readonly since: string;
}

/** A value for each purpose of calls; none for reviews and questions until there was one. */
type ByPurpose<T> = Record<Purpose, T | null> & {review?: T; ask?: T};

/** How the last call of a model went. */
export interface ModelCall {
  readonly purpose: CallPurpose;
  /** Null if none is configured. */
  readonly model: string | null;
  /** When its answer came; ISO 8601. */
  readonly at: string;
  readonly ok: boolean;
  readonly error: string | null;
}

/** Reports of usage that did not count since the worker started, and the last of them. */
export interface UsageFaults {
  readonly count: number;
  /** Null if none is configured. */
  readonly model: string | null;
  /** ISO 8601. */
  readonly at: string;
  /** What the server reported, and why it is implausible. */
  readonly problem: string;
}

/** Settings of a worker that decide on its cases, without keys. */
export interface WorkerSettings {
  /** Model and address by purpose; null where none can be used. */
  readonly models: Readonly<Record<Purpose, {readonly model: string; readonly base: string | null} | null>>;
  /** Path of the policy. */
  readonly policy: string;
}

/** What a worker does now, in the terms of the contract's runner_status, section 8.1. */
export interface RunnerReport {
  readonly status: 'processing' | 'idle';
  /** `<bundle_id>-triage` or `-patch` of what it has worked on longest; the case's workflow id where that is not known. */
  readonly job_id: string | null;
  /** Type of the activity. */
  readonly current_stage: string | null;
  readonly started_at: string | null;
  readonly updated_at: string;
  readonly extra: {
    readonly pid: number;
    readonly version: string;
    /** Dev-envs that it may use. */
    readonly envs: readonly string[];
    /** Evidence roots that it reads. */
    readonly roots: readonly string[];
    /** Models of its settings by purpose; null where none is set. */
    readonly models: Readonly<Record<Purpose, string | null>>;
    /** Missing in reports of older workers. */
    readonly settings?: WorkerSettings;
    /** Longest first; those that serve no case too, with their workflow's id. */
    readonly activities: readonly {
      readonly case: string;
      readonly activity: string;
      readonly summary?: string;
      readonly since: string;
    }[];
    readonly model: Readonly<ByPurpose<ModelCall>>;
    readonly usage_faults: Readonly<ByPurpose<UsageFaults>>;
  };
}

const TRIAGE: ReadonlySet<string> = new Set(['openCase', 'startTriage', 'fetchSnippets', 'writeTriage']);
const PATCH: ReadonlySet<string> = new Set(['proposeFixes', 'writeAttempts']);

/** The activities that a worker runs now, and the last call of each model. */
export class RunningWork {
  /** In the order in which they began. */
  readonly #running = new Set<Work>();
  readonly #calls: ByPurpose<ModelCall> = {triage: null, patch: null};
  readonly #usageFaults: ByPurpose<UsageFaults> = {triage: null, patch: null};

  /** Adds an activity. Returns the function that removes it. */
  begin(work: Work): () => void {
    this.#running.add(work);
    return () => void this.#running.delete(work);
  }

  called(call: ModelCall): void {
    this.#calls[call.purpose] = call;
  }

  /** Counts a report of usage that did not count. */
  reportedImplausibly(purpose: CallPurpose, fault: Omit<UsageFaults, 'count'>): void {
    this.#usageFaults[purpose] = {count: (this.#usageFaults[purpose]?.count ?? 0) + 1, ...fault};
  }

  /** Returns all of it, `now` in ISO 8601. */
  report(
    about: Pick<RunnerReport['extra'], 'pid' | 'version' | 'envs' | 'roots' | 'models' | 'settings'>,
    now: string,
  ): RunnerReport {
    const running = [...this.#running];
    const longest = running.find(({workflowId}) => isCaseId(workflowId));
    return {
      status: longest === undefined ? 'idle' : 'processing',
      job_id: longest === undefined ? null : jobOf(longest),
      current_stage: longest?.activity ?? null,
      started_at: longest?.since ?? null,
      updated_at: now,
      extra: {...about, activities: running.map(shown), model: {...this.#calls}, usage_faults: {...this.#usageFaults}},
    };
  }
}

function shown(work: Work): RunnerReport['extra']['activities'][number] {
  const {purpose, env} = inputFields(work.input);
  const summary = [...(purpose === undefined ? [] : [purpose]), ...(env === undefined ? [] : [`in ${env}`])].join(', ');
  return {case: caseOf(work), activity: work.activity, ...(summary === '' ? {} : {summary}), since: work.since};
}

/** Returns the case of an attempt; any other workflow id as it is. */
function caseOf({workflowId}: Work): string {
  return caseIdOfAttempt(workflowId);
}

function jobOf(work: Work): string {
  const {bundleId, purpose} = inputFields(work.input);
  const kind =
    work.workflowType === 'patchAttempt' || PATCH.has(work.activity) ? 'patch' : TRIAGE.has(work.activity) ? 'triage' : purpose;
  return bundleId === undefined || kind === undefined ? caseOf(work) : `${bundleId}-${kind}`;
}

/** Returns the fields that inputs of activities share, as far as this one has them. */
function inputFields(input: unknown): {bundleId?: string | undefined; purpose?: string | undefined; env?: string | undefined} {
  const {bundleId, bundle, report, purpose, env} = Object(input) as Record<string, unknown>;
  const inside = Object(bundle ?? report) as Record<string, unknown>;
  return {bundleId: text(bundleId) ?? text(inside.bundleId), purpose: text(purpose), env: text(env)};
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
