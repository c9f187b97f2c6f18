import type {EffectivePolicy} from '../policy/policy.ts';
import type {CaseStatus} from '../status.ts';
import type {InputFor} from './actions.ts';
import type {Refusal} from './fields.ts';
import {refusalOf} from './refusal.ts';

export type {Refusal} from './fields.ts';
export {limitsWith, minutesUsed, retryTier} from './limits.ts';

export type ContextGiven = InputFor<'provideContext'>;
export type BudgetGranted = InputFor<'grantBudget'>;
export type Retry = InputFor<'retry'>;
export type Resolution = InputFor<'resolve'>;
export type Acceptance = InputFor<'accept'>;
export type Rejection = InputFor<'reject'>;
export type HandPatch = InputFor<'handPatch'>;

export const refuseContext = (status: CaseStatus, given: unknown): Refusal => refusalOf('provideContext', {status}, given);
export const refuseGrant = (status: CaseStatus, given: unknown): Refusal => refusalOf('grantBudget', {status}, given);
export const refuseRetry = (status: CaseStatus, policy: EffectivePolicy | undefined, given: unknown): Refusal =>
  refusalOf('retry', {status, policy}, given);
export const refuseResolution = (status: CaseStatus, given: unknown): Refusal => refusalOf('resolve', {status}, given);
export const refuseAcceptance = (status: CaseStatus, given: unknown): Refusal => refusalOf('accept', {status}, given);
export const refuseRejection = (status: CaseStatus, given: unknown): Refusal => refusalOf('reject', {status}, given);
export const refuseHandPatch = (status: CaseStatus, given: unknown): Refusal => refusalOf('handPatch', {status}, given);
