import {minutesUsed} from '../../case/operator/limits.ts';
import {operatorInstruction} from '../../case/review/handoff.ts';
import type {RunReport} from '../../case/run/run-totals.ts';
import type {CaseStatus} from '../../case/status.ts';
import {billable} from '../../case/types.ts';
import type {ArchivedBundle} from '../../evidence/archives.ts';
import {caseId} from '../../protocol/workflow-ids.ts';
import type {Cache, NumberedEvent, Row} from './cache.ts';
import {type AttemptStory, type ConsoleEvent, caseEvents, type EmittedPosition, NOTHING_EMITTED} from './case-events.ts';
import {jobsOf} from './jobs.ts';

/** A bundle as it was read from disk. */
export interface ReadBundle {
  readonly kept: ArchivedBundle;
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

/** Whose word the state of a case is. */
interface Source {
  readonly attempt?: AttemptStory | undefined;
  readonly isArchived?: boolean;
}

/** Puts what workflows and evidence say into the cache, and tells what is new in it. */
export class Projector {
  readonly #cache: Cache;
  readonly #publish: (events: readonly NumberedEvent[]) => void;
  /** While a cache is filled from nothing: what is read happened before, and nobody is told. */
  recalling = false;

  constructor(cache: Cache, publish: (events: readonly NumberedEvent[]) => void) {
    this.#cache = cache;
    this.#publish = publish;
  }

  /** Some of them together, for speed. */
  bundles(bundles: readonly ReadBundle[]): void {
    this.#cache.together(() => {
      for (const one of bundles) this.#bundle(one);
    });
  }

  #bundle(read: ReadBundle): void {
    const {kept, status} = read;
    const {report} = kept;
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
    this.#tell([
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

  /** A failure whose case has not begun is a job that waits. */
  #jobWithoutCase({kept: {report}, tsUtc}: ReadBundle): void {
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

  /** A case, and the attempt that is at work, as they say themselves. Of two states of a case the one with the longer story counts. */
  case(status: CaseStatus, attempt?: AttemptStory): void {
    this.#cache.together(() => this.#case(status, {attempt}));
  }

  /** A case as its archive has it. */
  archived(status: CaseStatus): void {
    this.#cache.together(() => this.#case(status, {isArchived: true}));
  }

  #case(status: CaseStatus, {attempt, isArchived = false}: Source): void {
    const before = this.#cache.one<{told: string; is_over: number}>(
      'SELECT told, is_open = 0 AND status IS NULL AS is_over FROM cases WHERE case_run_id = ?',
      status.runId,
    );
    const told: EmittedPosition = before === undefined ? NOTHING_EMITTED : (JSON.parse(before.told) as EmittedPosition);
    if (status.timeline.length < told.timeline + (before?.is_over ?? 0)) return;
    const news = caseEvents(told, status, attempt);
    // A closed case is kept in its own words until its archive has them.
    const kept = isArchived && isOver(status) ? null : JSON.stringify(status);
    this.#cache.put('cases', {...caseRow(status, attempt), status: kept, told: JSON.stringify(news.told)});
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
    for (const {bundleId} of status.bundles) {
      this.#cache.run(
        "UPDATE bundles SET case_run_id = ?, workflow_id = ?, classification = ?, signature = CASE signature WHEN '' THEN ? ELSE signature END WHERE bundle_id = ?",
        ...[status.runId, status.workflowId, status.triage?.classification ?? null, status.signature, bundleId],
      );
    }
    this.#tell(news.events);
  }

  /** A case that Temporal no longer knows as running, and that left no word of its end. */
  lost(caseRunId: string): void {
    const row = this.#cache.one<{status: string}>('SELECT status FROM cases WHERE case_run_id = ? AND is_open = 1', caseRunId);
    if (row === undefined) return;
    const status = JSON.parse(row.status) as CaseStatus;
    const reason = 'it has ended in Temporal without a word';
    const end = {atUtc: new Date().toISOString(), phase: 'closed', text: reason} as const;
    this.case({...status, phase: 'closed', reason, pendingOutcome: null, timeline: [...status.timeline, end]});
  }

  /** What is on disk of a dsynth run. */
  dsynthRun(report: RunReport): void {
    const {runId, root, profile, target, startedUtc, portsQueued, results, end} = report;
    const before = this.#cache.one<{state: string}>('SELECT state FROM runs WHERE run_id = ?', runId);
    const counts = end?.kind === 'ended' ? end : results;
    const state = end?.kind ?? 'open';
    const {built, failed, ignored, skipped} = counts;
    this.#cache.together(() => {
      this.#cache.put('runs', {
        ...{run_id: runId, root, profile, target, state, queued: portsQueued, built, failed, ignored, skipped},
        ts_start: startedUtc || null,
        ts_end: end?.kind === 'ended' ? end.atUtc : null,
      });
      const data = {run_id: runId, profile, target, state, built, failed, ignored, skipped};
      const started: ConsoleEvent = {type: 'run_started', ts: startedUtc || new Date().toISOString(), data};
      const ended: ConsoleEvent = {type: 'run_ended', ts: end?.kind === 'ended' ? end.atUtc : new Date().toISOString(), data};
      this.#tell([...(before === undefined ? [started] : []), ...(state !== 'open' && before?.state !== state ? [ended] : [])]);
    });
  }

  /** What is neither on disk nor in a workflow: the worker's own state. */
  event(event: ConsoleEvent): void {
    this.#publish(this.#cache.addEvents([event]));
  }

  #tell(events: readonly ConsoleEvent[]): void {
    if (events.length === 0) return;
    if (this.recalling) this.#cache.recallEvents(events);
    else this.#publish(this.#cache.addEvents(events));
  }
}

function bundleRow({kept, tsUtc, result, signature, triage, status, analysed}: ReadBundle): Row {
  const {report, root} = kept;
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

/** Whether it is closed, if only because it has ended from outside. */
function isOver({phase, outcome}: CaseStatus): boolean {
  return phase === 'closed' || outcome !== null;
}

function caseRow(status: CaseStatus, attempt: AttemptStory | undefined): Row {
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
    reason: status.reason,
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
    doing: (attempt?.timeline.at(-1) ?? timeline.at(-1))?.text ?? null,
    started_utc: timeline[0]?.atUtc ?? '',
    changed_utc: attempt?.timeline.at(-1)?.atUtc ?? timeline.at(-1)?.atUtc ?? '',
  };
}

/** The time in a bundle's id, as the hooks write it; empty if it has none. */
function stampOf(bundleId: string): string {
  return /\d{8}-\d{6}Z/.exec(bundleId)?.[0] ?? '';
}
