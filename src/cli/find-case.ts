import type {Client, WorkflowExecutionInfo} from '@temporalio/client';
import {type CaseState, caseState} from '../case/review/case-state.ts';
import {OUTCOMES, type Outcome} from '../case/types.ts';
import {PortClassification, PortOutcome, PortPhase, PortTier} from '../protocol/search-attributes.ts';
import {isCaseId} from '../protocol/workflow-ids.ts';
import {ANSWER_MS} from '../report/worker-answer.ts';
import {UsageError} from './usage-error.ts';

/** A case by its search attributes, which the server has without a worker; `-` for one that is not set. */
export interface ListedCase {
  readonly workflowId: string;
  readonly runId: string;
  readonly phase: string;
  readonly tier: string;
  readonly classification: string;
  readonly outcome: string;
  readonly sinceUtc: string;
}

/** A name fits several cases: the message lists them. */
export class SeveralCases extends Error {
  override readonly name = 'SeveralCases';
}

/** Visibility query for cases that are open. */
export const OPEN = 'ExecutionStatus = "Running"';

/**
 * Returns the workflow id of a case by its id, or by its port's origin, with `@flavor`: the open one, else the latest. Throws if there is
 * none, and a `SeveralCases` if the port has open cases for several targets.
 */
export async function findCase(client: Client, name: string): Promise<string> {
  if (isCaseId(name)) return name;
  const [origin = '', flavor] = name.split('@');
  if (/["'\\]/.test(name))
    throw new UsageError(`A case is named by its id or its origin, as net/foo or net/foo@py311; got ${JSON.stringify(name)}.`);
  const found = (await listCases(client, `PortOrigin = "${origin}"`)).filter(
    (one) => one.workflowId.endsWith(`:${name}`) || (flavor === undefined && one.workflowId.endsWith(`:${origin}`)),
  );
  const open = found.filter((one) => one.phase !== 'closed');
  const ids = [...new Set((open.length > 0 ? open : found.slice(0, 1)).map((one) => one.workflowId))];
  if (ids.length === 1) return ids[0] as string;
  if (ids.length === 0) throw new Error(`There is no case of ${name}. \`portwright cases\` lists the open ones.`);
  throw new SeveralCases(`${name} has several open cases; name one of ${ids.join(', ')}.`);
}

/** Lists cases by a visibility query, latest first. */
export async function listCases(client: Client, query: string): Promise<ListedCase[]> {
  return client.withDeadline(Date.now() + ANSWER_MS, async () => {
    const found: ListedCase[] = [];
    for await (const one of client.workflow.list({query: `WorkflowType = "portCase" AND ${query}`})) found.push(toListed(one));
    return found;
  });
}

/** Returns the latest case of a workflow id by its search attributes. Throws a `WorkflowNotFoundError` if there is none. */
export async function describeCase(client: Client, workflowId: string): Promise<ListedCase> {
  const handle = client.workflow.getHandle(workflowId);
  return toListed(await client.withDeadline(Date.now() + ANSWER_MS, () => handle.describe()));
}

/** Returns the state of a case by its search attributes: while it waits, its outcome is the outcome that it closes with. */
export function listedState({phase, outcome, classification}: ListedCase): CaseState {
  const isKnown = OUTCOMES.some((one) => one === outcome);
  const found = isKnown ? (outcome as Outcome) : null;
  const waits = phase === 'awaiting-operator';
  return caseState({phase, outcome: waits ? null : found, pendingOutcome: waits ? found : null, classification});
}

function toListed(one: Omit<WorkflowExecutionInfo, 'raw'>): ListedCase {
  const value = ({name}: {readonly name: string}): string => String(one.searchAttributes[name]?.[0] ?? '-');
  return {
    workflowId: one.workflowId,
    runId: one.runId,
    phase: one.status.name === 'RUNNING' ? value(PortPhase) : 'closed',
    tier: value(PortTier),
    classification: value(PortClassification),
    outcome: value(PortOutcome),
    sinceUtc: one.startTime.toISOString(),
  };
}
