import {defineQuery, defineUpdate} from '@temporalio/workflow';
import type {HoldState} from '../case/operator/hold.ts';

/** Ends a hold early. */
export const release = defineUpdate<string, [{readonly by: string}]>('release');

/** Returns the state of a hold. */
export const held = defineQuery<HoldState>('held');
