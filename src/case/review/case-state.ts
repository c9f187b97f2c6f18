import type {CaseStatus} from '../status.ts';
import {QUESTIONS} from './questions.ts';
import {type WaitFacts, waitReasonOf} from './wait-reason.ts';

/** What a case asks of its reader. */
export type StateKind = 'review' | 'question' | 'blocked' | 'stopping' | 'running' | 'fixed' | 'closed';

/** Meaning of a state, for its colour. */
export type StateTone = 'ok' | 'warn' | 'bad' | 'run' | 'calm';

/** State of a case for display. */
export interface CaseState {
  readonly kind: StateKind;
  readonly tone: StateTone;
  /** Short name, such as `Needs you`. */
  readonly title: string;
  /** What follows the title: a question, a step, an outcome; empty where the title is all. */
  readonly detail: string;
}

/** What the state of a case is read from. Search attributes and rows of a list have fewer facts than a status. */
export interface StateFacts extends WaitFacts {
  readonly phase: string;
  readonly outcome: string | null;
  /** Turn of the running attempt. */
  readonly turn?: number | null | undefined;
  readonly turnsLimit?: number | undefined;
  /** What the running attempt does, such as the name of its tool. */
  readonly step?: string | undefined;
}

const RUNNING: Readonly<Record<string, string>> = {
  collect: 'reads the evidence',
  triage: 'triage',
  decide: 'reads the policy',
  'waiting-env': 'waits for a dev-env',
  patch: 'starts an attempt',
  prove: 'clean rebuild',
  deliver: 'delivers the accepted fix',
};

const CLOSED: Readonly<Record<string, readonly [StateTone, string]>> = {
  manual: ['calm', 'left to an operator'],
  'needs-help': ['bad', 'not repaired'],
  'budget-exhausted': ['bad', 'budget used up'],
  'triage-failed': ['bad', 'no triage'],
  recovered: ['ok', 'builds again'],
  discarded: ['calm', 'discarded'],
};

/** Returns the state of a case for display: the only names that clients show. */
export function caseState(facts: StateFacts): CaseState {
  const {phase, outcome} = facts;
  if (outcome !== null) return closedState(outcome);
  if (phase === 'closed') return {kind: 'closed', tone: 'calm', title: 'Closed', detail: ''};
  if (phase === 'awaiting-operator') return waitingState(facts);
  return {kind: 'running', tone: 'run', title: 'Running', detail: runningStep(facts)};
}

/** Returns the state of a case by its status. `running` is what its attempt reports. */
export function stateOf(status: CaseStatus, running: Pick<StateFacts, 'turn' | 'step'> = {}): CaseState {
  const {triage, budget} = status;
  return caseState({...status, ...running, classification: triage?.classification, turnsLimit: budget?.turnsLimit});
}

/** Returns the state as one text: `Needs you: raise the token budget?`. */
export function stateLabel({title, detail}: CaseState): string {
  return detail === '' ? title : `${title}: ${detail}`;
}

function closedState(outcome: string): CaseState {
  if (outcome === 'fixed') return {kind: 'fixed', tone: 'ok', title: 'Fixed', detail: ''};
  const [tone, detail] = CLOSED[outcome] ?? ['calm', outcome];
  return {kind: 'closed', tone, title: 'Closed', detail};
}

function waitingState(facts: StateFacts): CaseState {
  if (facts.pendingOutcome === null) return {kind: 'stopping', tone: 'run', title: 'Stopping', detail: 'the overlay is restored'};
  const reason = waitReasonOf(facts);
  if (reason === 'review') return {kind: 'review', tone: 'ok', title: 'Fix ready for review', detail: ''};
  const {ask, isBlocked} = QUESTIONS[reason];
  return isBlocked
    ? {kind: 'blocked', tone: 'bad', title: 'Blocked by infrastructure', detail: ask}
    : {kind: 'question', tone: 'warn', title: 'Needs you', detail: ask};
}

function runningStep({phase, turn, turnsLimit, step}: StateFacts): string {
  if (phase !== 'patch' || turn == null) return RUNNING[phase] ?? phase;
  const of = turnsLimit === undefined ? '' : ` of ${turnsLimit}`;
  return `turn ${turn}${of}${step === undefined ? '' : `, ${step}`}`;
}
