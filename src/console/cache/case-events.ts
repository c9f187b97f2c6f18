import {type CaseStatus, proofSummary, type TimelineEntry} from '../../case/status.ts';
import {type Job, type JobState, jobStep, jobsOf} from './jobs.ts';

/** Types of events. Source: contract, section 8.3; `pr_created` never comes, since nothing here opens one. */
export const EVENT_TYPES = [
  'run_started',
  'run_ended',
  'bundle_created',
  'bundle_upserted',
  'artifact_put',
  'triage_written',
  'patch_written',
  'pr_created',
  'job_enqueued',
  'job_claimed',
  'job_done',
  'job_failed',
  'activity',
  'runner_status',
  'user_context_updated',
] as const;
export type EventType = (typeof EVENT_TYPES)[number];

/** What happened; `data` goes to the stream as it is, with `ts` merged in. */
export interface ConsoleEvent {
  readonly type: EventType;
  /** When it happened; ISO 8601. */
  readonly ts: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** How much of a case has become events already. */
export interface EmittedPosition {
  /** Sequence number of the status; 0 for one without. */
  readonly seq: number;
  /** Bundles that belonged to it. */
  readonly bundles: number;
  /** Entries of its timeline. */
  readonly timeline: number;
  readonly contexts: number;
  readonly triaged: boolean;
  readonly diffs: number;
  readonly jobs: Readonly<Record<string, JobState>>;
  /** Entries of the timeline of the attempt at work. */
  readonly attempt: {readonly id: string; readonly timeline: number};
}

export const NOTHING_EMITTED: EmittedPosition = {
  seq: 0,
  bundles: 0,
  timeline: 0,
  contexts: 0,
  triaged: false,
  diffs: 0,
  jobs: {},
  attempt: {id: '', timeline: 0},
};

/** The timeline of an attempt at work, from its own workflow `id`. */
export interface AttemptTimeline {
  readonly id: string;
  readonly timeline: readonly TimelineEntry[];
}

const JOB_EVENTS: Readonly<Record<JobState, EventType>> = {
  pending: 'job_enqueued',
  inflight: 'job_claimed',
  done: 'job_done',
  failed: 'job_failed',
};

/** Returns the events of a case since `before`, in the order in which they happened, and the position after them. */
export function caseEvents(
  before: EmittedPosition,
  status: CaseStatus,
  attempt?: AttemptTimeline,
): {readonly events: ConsoleEvent[]; readonly emitted: EmittedPosition} {
  const jobs = jobsOf(status);
  const ofAttempt = before.attempt.id === attempt?.id ? before.attempt.timeline : 0;
  const events = [
    ...status.timeline.slice(before.timeline).map((entry) => activityEvent(status, entry)),
    ...(attempt?.timeline.slice(ofAttempt) ?? []).map((entry) => activityEvent(status, entry)),
    ...joinedBundleEvents(before, status),
    ...contextEvents(before, status),
    ...artifactEvents(before, status),
    ...jobs.flatMap((job) => jobEvents(job, before, status)),
  ];
  const emitted: EmittedPosition = {
    seq: Math.max(before.seq, status.seq),
    bundles: Math.max(before.bundles, status.bundles.length),
    timeline: Math.max(before.timeline, status.timeline.length),
    contexts: Math.max(before.contexts, status.context.length),
    triaged: before.triaged || status.triage !== null,
    diffs: Math.max(before.diffs, diffCount(status)),
    jobs: {...before.jobs, ...Object.fromEntries(jobs.map(({jobId, state}) => [jobId, state]))},
    attempt: attempt === undefined ? before.attempt : {id: attempt.id, timeline: attempt.timeline.length},
  };
  return {events: events.sort((a, b) => Number(a.ts > b.ts) - Number(a.ts < b.ts)), emitted};
}

function activityEvent(status: CaseStatus, {atUtc, phase, text}: TimelineEntry): ConsoleEvent {
  return {type: 'activity', ts: atUtc, data: {...subjectOf(status), job_id: jobAt(status, phase), stage: phase, message: text}};
}

/** The job that an entry of the timeline belongs to. */
function jobAt(status: CaseStatus, phase: TimelineEntry['phase']): string | null {
  const bundleId = (status.bundle ?? status.bundles.at(-1))?.bundleId;
  if (bundleId === undefined) return null;
  const patching = jobStep(phase)?.type === 'patch';
  const over = ['awaiting-operator', 'closed'].includes(phase) && status.attempts.length > 0;
  return `${bundleId}-${patching || over ? 'patch' : 'triage'}`;
}

/** Failures that joined the case. The first one is the case's beginning, which other events report. */
function joinedBundleEvents(before: EmittedPosition, status: CaseStatus): ConsoleEvent[] {
  return status.bundles.slice(Math.max(1, before.bundles)).map(({bundleId, runId}) => ({
    type: 'bundle_upserted',
    ts: lastTime(status),
    data: {...subjectOf(status), bundle_id: bundleId, run_id: runId},
  }));
}

function contextEvents(before: EmittedPosition, status: CaseStatus): ConsoleEvent[] {
  return status.context.slice(before.contexts).map(({by, atUtc}, at) => ({
    type: 'user_context_updated',
    ts: atUtc,
    data: {...subjectOf(status), by, context_rev: before.contexts + at + 1},
  }));
}

function artifactEvents(before: EmittedPosition, status: CaseStatus): ConsoleEvent[] {
  const ts = lastTime(status);
  const {triage} = status;
  const triageWritten: ConsoleEvent[] =
    triage !== null && !before.triaged
      ? [
          {
            type: 'triage_written',
            ts: status.timeline.findLast(({phase}) => phase === 'triage')?.atUtc ?? ts,
            data: {
              ...subjectOf(status),
              relpath: 'analysis/triage.md',
              classification: triage.classification,
              confidence: triage.confidence,
            },
          },
        ]
      : [];
  const patchWritten: ConsoleEvent[] =
    diffCount(status) > before.diffs
      ? [{type: 'patch_written', ts, data: {...subjectOf(status), relpath: 'analysis/changes.diff'}}]
      : [];
  return [...triageWritten, ...patchWritten];
}

function diffCount({attempts}: CaseStatus): number {
  return attempts.filter((one) => one.diff !== undefined).length;
}

/**
 * Returns an event for each state that a job entered since `before`: those on its way by the case's timeline, so that none is missed between two
 * polls of the case, and its present one.
 */
function jobEvents(job: Job, before: EmittedPosition, status: CaseStatus): ConsoleEvent[] {
  const isCurrent = job.bundle.bundleId === status.bundle?.bundleId;
  const entries = isCurrent ? status.timeline.slice(before.timeline) : [];
  const stepOf = ({phase}: TimelineEntry): JobState | undefined => {
    const step = jobStep(phase);
    return step?.type === job.type ? step.state : undefined;
  };
  const last = entries.findLastIndex((entry) => stepOf(entry) !== undefined);
  const now = {state: job.state, atUtc: entries[last + 1]?.atUtc ?? lastTime(status)};
  const passed = entries.slice(0, last + 1).map((entry) => ({state: stepOf(entry), atUtc: entry.atUtc}));
  let previous = before.jobs[job.jobId];
  const events: ConsoleEvent[] = [];
  for (const {state, atUtc} of [...passed, now]) {
    if (state === undefined || state === previous) continue;
    events.push(jobEvent({...job, state}, status, atUtc));
    previous = state;
  }
  return events;
}

function jobEvent({jobId, type, state, bundle, error}: Job, status: CaseStatus, ts: string): ConsoleEvent {
  const ended = state === 'done' || state === 'failed';
  const proof = proofSummary(status.attempts.at(-1)?.proof) ?? null;
  return {
    type: JOB_EVENTS[state],
    ts,
    data: {
      ...subjectOf(status),
      bundle_id: bundle.bundleId,
      job_id: jobId,
      type,
      state,
      ...(ended && error !== null ? {error} : {}),
      ...(ended && type === 'patch' ? {outcome: status.outcome ?? status.pendingOutcome, proof} : {}),
    },
  };
}

/** Which case, port and run an event is about. */
function subjectOf(status: CaseStatus): Record<string, unknown> {
  const bundle = status.bundle ?? status.bundles.at(-1);
  const {origin, flavor, target} = status.port;
  return {
    case: status.workflowId,
    origin,
    flavor: flavor ?? null,
    target,
    bundle_id: bundle?.bundleId ?? null,
    run_id: bundle?.runId ?? null,
  };
}

function lastTime(status: CaseStatus): string {
  return status.timeline.at(-1)?.atUtc ?? new Date(0).toISOString();
}
