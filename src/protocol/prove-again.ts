import type {FailureReport, PortId, RecordId} from '../case/types.ts';

/** A case's recorded diff that is to be proved once more. */
export interface ProveAgainInput {
  readonly caseId: string;
  readonly port: PortId;
  /** The bundle that the diff was recorded in. */
  readonly report: FailureReport;
  readonly diff: RecordId;
  /** Set in the names of the proof's files, so that the earlier proof stays. */
  readonly label: string;
}
