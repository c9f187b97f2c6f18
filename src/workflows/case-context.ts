import type {EffectivePolicy} from '../case/policy/policy.ts';
import type {Outcome, RecordId} from '../case/types.ts';
import type {WaitReason} from '../case/wait-reason.ts';
import type {CaseRecord} from './case-record.ts';
import type {MasterHold} from './master-hold.ts';

/** A case and the policy that it began with, for every step of its automation. */
export interface CaseContext {
  readonly record: CaseRecord;
  readonly masterHold: MasterHold;
  readonly policy: EffectivePolicy;
  /** Record with the prompts and playbooks. */
  readonly texts: RecordId;
}

/** Where automation ended: a fix, or a wait for an operator, after which the case closes as `pending`. */
export interface Verdict {
  readonly pending: Outcome;
  readonly reason: string;
  readonly waitReason: WaitReason;
}

/** Returns the verdict of a proved fix. */
export function fixed(reason: string): Verdict {
  return {pending: 'fixed', reason, waitReason: 'review'};
}

/** Returns the verdict that the case needs its operator. */
export function wait(pending: Exclude<Outcome, 'fixed'>, waitReason: WaitReason, reason: string): Verdict {
  return {pending, waitReason, reason};
}

/** Returns the verdict of a port that builds without a repair: its case closes without an operator. */
export function recovered(reason: string): Verdict {
  return {pending: 'recovered', reason, waitReason: 'undecided'};
}
