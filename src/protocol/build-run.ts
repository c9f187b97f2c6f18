import {defineQuery, defineSignal} from '@temporalio/workflow';
import type {RunSummary} from '../case/run/run-summary.ts';
import type {CaseChanged, CaseJoined, RunCounts, RunReport, RunState} from '../case/run/run-totals.ts';
import type {Triage} from '../case/status.ts';
import type {TriageQueue, TriageRequester} from '../case/triage/triage-queues.ts';
import type {RecordId} from '../case/types.ts';

/** State of a run that is carried over by continue-as-new. Times are in milliseconds. */
export interface CarriedRun {
  readonly state: RunState;
  readonly lines: readonly TriageQueue[];
  readonly askers: readonly TriageRequester[];
  readonly heardAt: number;
  readonly summarised: boolean;
  /** Base address of the console. */
  readonly console?: string | undefined;
}

/** Result of a run's workflow. */
export interface BuildRunResult {
  readonly runId: string;
  readonly state: 'open' | 'ended' | 'abandoned';
  readonly counts: RunCounts;
  readonly cases: number;
  readonly tokens: number;
  readonly cost: number;
}

/** Sent to a run by whoever imports its evidence: totals of dsynth so far. */
export const runReported = defineSignal<[RunReport]>('runReported');

/** Sent by a case to its run: the case has taken one of the run's failures. */
export const caseJoined = defineSignal<[CaseJoined]>('caseJoined');

/** Sent by a case to its run: state and total usage of the case. */
export const caseChanged = defineSignal<[CaseChanged]>('caseChanged');

/** Sent by a case to its run: requests triage of a signature. The run answers with `triageOffered` to that run of the case. */
export const askTriage =
  defineSignal<[{readonly caseId: string; readonly caseRunId: string; readonly signature: string}]>('askTriage');

/** Sent by the leading case to its run: the triage, to be shared. */
export const triageDone =
  defineSignal<[{readonly caseId: string; readonly signature: string; readonly triage: Triage; readonly text: RecordId}]>(
    'triageDone',
  );

/** Sent by the leading case to its run: triage failed; the next case in the queue leads. */
export const triageFailed = defineSignal<[{readonly caseId: string; readonly signature: string}]>('triageFailed');

/** Sent by a case to a run: requests the signal `runEnded` when dsynth has finished. */
export const notifyRunEnd = defineSignal<[{readonly caseId: string; readonly caseRunId: string}]>('notifyRunEnd');

/** Returns the summary of a run. */
export const runStatus = defineQuery<RunSummary>('status');
