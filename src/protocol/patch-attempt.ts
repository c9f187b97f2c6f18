import type {RemainingBudget} from '../case/budget/budget.ts';
import type {MasterPort} from '../case/slave-port.ts';
import type {AttemptResult, CaseStatus, EarlierCase, Triage} from '../case/status.ts';
import type {FailureReport, PortId, RecordId} from '../case/types.ts';
import type {CaseScope, PolicyInEffect} from './activities.ts';

/** Input of an attempt. */
export interface AttemptInput {
  readonly caseId: string;
  readonly port: PortId;
  readonly report: FailureReport;
  readonly policy: PolicyInEffect;
  /** Dev-envs of the port's target. */
  readonly envs: readonly string[];
  readonly attempt: number;
  /** Priority at the pool; higher goes first. */
  readonly priority: number;
  readonly work: ModelWork | HandWork;
  /** Master of a slave port, in the case's scope. */
  readonly master?: MasterPort | undefined;
  /** Base address of the console. */
  readonly console?: string | undefined;
}

/** Returns the ports whose overlay directories the attempt may edit. */
export function scopeOf({port, master}: Pick<AttemptInput, 'port' | 'master'>): CaseScope {
  return master === undefined ? {port} : {port, master: master.origin};
}

/** Work for a model: it edits and builds. */
export interface ModelWork {
  readonly kind: 'model';
  readonly triage: Triage;
  /** Record of the reply that triage was parsed from. */
  readonly triageText: RecordId;
  readonly nonce: string;
  readonly context: CaseStatus['context'];
  readonly tier: string;
  readonly of: number;
  readonly turns: number;
  /** Remaining working minutes of the case, excluding the wait for a dev-env. */
  readonly minutes?: number;
  readonly left: RemainingBudget;
  readonly earlier: readonly AttemptResult[];
  readonly earlierCases: readonly EarlierCase[];
}

/** An operator's own diff, to be guarded and proved. */
export interface HandWork {
  readonly kind: 'hand';
  readonly by: string;
  readonly diff: RecordId;
  /** Guard rules that the operator has judged. */
  readonly judged?: readonly string[];
}
