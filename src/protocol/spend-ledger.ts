import {defineQuery, defineUpdate} from '@temporalio/workflow';
import type {Settlement, SpendAnswer, SpendRequest, SpendState, Spent} from '../case/budget/spend-ledger.ts';

/** Before a paid call: may it be made? Idempotent by key. */
export const reserveSpend = defineUpdate<SpendAnswer, [SpendRequest]>('reserve');

/** After a paid call: what it used, in place of what it reserved. Idempotent by key. */
export const settleSpend = defineUpdate<Spent, [Settlement]>('settle');

/** What the calls of a day or a build run have used, and what is reserved. */
export const spent = defineQuery<SpendState>('spent');
