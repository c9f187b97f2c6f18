import type {BuildLimits, PolicyInEffect} from '../activities/api.ts';
import type {Left} from '../case/budget.ts';
import {DEFAULTS} from '../case/policy.ts';
import type {EarlierCase} from '../case/repeats.ts';
import type {AttemptResult, CaseStatus, Triage} from '../case/status.ts';
import type {FailureReport, PortId, RecordId} from '../case/types.ts';

/** What a case gives to one attempt. */
export interface AttemptInput {
  readonly caseId: string;
  readonly port: PortId;
  readonly report: FailureReport;
  readonly policy: PolicyInEffect;
  /** Envs of the port's target. */
  readonly envs: readonly string[];
  readonly attempt: number;
  /** Higher goes first at the pool. */
  readonly priority: number;
  readonly work: ModelWork | HandWork;
  /** Base of the console's addresses. */
  readonly console?: string | undefined;
}

/** The model edits and builds. */
export interface ModelWork {
  readonly kind: 'model';
  readonly triage: Triage;
  /** Record of the reply that triage was read from. */
  readonly triageText: RecordId;
  readonly nonce: string;
  readonly context: CaseStatus['context'];
  readonly tier: string;
  readonly of: number;
  readonly turns: number;
  /** Minutes of work that the case has left, the wait for a dev-env not counted. */
  readonly minutes?: number;
  readonly left: Left;
  readonly earlier: readonly AttemptResult[];
  readonly earlierCases: readonly EarlierCase[];
}

/** An operator's own diff: guarded and proved, and nothing else. */
export interface HandWork {
  readonly kind: 'hand';
  readonly by: string;
  readonly diff: RecordId;
  /** Rules of the guard that the operator has judged. */
  readonly judged?: readonly string[];
}

/** The policy's build limits in seconds. */
export function buildLimits({policy: {policy}}: Pick<AttemptInput, 'policy'>): BuildLimits {
  return {
    buildIdleSeconds: (policy.build?.idle_minutes ?? DEFAULTS.buildIdleMinutes) * 60,
    buildTotalSeconds: (policy.build?.total_hours ?? DEFAULTS.buildTotalHours) * 3600,
  };
}
