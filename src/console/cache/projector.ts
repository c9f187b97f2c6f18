import {minutesUsed} from '../../case/operator/limits.ts';
import {operatorInstruction} from '../../case/review/handoff.ts';
import {waitReasonOf} from '../../case/review/wait-reason.ts';
import type {RunReport} from '../../case/run/run-totals.ts';
import type {CaseStatus} from '../../case/status.ts';
import {billable} from '../../case/types.ts';
import type {ArchivedBundle} from '../../evidence/archives.ts';
import {caseId} from '../../protocol/workflow-ids.ts';
import type {Cache, NumberedEvent, Row} from './cache.ts';
import {type AttemptTimeline, type ConsoleEvent, caseEvents, type EmittedPosition, NOTHING_EMITTED} from './case-events.ts';
import {jobsOf} from './jobs.ts';

/** A bundle as it was read from disk. */
export interface ReadBundle {
  readonly archive: ArchivedBundle;
  readonly tsUtc: string;
  readonly result: string;
  readonly signature: string;
  readonly errorLine: string;
  /** Start of its triage.md, for the search. */
  readonly triage: string;
  readonly status: CaseStatus | undefined;
  /** When its analysis/ last changed, milliseconds; 0 without one. */
  readonly analysed: number;
  /** Files of analysis/ that changed since it was read before. */
  readonly changed: readonly {readonly relpath: string; readonly size: number}[];
}

/** Where the state of a case comes from. */
interface Source {
  readonly attempt?: AttemptTimeline | undefined;
  readonly isArchived?: boolean;
}

/** What the cache has of a case. */
interface StoredCase {
  readonly emitted: string;
  readonly is_open: number;
  /** Closed, and its archive has been read. */
  readonly is_final: number;
}

/** Projects the states of workflows and evidence into the cache, and publishes the events that follow from the changes. */
export class Projector {
  readonly #cache: Cache;
  readonly #publish: (events: readonly NumberedEvent[]) => void;
  /** While an empty cache is filled: what is read happened before, and is stored without being published. */
  recalling = false;

  constructor(cache: Cache, publish: (events: readonly NumberedEvent[]) => void) {
    this.#cache = cache;
    this.#publish = publish;
  }

