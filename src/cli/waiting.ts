import type {Client} from '@temporalio/client';
import {operatorInstruction} from '../case/review/handoff.ts';
import {age} from '../case/text/age.ts';
import {plainLine} from '../case/text/plain-text.ts';
import type {Outcome} from '../case/types.ts';
import {status} from '../protocol/port-case.ts';
import {tryQuery} from '../report/try-query.ts';

/** A case that waits for an operator. What only the case itself knows is null where it does not answer. */
export interface WaitingCase {
  readonly workflowId: string;
  /** ISO 8601; the wait's own begin, not the case's. */
  readonly waitingSinceUtc: string | null;
  readonly reason: string | null;
  readonly asked: string | null;
  /** What it closes as if nobody comes; `fixed` means a proved fix to be reviewed. */
  readonly pendingOutcome: Outcome | null;
}

const QUERY_MS = 5000;
const AT_ONCE = 8;

/** Asks each of the waiting cases, some at a time; those that wait longest come first. */
export async function askWaiting(client: Client, ids: readonly string[]): Promise<WaitingCase[]> {
  const found: WaitingCase[] = [];
  for (let at = 0; at < ids.length; at += AT_ONCE)
    found.push(...(await Promise.all(ids.slice(at, at + AT_ONCE).map((id) => askOne(client, id)))));
  return longestFirst(found);
}

/** Those that wait longest first; before them those that do not answer. */
export function longestFirst(waiting: readonly WaitingCase[]): WaitingCase[] {
  return [...waiting].sort((a, b) => (a.waitingSinceUtc ?? '').localeCompare(b.waitingSinceUtc ?? ''));
}

async function askOne(client: Client, workflowId: string): Promise<WaitingCase> {
  const known = await tryQuery(client, {workflowId}, status, QUERY_MS);
  if (known === undefined) return {workflowId, waitingSinceUtc: null, reason: null, asked: null, pendingOutcome: null};
  const {waitingSinceUtc, reason, pendingOutcome} = known;
  return {workflowId, waitingSinceUtc: waitingSinceUtc ?? null, reason, asked: operatorInstruction(known), pendingOutcome};
}

/** For people: who waits, how long, for what, and what is asked of them. `now` in milliseconds. */
export function waitingText(waiting: readonly WaitingCase[], now: number): string {
  if (waiting.length === 0) return 'No case waits for an operator.';
  return waiting.map((one) => waitingPart(one, now)).join('\n\n');
}

function waitingPart({workflowId, waitingSinceUtc, reason, asked, pendingOutcome}: WaitingCase, now: number): string {
  if (reason === null) return `${workflowId} waits, and does not answer: is a worker running? \`portwright doctor\` looks.`;
  const since = waitingSinceUtc === null ? '' : ` for ${age(waitingSinceUtc, now)}`;
  const as = pendingOutcome === 'fixed' ? 'a proved fix to review' : `closes as ${pendingOutcome} if left alone`;
  return `${workflowId} waits${since}; ${as}\n  why    ${plainLine(reason)}\n  asked  ${plainLine(asked ?? '')}`;
}
