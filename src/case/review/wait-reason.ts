import {isUndelivered} from '../operator/state-rules.ts';
import type {AttemptEnd, AttemptResult, CaseStatus} from '../status.ts';
import type {WaitReason} from '../wait-reason.ts';

/** What the reason of a wait is read from. */
export type WaitFacts = Pick<CaseStatus, 'pendingOutcome' | 'waitReason' | 'delivery'> & {
  readonly classification?: string | null | undefined;
  readonly attempts?: readonly AttemptResult[] | undefined;
};

const OF_END: Readonly<Partial<Record<AttemptEnd, WaitReason>>> = {
  'slave-port': 'slave-port',
  'over-budget': 'budget-short',
  'gave-up': 'gave-up',
  'model-failed': 'model-failed',
  'env-failed': 'dev-env-failed',
  'overlay-dirty': 'overlay-changed',
  'diff-refused': 'diff-unusable',
  'ended-from-outside': 'ended-outside',
  cancelled: 'ended-outside',
  'automation-failed': 'automation-failed',
  handed: 'own-diff-failed',
};

const OF_CLASS: Readonly<Record<string, WaitReason>> = {
  'fetch-checksum': 'changed-distfile',
  'missing-dep': 'missing-dependency',
};

/** Reasons that the result of the last attempt makes more specific. */
const BY_LAST_ATTEMPT: ReadonlySet<WaitReason> = new Set(['attempts-used', 'undecided']);

/** Returns why a case waits. Archives without a reason are judged by their outcome, their class and their last attempt. */
export function waitReasonOf(facts: WaitFacts): WaitReason {
  if (isUndelivered(facts) || facts.waitReason === 'undelivered') return 'undelivered';
  if (facts.pendingOutcome === 'fixed') return 'review';
  const found = facts.waitReason ?? reasonWithoutRecord(facts);
  const last = facts.attempts?.at(-1);
  return last !== undefined && BY_LAST_ATTEMPT.has(found) ? (reasonOfAttempt(last) ?? found) : found;
}

function reasonWithoutRecord({pendingOutcome, classification, attempts = []}: WaitFacts): WaitReason {
  if (pendingOutcome === 'triage-failed') return 'triage-unusable';
  const ofClass = OF_CLASS[classification ?? ''];
  if (ofClass !== undefined) return ofClass;
  const last = attempts.at(-1);
  if (last === undefined) return reasonOfOutcome(pendingOutcome);
  return OF_END[last.end] ?? reasonOfOutcome(pendingOutcome);
}

function reasonOfOutcome(pending: CaseStatus['pendingOutcome']): WaitReason {
  if (pending === 'budget-exhausted') return 'budget-short';
  return pending === 'manual' ? 'manual-class' : 'undecided';
}

/** Returns what prevented a fix in an attempt; undefined where neither the guard nor the proof did. */
function reasonOfAttempt({findings, proof}: AttemptResult): WaitReason | undefined {
  if (findings.some(({severity}) => severity === 'refuse')) return 'guard-refuses';
  if (findings.some(({severity}) => severity === 'ask')) return 'guard-asks';
  return proof?.rebuildOk === false ? 'proof-failed' : undefined;
}
