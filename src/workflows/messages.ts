import {defineQuery, defineSignal, defineUpdate} from '@temporalio/workflow';
import type {Holder, LeaseRequest} from '../activities/api.ts';
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

export interface Resolution {
  readonly by: string;
  readonly outcome: string;
  readonly note?: string;
}

/** An operator closes the case. Answers with one line of text; refuses what is not an outcome. */
export const resolve = defineUpdate<string, [Resolution]>('resolve');

export const status = defineQuery<CaseStatus>('status');
export const timeline = defineQuery<readonly TimelineEntry[]>('timeline');

/** From an attempt to its case: the attempt has a dev-env and works, or proves. */
export const attemptPhase =
  defineSignal<[{readonly attempt: number; readonly phase: Phase; readonly words: string}]>('attemptPhase');

export const requestLease = defineSignal<[LeaseRequest]>('requestLease');
export const releaseLease = defineSignal<[Holder]>('releaseLease');
export const leaseGranted = defineSignal<[{readonly env: string}]>('leaseGranted');
