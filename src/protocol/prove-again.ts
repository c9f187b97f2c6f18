import type {MasterPort} from '../case/slave-port.ts';
import type {FailureReport, PortId, RecordId} from '../case/types.ts';

/** Input of a repeated proof of a case's recorded diff. */
export interface ProveAgainInput {
  readonly caseId: string;
  readonly port: PortId;
  /** The bundle that has the diff. */
  readonly report: FailureReport;
  readonly diff: RecordId;
  /** Master of a slave port, in the case's scope. */
  readonly master?: MasterPort | undefined;
  /** Suffix for the proof's file names, so that the earlier proof is preserved. */
  readonly label: string;
}
