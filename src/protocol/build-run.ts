import {defineQuery, defineSignal} from '@temporalio/workflow';
import type {RunSummary} from '../case/run/run-summary.ts';
import type {CaseChanged, CaseJoined, RunCounts, RunReport, RunState} from '../case/run/run-totals.ts';
import type {Triage} from '../case/status.ts';
import type {TriageQueue, TriageRequester} from '../case/triage/triage-queues.ts';
import type {RecordId} from '../case/types.ts';

/** What a run carries over when it continues as new. Times in milliseconds. */
export interface CarriedRun {
  readonly state: RunState;
  readonly lines: readonly TriageQueue[];
  readonly askers: readonly TriageRequester[];
  readonly heardAt: number;
  readonly summarised: boolean;
  /** Base of the console's addresses. */
  readonly console?: string | undefined;
}

export interface BuildRunResult {
  readonly runId: string;
  readonly state: 'open' | 'ended' | 'abandoned';
  readonly counts: RunCounts;
  readonly cases: number;
  readonly tokens: number;
  readonly cost: number;
}

/** From the evidence to its run: what dsynth has done so far, in totals. */
export const runReported = defineSignal<[RunReport]>('runReported');

/** From a case to its run: one of the run's failures is mine. */
export const caseJoined = defineSignal<[CaseJoined]>('caseJoined');

/** From a case to its run: where it is, and what its model calls have used so far. */
export const caseChanged = defineSignal<[CaseChanged]>('caseChanged');

/** From a case to its run: who triages this signature? Answered by `triageOffered` to that run of the case. */
export const askTriage =
  defineSignal<[{readonly caseId: string; readonly caseRunId: string; readonly signature: string}]>('askTriage');

/** From the case that leads a signature's triage: here it is, for the others. */
export const triageDone =
  defineSignal<[{readonly caseId: string; readonly signature: string; readonly triage: Triage; readonly text: RecordId}]>(
    'triageDone',
  );

/** From the case that led: it has none; the next in line leads. */
export const triageFailed = defineSignal<[{readonly caseId: string; readonly signature: string}]>('triageFailed');

/** From a case to a run: answer by `runEnded` when dsynth is done. */
export const notifyRunEnd = defineSignal<[{readonly caseId: string; readonly caseRunId: string}]>('notifyRunEnd');

/** A run as a whole. */
export const runStatus = defineQuery<RunSummary>('status');
