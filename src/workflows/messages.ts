import {defineQuery, defineSignal, defineUpdate} from '@temporalio/workflow';
import type {Holder, LeaseRequest} from '../activities/api.ts';
import type {BudgetGranted, ContextGiven, Resolution, Retry} from '../case/operator-rules.ts';
import type {CaseStatus, TimelineEntry} from '../case/status.ts';
import type {FailureReport, Phase} from '../case/types.ts';

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

export const status = defineQuery<CaseStatus>('status');
export const timeline = defineQuery<readonly TimelineEntry[]>('timeline');

/** From an attempt to its case: the attempt has a dev-env and works, or proves. */
export const attemptPhase =
  defineSignal<[{readonly attempt: number; readonly phase: Phase; readonly words: string}]>('attemptPhase');

export const requestLease = defineSignal<[LeaseRequest]>('requestLease');
export const releaseLease = defineSignal<[Holder]>('releaseLease');
export const leaseGranted = defineSignal<[{readonly env: string}]>('leaseGranted');
