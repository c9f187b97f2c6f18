import type {SpendState, Spent} from '../case/budget/spend-ledger.ts';
import type {LeaseState} from '../case/lease/lease-table.ts';
import type {Hold, HoldState} from '../case/operator/hold.ts';
import type {AttemptResult, CaseResult, ProofResult} from '../case/status.ts';
import type {PortId} from '../case/types.ts';
import type {UnchangedBuild} from './activities.ts';
import type {BuildRunResult} from './build-run.ts';
import type {EvalProgress, EvalRunInput} from './eval-run.ts';
import type {AttemptInput} from './patch-attempt.ts';
import type {ProveAgainInput} from './prove-again.ts';
import type {RecheckInput} from './recheck.ts';

/**
 * All workflows by type, as clients see them: `client.workflow.start<Workflows['portCase']>('portCase', …)`. State for
 * continue-as-new is internal to each workflow.
 */
export interface Workflows {
  portCase(port: PortId): Promise<CaseResult>;
  patchAttempt(input: AttemptInput): Promise<AttemptResult>;
  devEnvPool(carried?: LeaseState): Promise<never>;
  buildRun(runId: string): Promise<BuildRunResult>;
  spendLedger(scope: string, carried?: {readonly state: SpendState; readonly usedAt: number}): Promise<Spent>;
  holdPort(hold: Hold): Promise<HoldState>;
  proveAgain(input: ProveAgainInput): Promise<ProofResult>;
  recheckPort(input: RecheckInput): Promise<UnchangedBuild | null>;
  evalRun(input: EvalRunInput): Promise<EvalProgress>;
  watchSpool(): Promise<number>;
  /** Returns how many jobs were collected. */
  collectHost(host: string): Promise<number>;
}
