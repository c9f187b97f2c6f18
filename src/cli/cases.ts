import type {Client} from '@temporalio/client';
import type {ActionName} from '../case/operator/actions.ts';
import {stateLabel} from '../case/review/case-state.ts';
import {age} from '../case/text/age.ts';
import {sendOperatorMessage} from '../report/send-operator-message.ts';
import {missingWorker} from '../report/worker-answer.ts';
import {START_TEMPORAL, withClient} from './client.ts';
import {findCase, listCases, listedState, OPEN} from './find-case.ts';
import {commandLogin} from './login-name.ts';
import {terminalTable} from './terminal.ts';
import {withWaitHint} from './wait-hint.ts';
import {askWaiting, waitingText} from './waiting.ts';

/** `portwright cases`: the open cases, or those that wait for an operator. */
export async function cases(options: {waiting?: boolean; json?: boolean}): Promise<void> {
  await withClient(START_TEMPORAL, async (client) => {
    if (options.waiting) return waiting(client, options);
    const open = await listCases(client, OPEN);
    if (options.json) return console.log(JSON.stringify(open, null, 2));
    if (open.length === 0) return console.log('No case is open.');
    const rows = open.map((one) => [
      one.workflowId,
      stateLabel(listedState(one)),
      one.tier,
      one.classification,
      age(one.sinceUtc, Date.now()),
    ]);
    console.log(terminalTable([['Case', 'State', 'Tier', 'Class', 'Open for'], ...rows]));
    const missing = await missingWorker(client);
    if (missing !== undefined) console.error(missing);
  });
}

async function waiting(client: Client, {json}: {json?: boolean}): Promise<void> {
  const open = await listCases(client, `${OPEN} AND PortPhase = "awaiting-operator"`);
  const {waiting: found, problem} = await askWaiting(client, open);
  const merged = found.map((one) => ({...open.find(({workflowId}) => workflowId === one.workflowId), ...one}));
  console.log(json ? JSON.stringify(merged, null, 2) : waitingText(found, Date.now()));
  if (problem !== undefined) console.error(problem);
}

/** Sends an operator's action to a case, and prints the answer. Throws an Error with the refusal of the case, or if no worker answers. */
export async function send(name: string, action: ActionName, input: object, options: {wait?: boolean} = {}): Promise<void> {
  await withClient(START_TEMPORAL, async (client) => {
    console.log(
      await sendOperatorMessage(client, await findCase(client, name), action, {...input, login: commandLogin()}, options).catch(
        withWaitHint,
      ),
    );
  });
}
