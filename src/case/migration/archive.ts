import {type CaseStatus, newStatus, type TimelineEntry} from '../status.ts';
import type {FailureReport, Outcome} from '../types.ts';

/**
 * Outcome of a case for the resolution of a bundle in the existing system. None is `fixed`: there a model's own claim counts as a proof, and
 * here only a proof of our own does.
 */
const OUTCOMES: Readonly<Record<string, Outcome>> = {
  agent_fixed: 'needs-help',
  agent_gave_up: 'needs-help',
  agent_budget_exhausted: 'budget-exhausted',
  escalated_manual: 'manual',
  triage_failed: 'triage-failed',
  operator_owned: 'manual',
  accepted: 'manual',
  rejected: 'needs-help',
  retry_requested: 'needs-help',
  discarded: 'discarded',
};

/** What the existing system recorded about a bundle. */
export interface OldRecord {
  /** Empty where it recorded none. */
  readonly resolution: string;
  readonly classification: string;
  readonly confidence: string;
  /** Jobs of the bundle, oldest first; `atUtc` in ISO 8601. */
  readonly jobs: readonly {readonly name: string; readonly state: string; readonly error: string; readonly atUtc: string}[];
  /** Operator's text for the port in that run; empty without. */
  readonly context: string;
}

/** Most jobs of a bundle in its timeline. */
const MOST_JOBS = 50;

/** Returns the archive of a case that ended in the existing system, with one bundle and no attempt: nothing in it counts as a proved fix. */
export function archiveOf(report: FailureReport, workflowId: string, old: OldRecord): CaseStatus {
  const {target, origin, flavor, bundleId, runId, createdUtc} = report;
  const ref = {bundleId, runId};
  const reason = reasonOf(old.resolution);
  const isClass = /^[a-z][a-z-]{0,39}$/.test(old.classification);
  return {
    ...newStatus(workflowId, `imported-${bundleId}`, {target, origin, ...(flavor === undefined ? {} : {flavor})}),
    seq: 1,
    phase: 'closed',
    outcome: OUTCOMES[old.resolution] ?? 'discarded',
    reason,
    triage: isClass
      ? {classification: old.classification, confidence: confidenceOf(old.confidence), platform: '', rootCause: ''}
      : null,
    bundles: [ref],
    bundle: ref,
    context: old.context === '' ? [] : [{by: 'imported', atUtc: createdUtc, text: old.context.slice(0, 8000)}],
    timeline: timelineOf(createdUtc, old, reason),
  };
}

function reasonOf(resolution: string): string {
  const recorded = /^[a-z_]{1,40}$/.test(resolution) ? resolution : 'no outcome';
  return `Imported: the existing system recorded ${recorded}. Its claims of a fix are not proofs; a diff, if any, is analysis/changes.diff.`;
}

function confidenceOf(text: string): string {
  return /^(high|medium|low)\b/.exec(text)?.[1] ?? 'low';
}

function timelineOf(createdUtc: string, {jobs}: OldRecord, reason: string): TimelineEntry[] {
  const entries = jobs.slice(0, MOST_JOBS).map(({name, state, error, atUtc}): TimelineEntry => {
    const text = `job ${name} of the existing system: ${state}${error === '' ? '' : `, ${error.slice(0, 500)}`}`;
    return {atUtc: atUtc || createdUtc, phase: 'triage', text};
  });
  return [
    {atUtc: createdUtc, phase: 'collect', text: 'failure recorded by the hooks of the existing system'},
    ...entries,
    {atUtc: entries.at(-1)?.atUtc ?? createdUtc, phase: 'closed', text: reason},
  ];
}
