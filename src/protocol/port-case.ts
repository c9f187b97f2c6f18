import {defineQuery, defineSignal, defineUpdate} from '@temporalio/workflow';
import type {Acceptance, BudgetGranted, ContextGiven, HandPatch, Rejection, Resolution, Retry} from '../case/operator/rules.ts';
import type {CaseStatus, TimelineEntry, Triage} from '../case/status.ts';
import type {FailureReport, Phase, RecordId} from '../case/types.ts';

/** A port failed again or for the first time. Delivering a bundle twice is harmless. */
export const failureReported = defineSignal<[FailureReport]>('failureReported');

export const status = defineQuery<CaseStatus>('status');

export const timeline = defineQuery<readonly TimelineEntry[]>('timeline');

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

/** From an attempt to its case: the attempt has a dev-env and works, or proves. */
export const attemptPhase =
  defineSignal<[{readonly attempt: number; readonly phase: Phase; readonly words: string}]>('attemptPhase');
