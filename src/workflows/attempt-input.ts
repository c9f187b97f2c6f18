import type {BuildLimits, PolicyInEffect} from '../activities/api.ts';
import {DEFAULTS} from '../case/policy.ts';
import type {AttemptResult, CaseStatus, Triage} from '../case/status.ts';
import type {FailureReport, PortId, RecordId} from '../case/types.ts';

/** What a case gives to one attempt. */
export interface AttemptInput {
  readonly caseId: string;
  readonly port: PortId;
  readonly report: FailureReport;
  readonly policy: PolicyInEffect;
  readonly triage: Triage;
  /** Record of the reply that triage was read from. */
  readonly triageText: RecordId;
  readonly nonce: string;
  readonly context: CaseStatus['context'];
  readonly tier: string;
  /** Ready envs of the port's target. */
  readonly envs: readonly string[];
  readonly attempt: number;
  readonly of: number;
  readonly turns: number;
  /** Minutes of work, the wait for a dev-env not counted. */
  readonly minutes?: number;
  /** Billable tokens that the case has left. */
  readonly tokensLeft: number;
  readonly earlier: readonly AttemptResult[];
}

/** The policy's build limits in seconds. */
export function buildLimits(input: AttemptInput): BuildLimits {
  const build = input.policy.policy.build;
  return {
    buildIdleSeconds: (build?.idle_minutes ?? DEFAULTS.buildIdleMinutes) * 60,
    buildTotalSeconds: (build?.total_hours ?? DEFAULTS.buildTotalHours) * 3600,
  };
}
