import type {Client} from '@temporalio/client';
import {stateLabel, stateOf} from '../case/review/case-state.ts';
import {operatorInstruction} from '../case/review/handoff.ts';
import type {CaseStatus} from '../case/status.ts';
import {age} from '../case/text/age.ts';
import {plainLine} from '../case/text/plain-text.ts';
import type {Outcome} from '../case/types.ts';
import {archivedCase} from '../evidence/archives.ts';
import {status} from '../protocol/port-case.ts';
import {tryQuery} from '../report/try-query.ts';
import {ANSWER_MS, noAnswer} from '../report/worker-answer.ts';
import type {ListedCase} from './find-case.ts';
import {bundlesNamed} from './open-case.ts';
import {rootsToRead} from './roots.ts';

/** A case that waits for an operator. Null: neither the case nor its archive has it. */
export interface WaitingCase {
  readonly workflowId: string;
  /** ISO 8601; when the wait began, not the case. */
  readonly waitingSinceUtc: string | null;
  readonly reason: string | null;
  readonly asked: string | null;
  /** State for display: `Fix ready for review`, `Needs you: …`. */
  readonly state: string | null;
  /** The outcome if nobody acts; `fixed` means a proved fix to be reviewed. */
  readonly pendingOutcome: Outcome | null;
}

export interface Waiting {
  readonly waiting: readonly WaitingCase[];
  /** Which cases do not answer, and why; undefined if all do. */
  readonly problem?: string;
}

const AT_ONCE = 8;

/** Asks the waiting cases for at most 5 s in all, some at a time; those that do not answer are read from their archives. Longest wait first. */
export async function askWaiting(client: Client, cases: readonly Pick<ListedCase, 'workflowId' | 'runId'>[]): Promise<Waiting> {
  const end = Date.now() + ANSWER_MS;
  const found: WaitingCase[] = [];
  const silent: string[] = [];
  const ask = async (one: Pick<ListedCase, 'workflowId' | 'runId'>): Promise<void> => {
    const left = end - Date.now();
    const answer = left > 0 ? await tryQuery(client, one, status, left) : undefined;
    if (answer === undefined) silent.push(one.workflowId);
    found.push(waitingCase(one.workflowId, answer ?? (await archivedStatus(one))));
  };
  for (let at = 0; at < cases.length; at += AT_ONCE) await Promise.all(cases.slice(at, at + AT_ONCE).map(ask));
  const waiting = longestFirst(found);
  const [first, ...others] = silent;
  if (first === undefined) return {waiting};
  const {message} = await noAnswer(client, first, 'What is shown of it is from its archive.');
  return {waiting, problem: others.length === 0 ? message : `${message} Nor do ${others.length} more: ${others.join(', ')}.`};
}

async function archivedStatus({workflowId, runId}: Pick<ListedCase, 'workflowId' | 'runId'>): Promise<CaseStatus | undefined> {
  for (const {dir} of await bundlesNamed(rootsToRead(), workflowId)) {
    const archived = await archivedCase(dir);
    if (archived?.runId === runId) return archived;
  }
  return undefined;
}

function waitingCase(workflowId: string, known: CaseStatus | undefined): WaitingCase {
  if (known === undefined)
    return {workflowId, waitingSinceUtc: null, reason: null, asked: null, state: null, pendingOutcome: null};
  const {waitingSinceUtc, reason, pendingOutcome} = known;
  return {
    workflowId,
    waitingSinceUtc: waitingSinceUtc ?? null,
    reason,
    asked: operatorInstruction(known),
    state: stateLabel(stateOf(known)),
    pendingOutcome,
  };
}

/** Sorts by the length of the wait, longest first; before them those that do not answer. */
export function longestFirst(waiting: readonly WaitingCase[]): WaitingCase[] {
  return [...waiting].sort((a, b) => (a.waitingSinceUtc ?? '').localeCompare(b.waitingSinceUtc ?? ''));
}

/** Renders who waits, how long, for what, and what is asked of the operator. `now` in milliseconds. */
export function waitingText(waiting: readonly WaitingCase[], now: number): string {
  if (waiting.length === 0) return 'No case waits for an operator.';
  return waiting.map((one) => waitingPart(one, now)).join('\n\n');
}

function waitingPart(waiting: WaitingCase, now: number): string {
  const {workflowId, waitingSinceUtc, reason, asked, state, pendingOutcome} = waiting;
  if (reason === null) return `${workflowId} waits; it does not answer, and has no archive here`;
  const facts = [
    ...(waitingSinceUtc === null ? [] : [`waits ${age(waitingSinceUtc, now)}`]),
    ...(pendingOutcome === null || pendingOutcome === 'fixed' ? [] : [`closes as ${pendingOutcome} if nobody answers`]),
  ];
  const inBrackets = facts.length === 0 ? '' : ` (${facts.join('; ')})`;
  return `${workflowId}: ${state}${inBrackets}\n  why    ${plainLine(reason)}\n  asked  ${plainLine(asked ?? '')}`;
}
