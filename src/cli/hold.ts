import {type Client, WorkflowExecutionAlreadyStartedError, WorkflowNotFoundError} from '@temporalio/client';
import {type Hold, type HoldState, untilTime} from '../case/operator/hold.ts';
import {table} from '../case/text/table.ts';
import {isOrigin} from '../case/types.ts';
import {held} from '../protocol/hold-port.ts';
import {PortOrigin} from '../protocol/search-attributes.ts';
import {TASK_QUEUE} from '../protocol/task-queue.ts';
import {holdId} from '../protocol/workflow-ids.ts';
import type {Workflows} from '../protocol/workflows.ts';
import {OTHERWISE, withClient} from './client.ts';

export interface HoldOptions {
  readonly by: string;
  readonly reason?: string;
  readonly until?: string;
  readonly json?: boolean;
}

/** `portwright hold [ORIGIN]`: failures of the port start nothing until it is released; without an origin, what is held. */
export async function hold(origin: string | undefined, options: HoldOptions): Promise<void> {
  await withClient(OTHERWISE, (client) =>
    origin === undefined ? list(client, options) : place(client, originOf(origin), options),
  );
}

/** `portwright release ORIGIN`. */
export async function release(origin: string, {by}: {by: string}): Promise<void> {
  await withClient(OTHERWISE, async (client) => {
    const handle = client.workflow.getHandle(holdId(originOf(origin)));
    const answer = await handle.executeUpdate<string, [{by: string}]>('release', {args: [{by}]}).catch((error: unknown) => {
      if (error instanceof WorkflowNotFoundError) throw new Error(`${origin} is not held. \`portwright hold\` lists what is.`);
      throw error;
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
      throw new Error(`${origin} is held already. \`portwright hold\` shows by whom; release it first to change that.`);
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

async function list(client: Client, {json}: HoldOptions): Promise<void> {
  const states: HoldState[] = [];
  for await (const one of client.workflow.list({query: 'WorkflowType = "holdPort" AND ExecutionStatus = "Running"'}))
    states.push(await client.workflow.getHandle(one.workflowId).query(held));
  if (json) return console.log(JSON.stringify(states, null, 2));
  if (states.length === 0) return console.log('No port is held.');
  const rows = states.map((one) => [one.origin, one.by, one.untilUtc?.slice(0, 16) ?? 'released', String(one.count), one.reason]);
  console.log(table([['Origin', 'By', 'Until', 'Failures', 'Reason'], ...rows]));
}

function originOf(text: string): string {
  if (isOrigin(text)) return text;
  throw new Error(`A hold is for an origin, as net/foo, with all its flavors and targets; got ${JSON.stringify(text)}.`);
}
