import {defineQuery, defineUpdate} from '@temporalio/workflow';
import type {Settlement, SpendAnswer, SpendRequest, SpendState, Spent} from '../case/budget/spend-ledger.ts';

/** Reserves the usage of a paid call before it is made. Idempotent by key. */
export const reserveSpend = defineUpdate<SpendAnswer, [SpendRequest]>('reserve');

/** Replaces a reservation by the actual usage after the call. Idempotent by key. */
export const settleSpend = defineUpdate<Spent, [Settlement]>('settle');

/** Returns the usage of a day or a build run, and the open reservations. */
export const spent = defineQuery<SpendState>('spent');
