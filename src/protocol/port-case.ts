import type {SignalDefinition, UpdateDefinition} from '@temporalio/common';
import {defineQuery, defineSignal, defineUpdate} from '@temporalio/workflow';
import {ACTION_NAMES, ACTIONS, type ActionName, type InputFor} from '../case/operator/actions.ts';
import type {CaseStatus, TimelineEntry, Triage} from '../case/status.ts';
import type {FailureReport, Phase, RecordId} from '../case/types.ts';

/** A port failed again or for the first time. Delivering a bundle twice is harmless. */
export const failureReported = defineSignal<[FailureReport]>('failureReported');

export const status = defineQuery<CaseStatus>('status');

export const timeline = defineQuery<readonly TimelineEntry[]>('timeline');

type MessageFor<Name extends ActionName> = (typeof ACTIONS)[Name]['kind'] extends 'signal'
  ? SignalDefinition<[InputFor<Name>], Name>
  : UpdateDefinition<string, [InputFor<Name>], Name>;

export type OperatorMessages = {readonly [Name in ActionName]: MessageFor<Name>};

/** A signal or an update for each operator action, by its name. An update answers with one line of text. */
export const OPERATOR_MESSAGES = Object.fromEntries(
  ACTION_NAMES.map((name) => [name, ACTIONS[name].kind === 'signal' ? defineSignal(name) : defineUpdate(name)]),
) as unknown as OperatorMessages;

export const {accept, escalate, grantBudget, handPatch, provideContext, reject, resolve, retry} = OPERATOR_MESSAGES;

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
