import {defineQuery, defineSignal} from '@temporalio/workflow';
import type {Holder, LeaseRequest, LeaseState} from '../case/lease/lease-table.ts';

export const requestLease = defineSignal<[LeaseRequest]>('requestLease');

export const releaseLease = defineSignal<[Holder]>('releaseLease');

export const leaseGranted = defineSignal<[{readonly env: string}]>('leaseGranted');

/** From the pool to those who wait: an env that they could have had is out of the pool, and why; null: it is back. */
export const envHealth = defineSignal<[{readonly env: string; readonly problem: string | null}]>('envHealth');

/** Who has which dev-env, who waits, and which are out of the pool. */
export const pool = defineQuery<LeaseState>('pool');
