import type {AttemptEnd, CaseStatus} from '../../case/status.ts';
import type {BundleRef, Phase} from '../../case/types.ts';

/** States of a job. Source: contract, section 3.1. */
export const JOB_STATES = ['pending', 'inflight', 'done', 'failed'] as const;
export type JobState = (typeof JOB_STATES)[number];

/** A phase of a case, as the existing system's clients know it: its id is `<bundle_id>-triage` or `-patch`. */
export interface Job {
  readonly jobId: string;
  readonly type: 'triage' | 'patch';
  readonly state: JobState;
  readonly bundle: BundleRef;
  /** Why it is not what one hoped for; null where all is well. */
  readonly error: string | null;
}

const STEPS: Readonly<Partial<Record<Phase, Pick<Job, 'type' | 'state'>>>> = {
  collect: {type: 'triage', state: 'pending'},
  triage: {type: 'triage', state: 'inflight'},
  'waiting-env': {type: 'patch', state: 'pending'},
  patch: {type: 'patch', state: 'inflight'},
  prove: {type: 'patch', state: 'inflight'},
};

/** The job that a phase of a case works on, and its state then; undefined for a phase in which none is on its way. */
export function jobStep(phase: Phase): Pick<Job, 'type' | 'state'> | undefined {
  return STEPS[phase];
}

/** Ends of an attempt that are a fault of the machinery's, not a judgement of the port. */
const BROKE: ReadonlySet<AttemptEnd> = new Set(['model-failed', 'env-failed', 'overlay-dirty', 'ended-from-outside']);

/** The jobs of a case, one for the triage of each of its failures, and one for the patches of the failure that is worked on. */
export function jobsOf(status: CaseStatus): Job[] {
  const current = status.bundle;
  const triages = status.bundles.map((bundle): Job => {
    const id = {jobId: `${bundle.bundleId}-triage`, type: 'triage', bundle} as const;
    if (current !== null && bundle.bundleId !== current.bundleId) return {...id, state: 'done', error: null};
    const failed = (status.outcome ?? status.pendingOutcome) === 'triage-failed' || leftAt(status)?.type === 'triage';
    return {...id, state: triageState(status, failed), error: failed ? status.reason : null};
  });
  const patch = current === null ? undefined : patchJob(status, current);
  return patch === undefined ? triages : [...triages, patch];
}

function triageState({phase}: CaseStatus, failed: boolean): JobState {
  const step = jobStep(phase);
  if (step?.type === 'triage') return step.state;
  return failed ? 'failed' : 'done';
}

function patchJob(status: CaseStatus, bundle: BundleRef): Job | undefined {
  const {phase, attempts, outcome, pendingOutcome, reason} = status;
  const id = {jobId: `${bundle.bundleId}-patch`, type: 'patch', bundle} as const;
  const step = jobStep(phase);
  if (step?.type === 'patch') return {...id, state: step.state, error: null};
  if (leftAt(status)?.type === 'patch') return {...id, state: 'failed', error: reason};
  const last = attempts.at(-1);
  if (last === undefined) return undefined;
  const fixed = (outcome ?? pendingOutcome) === 'fixed';
  // A port that could not be repaired is a job done; contract, section 6.6.
  const broke = !fixed && (BROKE.has(last.end) || reason.startsWith('automation failed'));
  return {...id, state: broke ? 'failed' : 'done', error: fixed || outcome === 'recovered' ? null : reason};
}

/** What was on its way when a case ended from outside, without an outcome. */
function leftAt({phase, outcome, timeline}: CaseStatus): ReturnType<typeof jobStep> {
  const last = timeline.findLast((entry) => entry.phase !== 'closed');
  return phase === 'closed' && outcome === null && last !== undefined ? jobStep(last.phase) : undefined;
}
