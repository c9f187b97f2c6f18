import {defineQuery, defineUpdate} from '@temporalio/workflow';
import type {HoldState} from '../case/operator/hold.ts';

/** Ends a hold before its time. */
export const release = defineUpdate<string, [{readonly by: string}]>('release');

export const held = defineQuery<HoldState>('held');
