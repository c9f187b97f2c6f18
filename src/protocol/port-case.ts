import type {SignalDefinition, UpdateDefinition} from '@temporalio/common';
import {defineQuery, defineSignal, defineUpdate} from '@temporalio/workflow';
import type {QuestionInput} from '../case/ask/refusal.ts';
import {ACTION_NAMES, ACTIONS, type ActionName, type InputFor} from '../case/operator/actions.ts';
import type {CaseStatus, TimelineEntry, Triage} from '../case/status.ts';
import type {FailureReport, Phase, RecordId} from '../case/types.ts';

/** Sent by importers: a port failed. Delivering a bundle twice is harmless. */
export const failureReported = defineSignal<[FailureReport]>('failureReported');

/** Returns the complete state of a case. */
export const status = defineQuery<CaseStatus>('status');

/** The memo of a case, which listings of workflows show: the sequence number of its status. */
export interface CaseMemo {
  readonly seq: number;
}

/** Returns the timeline of a case. */
export const timeline = defineQuery<readonly TimelineEntry[]>('timeline');

type MessageFor<Name extends ActionName> = (typeof ACTIONS)[Name]['kind'] extends 'signal'
  ? SignalDefinition<[InputFor<Name>], Name>
  : UpdateDefinition<string, [InputFor<Name>], Name>;

export type OperatorMessages = {readonly [Name in ActionName]: MessageFor<Name>};

/** A signal or an update for each operator action, by its name. An update answers with one line of text. */
export const OPERATOR_MESSAGES = Object.fromEntries(
  ACTION_NAMES.map((name) => [name, ACTIONS[name].kind === 'signal' ? defineSignal(name) : defineUpdate(name)]),
) as unknown as OperatorMessages;

export const {accept, escalate, grantBudget, handPatch, provideContext, reject, resolve, retry, retryDelivery, skipDelivery} =
  OPERATOR_MESSAGES;

/** Asks a question about a case. Returns its number at once; the answer comes in the status. */
export const ask = defineUpdate<{readonly number: number}, [QuestionInput]>('ask');

/** Sent by importers: a dsynth run built the port, so the failure is gone. */
export const portBuilt = defineSignal<[{readonly runId: string; readonly atUtc: string}]>('portBuilt');

/** Sent by a dsynth run at its end, to cases that requested it by `notifyRunEnd`. */
export const runEnded = defineSignal<[{readonly runId: string}]>('runEnded');

/** Sent by a run to a case that asks for a triage: lead the triage, or use the triage of another case with the same signature. */
export const triageOffered =
  defineSignal<
    [{readonly kind: 'lead'} | {readonly kind: 'shared'; readonly triage: Triage; readonly text: RecordId; readonly from: string}]
  >('triageOffered');

/** Sent by an attempt to its case: the attempt has a dev-env and is patching, or proving. */
export const attemptPhase =
  defineSignal<[{readonly attempt: number; readonly phase: Phase; readonly words: string}]>('attemptPhase');
