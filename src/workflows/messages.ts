import {defineQuery, defineSignal, defineUpdate} from '@temporalio/workflow';
import type {Holder, LeaseRequest} from '../activities/api.ts';
import type {HoldState} from '../case/hold.ts';
import type {LeaseState} from '../case/lease-book.ts';
import type {Acceptance, BudgetGranted, ContextGiven, HandPatch, Rejection, Resolution, Retry} from '../case/operator-rules.ts';
import type {CaseChanged, CaseJoined, RunReport} from '../case/run-book.ts';
import type {RunSummary} from '../case/run-summary.ts';
import type {Settlement, SpendAnswer, SpendRequest, SpendState, Spent} from '../case/spend-book.ts';
import type {CaseStatus, TimelineEntry, Triage} from '../case/status.ts';
import type {FailureReport, Phase, RecordId} from '../case/types.ts';
import type {EvalProgress} from './eval-run.ts';

/** A port failed again or for the first time. Delivering a bundle twice is harmless. */
export const failureReported = defineSignal<[FailureReport]>('failureReported');

export interface Escalation {
  readonly by: string;
  readonly reason: string;
}

/** To MANUAL at once, from any phase. */
export const escalate = defineSignal<[Escalation]>('escalate');

/** An operator closes the case. Answers with one line of text; refuses what is not an outcome. */
export const resolve = defineUpdate<string, [Resolution]>('resolve');

/** Something the model should know: triage starts anew with all rounds; once it lifts MANUAL to ASSIST. */
export const provideContext = defineUpdate<string, [ContextGiven]>('provideContext');

/** More tokens or attempts for this case; one that waits for want of them goes on. */
export const grantBudget = defineUpdate<string, [BudgetGranted]>('grantBudget');

/** Another attempt with what is left of the budget. */
export const retry = defineUpdate<string, [Retry]>('retry');

/** A proved fix is right; the case closes as fixed. */
export const accept = defineUpdate<string, [Acceptance]>('accept');

/** A proved fix is wrong; the patch loop goes on with the reason, if budget is left. */
export const reject = defineUpdate<string, [Rejection]>('reject');

/** An operator's own diff, to be guarded and proved. */
export const handPatch = defineUpdate<string, [HandPatch]>('handPatch');

/** A dsynth run built the port: what failed has mended itself. */
export const portBuilt = defineSignal<[{readonly runId: string; readonly atUtc: string}]>('portBuilt');

/** The dsynth run that a case asked about is over. */
export const runEnded = defineSignal<[{readonly runId: string}]>('runEnded');

/** Answer of a run to a case's `askTriage`: do it yourself and tell, or take that of the case which failed in the same way. */
export const triageOffered =
  defineSignal<
    [{readonly kind: 'lead'} | {readonly kind: 'shared'; readonly triage: Triage; readonly text: RecordId; readonly from: string}]
  >('triageOffered');

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
export const tellAtEnd = defineSignal<[{readonly caseId: string; readonly caseRunId: string}]>('tellAtEnd');

/** Ends a hold before its time. */
export const release = defineUpdate<string, [{readonly by: string}]>('release');

export const held = defineQuery<HoldState>('held');

export const status = defineQuery<CaseStatus>('status');

/** A run as a whole. */
export const runStatus = defineQuery<RunSummary>('status');
export const timeline = defineQuery<readonly TimelineEntry[]>('timeline');

/** Before a paid call: may it be made? Idempotent by key. */
export const reserveSpend = defineUpdate<SpendAnswer, [SpendRequest]>('reserve');

/** After a paid call: what it used, in place of what it reserved. Idempotent by key. */
export const settleSpend = defineUpdate<Spent, [Settlement]>('settle');

/** What the calls of a day or a build run have used, and what is reserved. */
export const spent = defineQuery<SpendState>('spent');

/** How far an evaluation is. */
export const evalProgress = defineQuery<EvalProgress>('evalProgress');

/** From an attempt to its case: the attempt has a dev-env and works, or proves. */
export const attemptPhase =
  defineSignal<[{readonly attempt: number; readonly phase: Phase; readonly words: string}]>('attemptPhase');

export const requestLease = defineSignal<[LeaseRequest]>('requestLease');
export const releaseLease = defineSignal<[Holder]>('releaseLease');
export const leaseGranted = defineSignal<[{readonly env: string}]>('leaseGranted');

/** From the pool to those who wait: an env that they could have had is out of the pool, and why; null: it is back. */
export const envHealth = defineSignal<[{readonly env: string; readonly problem: string | null}]>('envHealth');

/** Who has which dev-env, who waits, and which are out of the pool. */
export const pool = defineQuery<LeaseState>('pool');
