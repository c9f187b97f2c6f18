import type {RemainingBudget} from '../case/budget/budget.ts';
import type {AttemptResult, CaseStatus, EarlierCase, Triage} from '../case/status.ts';
import type {FailureReport, PortId, RecordId} from '../case/types.ts';
import type {PolicyInEffect} from './activities.ts';

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
  readonly left: RemainingBudget;
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
