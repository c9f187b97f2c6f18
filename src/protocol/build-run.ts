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

/** What a case reports of the triage that cases with the same signature share. */
export type TriageNews =
  /** The case is the first of its signature, and asks the model. */
  | {readonly kind: 'leads'; readonly caseRunId: string; readonly signature: string}
  /** The case requests the triage. The run answers with `triageOffered` to that run of the case. */
  | {readonly kind: 'asks'; readonly caseRunId: string; readonly signature: string}
  /** The leading case's triage, to be shared. */
  | {readonly kind: 'done'; readonly signature: string; readonly triage: Triage; readonly text: RecordId}
  /** The case neither leads nor waits any more; the next case in the queue leads. */
  | {readonly kind: 'left'};

/** News of a case for its run. All of it may be repeated. */
export interface CaseNews {
  readonly caseId: string;
  /** The case has taken one of the run's failures. */
  readonly joined?: CaseJoined;
  /** State and total usage of the case. */
  readonly changed?: CaseChanged;
  readonly triage?: TriageNews;
}

/** Sent by a worker to a run: news of one or more of its cases, in their order. */
export const casesReported = defineSignal<[readonly CaseNews[]]>('casesReported');

/** Sent by a case to a run: requests the signal `runEnded` when dsynth has finished. */
export const notifyRunEnd = defineSignal<[{readonly caseId: string; readonly caseRunId: string}]>('notifyRunEnd');

/** Returns the summary of a run. */
export const runStatus = defineQuery<RunSummary>('status');