  /** Stores bundles in one transaction, for speed. */
  bundles(bundles: readonly ReadBundle[]): void {
    this.#cache.transaction(() => {
      for (const one of bundles) this.#bundle(one);
    });
  }

  #bundle(read: ReadBundle): void {
    const {archive, status} = read;
    const {report} = archive;
    const before = this.#cache.one<Row>(
      'SELECT case_run_id, workflow_id, classification FROM bundles WHERE bundle_id = ?',
      report.bundleId,
    );
    if (read.signature !== '' && read.errorLine !== '')
      this.#cache.put('signatures', {signature: read.signature, error_line: read.errorLine});
    // A case is known before its archive is there.
    this.#cache.put('bundles', {...bundleRow(read), ...(status === undefined ? before : {})});
    const about = {
      case: caseId(report),
      origin: report.origin,
      flavor: report.flavor ?? null,
      target: report.target,
      bundle_id: report.bundleId,
      run_id: report.runId,
      result: read.result,
    };
    const ts = (at: number): string => new Date(at === 0 ? Date.now() : at).toISOString();
    this.#emit([
      before === undefined
        ? {type: 'bundle_created', ts: report.createdUtc || ts(0), data: about}
        : {type: 'bundle_upserted', ts: ts(read.analysed), data: about},
      ...(this.recalling ? [] : read.changed).map(
        ({relpath, size}): ConsoleEvent => ({type: 'artifact_put', ts: ts(read.analysed), data: {...about, relpath, size}}),
      ),
    ]);
    if (status !== undefined) this.#case(status, {isArchived: true});
    else this.#jobWithoutCase(read);
  }

  /** Stores a failure whose case has not begun as a pending job. */
  #jobWithoutCase({archive: {report}, tsUtc}: ReadBundle): void {
    this.#cache.run(
      `INSERT OR IGNORE INTO jobs (job_id, state, type, origin, flavor, bundle_id, run_id, workflow_id, created_ts_utc)
       VALUES (?, 'pending', 'triage', ?, ?, ?, ?, ?, ?)`,
      ...[
        `${report.bundleId}-triage`,
        report.origin,
        report.flavor ?? null,
        report.bundleId,
        report.runId,
        caseId(report),
        tsUtc,
      ],
    );
  }

  /** Stores a case, and the attempt at work, as their workflows report them. An older state than the stored one is ignored. */
  case(status: CaseStatus, attempt?: AttemptTimeline): void {
    this.#cache.transaction(() => this.#case(status, {attempt}));
  }

  /** Stores a case as its archive has it. */
  archived(status: CaseStatus): void {
    this.#cache.transaction(() => this.#case(status, {isArchived: true}));
  }

  #case(status: CaseStatus, {attempt, isArchived = false}: Source): void {
    const stored = this.#cache.one<StoredCase>(
      'SELECT emitted, is_open, is_open = 0 AND status IS NULL AS is_final FROM cases WHERE case_run_id = ?',
      status.runId,
    );
    const before = stored === undefined ? NOTHING_EMITTED : (JSON.parse(stored.emitted) as EmittedPosition);
    if (stored !== undefined && isOlder(status, before, stored)) return;
    const {events, emitted} = caseEvents(before, status, attempt);
    // The status of a closed case is stored until its archive has it.
    const text = isArchived && isOver(status) ? null : JSON.stringify(status);
    this.#cache.put('cases', {...caseRow(status, attempt), status: text, emitted: JSON.stringify(emitted)});
    this.#jobsOfCase(status);
    this.#bundlesOfCase(status);
    this.#emit(events);
  }

  #jobsOfCase(status: CaseStatus): void {
    for (const job of jobsOf(status)) {
      const {bundleId, runId} = job.bundle;
      this.#cache.put('jobs', {
        job_id: job.jobId,
        state: job.state,
        type: job.type,
        origin: status.port.origin,
        flavor: status.port.flavor ?? null,
        bundle_id: bundleId,
        run_id: runId,
        workflow_id: status.workflowId,
        created_ts_utc: stampOf(bundleId),
        last_error: job.error,
      });
    }
  }

  #bundlesOfCase(status: CaseStatus): void {
    for (const {bundleId} of status.bundles) {
      this.#cache.run(
        "UPDATE bundles SET case_run_id = ?, workflow_id = ?, classification = ?, signature = CASE signature WHEN '' THEN ? ELSE signature END WHERE bundle_id = ?",
        ...[status.runId, status.workflowId, status.triage?.classification ?? null, status.signature, bundleId],
      );
    }
  }

  /** Closes a case that Temporal no longer knows as running, and that left no outcome. */
  lost(caseRunId: string): void {
    const row = this.#cache.one<{status: string}>('SELECT status FROM cases WHERE case_run_id = ? AND is_open = 1', caseRunId);
    if (row === undefined) return;
    const status = JSON.parse(row.status) as CaseStatus;
    const reason = 'it ended in Temporal without an outcome';
    const end = {atUtc: new Date().toISOString(), phase: 'closed', text: reason} as const;
    const closed = {phase: 'closed', reason, pendingOutcome: null, timeline: [...status.timeline, end]} as const;
    this.case({...status, ...closed});
  }

  /** Stores a dsynth run as it is on disk. */
  dsynthRun(report: RunReport): void {
    const {runId, root, profile, target, startedUtc, portsQueued, results, end} = report;
    const before = this.#cache.one<{state: string}>('SELECT state FROM runs WHERE run_id = ?', runId);
    const counts = end?.kind === 'ended' ? end : results;
    const state = end?.kind ?? 'open';
    const {built, failed, ignored, skipped} = counts;
    this.#cache.transaction(() => {
      this.#cache.put('runs', {
        ...{run_id: runId, root, profile, target, state, queued: portsQueued, built, failed, ignored, skipped},
        ts_start: startedUtc || null,
        ts_end: end?.kind === 'ended' ? end.atUtc : null,
      });
      const data = {run_id: runId, profile, target, state, built, failed, ignored, skipped};
      const started: ConsoleEvent = {type: 'run_started', ts: startedUtc || new Date().toISOString(), data};
      const ended: ConsoleEvent = {type: 'run_ended', ts: end?.kind === 'ended' ? end.atUtc : new Date().toISOString(), data};
      this.#emit([...(before === undefined ? [started] : []), ...(state !== 'open' && before?.state !== state ? [ended] : [])]);
    });
  }

  /** Stores and publishes an event that is neither on disk nor in a workflow: the worker's own state. */
  event(event: ConsoleEvent): void {
    this.#publish(this.#cache.addEvents([event]));
  }

  #emit(events: readonly ConsoleEvent[]): void {
    if (events.length === 0) return;
    if (this.recalling) this.#cache.recallEvents(events);
    else this.#publish(this.#cache.addEvents(events));
  }
}

