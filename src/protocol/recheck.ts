import type {EffectivePolicy} from '../case/policy/policy.ts';
import type {FailureReport, PortId} from '../case/types.ts';

/** Input of a build of a case's port on the present tree, before its first repair. */
export interface RecheckInput {
  readonly caseId: string;
  readonly port: PortId;
  readonly report: FailureReport;
  readonly policy: EffectivePolicy;
  /** Dev-envs of the port's target. */
  readonly envs: readonly string[];
  readonly priority: number;
}
