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
  /** Entries of its timeline. */
  readonly timeline: number;
  readonly contexts: number;
  readonly triaged: boolean;
  readonly diffs: number;
  readonly jobs: Readonly<Record<string, JobState>>;
  /** Entries of the story of the attempt at work. */
  readonly attempt: {readonly id: string; readonly timeline: number};
}

export const NOTHING_EMITTED: EmittedPosition = {
  timeline: 0,
  contexts: 0,
  triaged: false,
  diffs: 0,
  jobs: {},
  attempt: {id: '', timeline: 0},
};

/** An attempt at work, and its own story: the workflow `id`. */
export interface AttemptStory {
  readonly id: string;
  readonly timeline: readonly TimelineEntry[];
}

const JOB_EVENTS: Readonly<Record<JobState, EventType>> = {
  pending: 'job_enqueued',
  inflight: 'job_claimed',
  done: 'job_done',
  failed: 'job_failed',
};

/** What is new in a case since it was told of last, in the order in which it happened, and how much is told with that. */
export function caseEvents(
  told: EmittedPosition,
  status: CaseStatus,
  attempt?: AttemptStory,
): {readonly events: ConsoleEvent[]; readonly told: EmittedPosition} {
  const jobs = jobsOf(status);
  const toldOfAttempt = told.attempt.id === attempt?.id ? told.attempt.timeline : 0;
  const events = [
    ...status.timeline.slice(told.timeline).map((entry) => activity(status, entry)),
    ...(attempt?.timeline.slice(toldOfAttempt) ?? []).map((entry) => activity(status, entry)),
    ...contexts(told, status),
    ...writings(told, status),
    ...jobs.flatMap((job) => jobEvents(job, told, status)),
  ];
  const now: EmittedPosition = {
    timeline: Math.max(told.timeline, status.timeline.length),
    contexts: Math.max(told.contexts, status.context.length),
    triaged: told.triaged || status.triage !== null,
    diffs: Math.max(told.diffs, diffsOf(status)),
    jobs: {...told.jobs, ...Object.fromEntries(jobs.map(({jobId, state}) => [jobId, state]))},
    attempt: attempt === undefined ? told.attempt : {id: attempt.id, timeline: attempt.timeline.length},
  };
  return {events: events.sort((a, b) => (a.ts < b.ts ? -1 : a.ts > b.ts ? 1 : 0)), told: now};
}

function activity(status: CaseStatus, {atUtc, phase, text}: TimelineEntry): ConsoleEvent {
  return {type: 'activity', ts: atUtc, data: {...about(status), job_id: jobAt(status, phase), stage: phase, message: text}};
}

/** The job that a line of the story belongs to. */
function jobAt(status: CaseStatus, phase: TimelineEntry['phase']): string | null {
  const bundleId = (status.bundle ?? status.bundles.at(-1))?.bundleId;
  if (bundleId === undefined) return null;
  const patching = jobStep(phase)?.type === 'patch';
  const over = ['awaiting-operator', 'closed'].includes(phase) && status.attempts.length > 0;
  return `${bundleId}-${patching || over ? 'patch' : 'triage'}`;
}

function contexts(told: EmittedPosition, status: CaseStatus): ConsoleEvent[] {
  return status.context.slice(told.contexts).map(({by, atUtc}, at) => ({
    type: 'user_context_updated',
    ts: atUtc,
    data: {...about(status), by, context_rev: told.contexts + at + 1},
  }));
}

function writings(told: EmittedPosition, status: CaseStatus): ConsoleEvent[] {
  const ts = lastTime(status);
  const {triage} = status;
  const triaged: ConsoleEvent[] =
    triage !== null && !told.triaged
      ? [
          {
            type: 'triage_written',
            ts: status.timeline.findLast(({phase}) => phase === 'triage')?.atUtc ?? ts,
            data: {
              ...about(status),
              relpath: 'analysis/triage.md',
              classification: triage.classification,
              confidence: triage.confidence,
            },
          },
        ]
      : [];
  const patched: ConsoleEvent[] =
    diffsOf(status) > told.diffs ? [{type: 'patch_written', ts, data: {...about(status), relpath: 'analysis/changes.diff'}}] : [];
  return [...triaged, ...patched];
}

function diffsOf({attempts}: CaseStatus): number {
  return attempts.filter((one) => one.diff !== undefined).length;
}

/**
 * The states that a job came through since it was told of: those on its way by the case's story, so that none is missed between two looks at
 * the case, and the one that it is in now.
 */
function jobEvents(job: Job, told: EmittedPosition, status: CaseStatus): ConsoleEvent[] {
  const isCurrent = job.bundle.bundleId === status.bundle?.bundleId;
  const entries = isCurrent ? status.timeline.slice(told.timeline) : [];
  const stepOf = ({phase}: TimelineEntry): JobState | undefined => {
    const step = jobStep(phase);
    return step?.type === job.type ? step.state : undefined;
  };
  const last = entries.findLastIndex((entry) => stepOf(entry) !== undefined);
  const now = {state: job.state, atUtc: entries[last + 1]?.atUtc ?? lastTime(status)};
  const way = entries.slice(0, last + 1).map((entry) => ({state: stepOf(entry), atUtc: entry.atUtc}));
  let before = told.jobs[job.jobId];
  const events: ConsoleEvent[] = [];
  for (const {state, atUtc} of [...way, now]) {
    if (state === undefined || state === before) continue;
    events.push(jobEvent({...job, state}, status, atUtc));
    before = state;
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
      ...about(status),
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
function about(status: CaseStatus): Record<string, unknown> {
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
