import type {Client} from '@temporalio/client';
import type {ActionName} from '../case/operator/actions.ts';
import {caseText} from '../case/review/case-text.ts';
import type {CaseStatus} from '../case/status.ts';
import {age} from '../case/text/age.ts';
import {plainText} from '../case/text/plain-text.ts';
import {table} from '../case/text/table.ts';
import {isCaseId} from '../protocol/workflow-ids.ts';
import {sendOperatorMessage} from '../report/send-operator-message.ts';
import {OTHERWISE, withClient} from './client.ts';
import {askWaiting, waitingText} from './waiting.ts';

interface Listed {
  readonly workflowId: string;
  readonly phase: string;
  readonly tier: string;
  readonly classification: string;
  readonly sinceUtc: string;
}

const OPEN = 'ExecutionStatus = "Running"';

/** `portwright cases`: the open cases, or those that wait for an operator. */
export async function cases(options: {waiting?: boolean; json?: boolean}): Promise<void> {
  await withClient(OTHERWISE, async (client) => {
    if (options.waiting) return waiting(client, options);
    const open = await list(client, OPEN);
    if (options.json) return console.log(JSON.stringify(open, null, 2));
    if (open.length === 0) return console.log('No case is open.');
    const rows = open.map((one) => [one.workflowId, one.phase, one.tier, one.classification, age(one.sinceUtc, Date.now())]);
    console.log(table([['Case', 'Phase', 'Tier', 'Class', 'Open for'], ...rows]));
  });
}

async function waiting(client: Client, {json}: {json?: boolean}): Promise<void> {
  const open = await list(client, `${OPEN} AND PortPhase = "awaiting-operator"`);
  const asked = await askWaiting(
    client,
    open.map((one) => one.workflowId),
  );
  const merged = asked.map((one) => ({...open.find(({workflowId}) => workflowId === one.workflowId), ...one}));
  console.log(json ? JSON.stringify(merged, null, 2) : waitingText(asked, Date.now()));
}

/** `portwright show CASE`: what failed, what was tried, where it is. */
export async function show(name: string, options: {json?: boolean}): Promise<void> {
  await withClient(OTHERWISE, async (client) => {
    const handle = client.workflow.getHandle(await findCase(client, name));
    const status = await handle.query<CaseStatus>('status');
    console.log(options.json ? JSON.stringify(status, null, 2) : plainText(caseText(status)));
  });
}

/** Sends an operator's action to a case, and prints the answer. Throws an Error with the refusal of the case. */
export async function send(name: string, action: ActionName, input: object): Promise<void> {
  await withClient(OTHERWISE, async (client) => {
    console.log(await sendOperatorMessage(client, await findCase(client, name), action, input));
  });
}

/**
 * Workflow id of a case by its id, or by its port's origin, with `@flavor`: the open one, else the latest. Throws if there is
 * none, or if the port has open cases for several targets.
 */
export async function findCase(client: Client, name: string): Promise<string> {
  if (isCaseId(name)) return name;
  const [origin = '', flavor] = name.split('@');
  if (/["'\\]/.test(name))
    throw new Error(`A case is named by its id or its origin, as net/foo or net/foo@py311; got ${JSON.stringify(name)}.`);
  const found = (await list(client, `PortOrigin = "${origin}"`)).filter(
    (one) => one.workflowId.endsWith(`:${name}`) || (flavor === undefined && one.workflowId.endsWith(`:${origin}`)),
  );
  const open = found.filter((one) => one.phase !== 'closed');
  const ids = [...new Set((open.length > 0 ? open : found.slice(0, 1)).map((one) => one.workflowId))];
  if (ids.length === 1) return ids[0] as string;
  if (ids.length === 0) throw new Error(`There is no case of ${name}. \`portwright cases\` lists the open ones.`);
  throw new Error(`${name} has several open cases; name one of ${ids.join(', ')}.`);
}

/** Cases by a visibility query, latest first. */
async function list(client: Client, query: string): Promise<Listed[]> {
  const found: Listed[] = [];
  for await (const one of client.workflow.list({query: `WorkflowType = "portCase" AND ${query}`})) {
    const word = (key: string): string => String(one.searchAttributes[key]?.[0] ?? '-');
    const phase = one.status.name === 'RUNNING' ? word('PortPhase') : 'closed';
    found.push({
      workflowId: one.workflowId,
      phase,
      tier: word('PortTier'),
      classification: word('PortClassification'),
      sinceUtc: one.startTime.toISOString(),
    });
  }
  return found;
}
