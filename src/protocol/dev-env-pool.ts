import {defineQuery, defineSignal} from '@temporalio/workflow';
import type {HealthChange} from '../case/lease/env-health.ts';
import type {Holder, LeaseRequest, LeaseState} from '../case/lease/lease-table.ts';

/** Sent to a pool: requests one of several dev-envs. Answered by `leaseGranted`. */
export const requestLease = defineSignal<[LeaseRequest]>('requestLease');

/** Sent to a pool: returns a lease, or withdraws a request. */
export const releaseLease = defineSignal<[Holder]>('releaseLease');

/** Sent by a pool to a holder: the dev-env that it leases. */
export const leaseGranted = defineSignal<[{readonly env: string}]>('leaseGranted');

/**
 * Sent by a pool to waiting requests: a dev-env that they accept has left the pool, with the reason; null: it has returned. With `host`, all
 * dev-envs of that build host.
 */
export const envHealth = defineSignal<[HealthChange]>('envHealth');

/** Returns leases, waiting requests and unhealthy dev-envs. */
export const pool = defineQuery<LeaseState>('pool');