function bundleRow({archive, tsUtc, result, signature, triage, status, analysed}: ReadBundle): Row {
  const {report, root} = archive;
  return {
    bundle_id: report.bundleId,
    run_id: report.runId,
    root,
    origin: report.origin,
    flavor: report.flavor ?? null,
    target: report.target,
    profile: report.profile,
    ts_utc: tsUtc,
    created_utc: report.createdUtc,
    result,
    signature,
    classification: status?.triage?.classification ?? null,
    case_run_id: status?.runId ?? null,
    workflow_id: status?.workflowId ?? caseId(report),
    triage,
    analysed,
  };
}

/**
 * Whether a state of a case is older than the stored one, by its sequence number, or by its timeline where an old archive has no number. A closed
 * state is never older than an open one: a case that was ended from outside is closed by whoever finds it, with the last number that was stored.
 */
function isOlder(status: CaseStatus, before: EmittedPosition, {is_open, is_final}: StoredCase): boolean {
  const isOpen = !isOver(status);
  if (isOpen !== (is_open === 1)) return isOpen;
  if (status.seq > 0 && before.seq > 0) return status.seq < before.seq + is_final;
  return status.timeline.length < before.timeline + is_final;
}

/** Whether it is closed, if only because it was ended from outside. */
function isOver({phase, outcome}: CaseStatus): boolean {
  return phase === 'closed' || outcome !== null;
}

function caseRow(status: CaseStatus, attempt: AttemptTimeline | undefined): Row {
  const {port, triage, budget, usage, bundle, timeline} = status;
  const current = bundle ?? status.bundles.at(-1);
  const turn = attempt?.timeline.flatMap(({text}) => /^turn (\d+),/.exec(text)?.[1] ?? []).at(-1);
  return {
    case_run_id: status.runId,
    workflow_id: status.workflowId,
    origin: port.origin,
    flavor: port.flavor ?? null,
    target: port.target,
    is_open: isOver(status) ? 0 : 1,
    phase: status.phase,
    tier: status.tier,
    classification: triage?.classification ?? null,
    confidence: triage?.confidence ?? null,
    outcome: status.outcome,
    pending_outcome: status.pendingOutcome,
    root_cause: triage === null ? null : summaryLine(triage.rootCause),
    reason: status.reason,
    wait_reason: status.pendingOutcome === null ? null : waitReasonOf({...status, classification: triage?.classification}),
    asked: status.phase === 'awaiting-operator' ? operatorInstruction(status) : null,
    waiting_since: status.waitingSinceUtc,
    signature: status.signature,
    run_id: current?.runId ?? null,
    bundle_id: current?.bundleId ?? null,
    attempts: status.attempts.length,
    attempts_limit: budget.attemptsLimit,
    tokens: billable(usage),
    tokens_limit: budget.tokensLimit,
    cached: usage.cached,
    prompt: usage.prompt,
    cost: usage.cost,
    cost_limit: budget.costLimit,
    minutes: minutesUsed(status),
    accepted_by: status.accepted?.by ?? null,
    current_attempt: status.currentAttempt,
    turn: turn === undefined ? null : Number(turn),
    turns_limit: budget.turnsLimit ?? null,
    doing: (attempt?.timeline.at(-1) ?? timeline.at(-1))?.text ?? null,
    started_utc: timeline[0]?.atUtc ?? '',
    changed_utc: attempt?.timeline.at(-1)?.atUtc ?? timeline.at(-1)?.atUtc ?? '',
    fixed_utc: fixedUtc(status),
  };
}

const SUMMARY_CHARS = 240;

/** Returns the first line of a text with content, in plain text, cut where it is long. Null if there is none. */
function summaryLine(text: string): string | null {
  const line = text.split('\n').find((one) => one.trim() !== '');
  if (line === undefined) return null;
  const plain = line
    .replace(/^\s*(?:[#>*-]+|\d+\.)\s+/, '')
    .replaceAll('**', '')
    .trim();
  return plain.length > SUMMARY_CHARS ? `${plain.slice(0, SUMMARY_CHARS - 1)}…` : plain;
}

/** Returns when the proof of a fix ended, in ISO 8601; null for a case without a proved fix. */
function fixedUtc({outcome, pendingOutcome, timeline}: CaseStatus): string | null {
  if ((outcome ?? pendingOutcome) !== 'fixed') return null;
  return timeline.findLast(({phase}) => phase === 'prove')?.atUtc ?? timeline.at(-1)?.atUtc ?? null;
}

/** The time in a bundle's id, as the hooks write it; empty if it has none. */
function stampOf(bundleId: string): string {
  return /\d{8}-\d{6}Z/.exec(bundleId)?.[0] ?? '';
}
