import {type Client, WorkflowExecutionAlreadyStartedError, WorkflowNotFoundError} from '@temporalio/client';
import {type Hold, type HoldState, untilTime} from '../case/operator/hold.ts';
import {isOrigin} from '../case/types.ts';
import {held, release as releaseHold} from '../protocol/hold-port.ts';
import {PortOrigin} from '../protocol/search-attributes.ts';
import {TASK_QUEUE} from '../protocol/task-queue.ts';
import {holdId} from '../protocol/workflow-ids.ts';
import type {Workflows} from '../protocol/workflows.ts';
import {tryQuery} from '../report/try-query.ts';
import {ANSWER_MS, noAnswer, updateWorkflow} from '../report/worker-answer.ts';
import {START_TEMPORAL, withClient} from './client.ts';
import {terminalTable} from './terminal.ts';
import {UsageError} from './usage-error.ts';
import {withWaitHint} from './wait-hint.ts';

export interface HoldOptions {
  readonly by: string;
  readonly reason?: string;
  readonly until?: string;
  readonly json?: boolean;
}

/** `portwright hold [ORIGIN]`: failures of the port start nothing until it is released; without an origin, what is held. */
export async function hold(origin: string | undefined, options: HoldOptions): Promise<void> {
  await withClient(START_TEMPORAL, (client) =>
    origin === undefined ? list(client, options) : place(client, originOf(origin), options),
  );
}

/** `portwright release ORIGIN`: ends a hold. Throws within 5 s if no worker answers, unless `wait` is set. */
export async function release(origin: string, {by, wait}: {by: string; wait?: boolean}): Promise<void> {
  await withClient(START_TEMPORAL, async (client) => {
    const answer = await updateWorkflow(client, holdId(originOf(origin)), releaseHold, [{by}], wait).catch((error: unknown) => {
      if (error instanceof WorkflowNotFoundError) throw new Error(`${origin} is not held. \`portwright hold\` lists the holds.`);
      return withWaitHint(error);
    });
    console.log(answer);
  });
}

async function place(client: Client, origin: string, {by, reason = 'no reason given', until}: HoldOptions): Promise<void> {
  const untilUtc = until === undefined ? {} : {untilUtc: untilTime(until, Date.now())};
  const held: Hold = {origin, by, reason, sinceUtc: new Date().toISOString(), ...untilUtc};
  await client.workflow
    .start<Workflows['holdPort']>('holdPort', {
      workflowId: holdId(origin),
      taskQueue: TASK_QUEUE,
      args: [held],
      workflowIdConflictPolicy: 'FAIL',
      staticSummary: `held by ${by}: ${reason}`.slice(0, 190),
      typedSearchAttributes: [{key: PortOrigin, value: origin}],
    })
    .catch((error: unknown) => {
      if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
      throw new Error(`${origin} is held already. \`portwright hold\` shows by whom; release it first to change it.`);
    });
  console.log(
    `${origin} is held ${held.untilUtc === undefined ? 'until you release it' : `until ${held.untilUtc}`}; its failures start nothing.`,
  );
  for (const id of await openCases(client, origin))
    console.log(`${id} is open and goes on. Escalate or resolve it to stop that.`);
}

async function openCases(client: Client, origin: string): Promise<string[]> {
  const found: string[] = [];
  const query = `WorkflowType = "portCase" AND ExecutionStatus = "Running" AND PortOrigin = "${origin}"`;
  for await (const one of client.workflow.list({query})) found.push(one.workflowId);
  return found;
}

/** A hold as it is listed; what only its workflow knows is null where that does not answer. */
interface ListedHold extends Pick<HoldState, 'origin'> {
  readonly by: string | null;
  readonly untilUtc?: string | undefined;
  readonly count: number | null;
  readonly reason: string;
}

async function list(client: Client, {json}: HoldOptions): Promise<void> {
  const ids = await client.withDeadline(Date.now() + ANSWER_MS, () => openHolds(client));
  const answers = await Promise.all(ids.map((workflowId) => tryQuery(client, {workflowId}, held, ANSWER_MS)));
  const holds = await Promise.all(ids.map(async (id, at) => answers[at] ?? describeHold(client, id)));
  if (json) console.log(JSON.stringify(holds, null, 2));
  else console.log(holds.length === 0 ? 'No port is held.' : terminalTable([HEAD, ...holds.map(rowOf)]));
  const silent = ids.find((_, at) => answers[at] === undefined);
  if (silent !== undefined) console.error((await noAnswer(client, silent, 'Shown is what the server has of it.')).message);
}

const HEAD = ['Origin', 'By', 'Until', 'Failures', 'Reason'];

function rowOf({origin, by, untilUtc, count, reason}: ListedHold): string[] {
  return [origin, by ?? '-', untilUtc?.slice(0, 16) ?? 'released', String(count ?? '-'), reason];
}

async function openHolds(client: Client): Promise<string[]> {
  const found: string[] = [];
  for await (const one of client.workflow.list({query: 'WorkflowType = "holdPort" AND ExecutionStatus = "Running"'}))
    found.push(one.workflowId);
  return found;
}

/** Returns a hold by its workflow's summary, which the server has without a worker. */
async function describeHold(client: Client, workflowId: string): Promise<ListedHold> {
  const described = await client.workflow.getHandle(workflowId).describe();
  const origin = String(described.searchAttributes[PortOrigin.name]?.[0] ?? workflowId);
  return {origin, by: null, count: null, reason: (await described.staticSummary()) ?? 'not known'};
}

function originOf(text: string): string {
  if (isOrigin(text)) return text;
  throw new UsageError(`A hold is for an origin, as net/foo, with all its flavors and targets; got ${JSON.stringify(text)}.`);
}
