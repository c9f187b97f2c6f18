import type {Client} from '@temporalio/client';
import {TASK_QUEUE} from '../../protocol/task-queue.ts';
import {SEARCH_ATTRIBUTE_NAMES} from '../../worker/search-attributes.ts';
import {TemporalUnreachable, temporalPlace, withClient} from '../client.ts';
import {type Finding, fail, ok, warn} from './finding.ts';

const ANSWER_MS = 5000;
/** A worker asks for tasks at least once a minute. */
const POLLED_MS = 120_000;
/** `TASK_QUEUE_TYPE_WORKFLOW` and `_ACTIVITY` of Temporal's API. */
const QUEUES = [
  {type: 1, kind: 'workflows'},
  {type: 2, kind: 'activities'},
] as const;

/** The server, the namespace with its search attributes, and whether a worker asks for work. */
export async function checkTemporal(): Promise<Finding[]> {
  const {address, namespace} = await temporalPlace();
  try {
    return await withClient(
      '',
      (client) => client.withDeadline(Date.now() + ANSWER_MS, () => all(client, address, namespace)),
      '3s',
    );
  } catch (error) {
    if (!(error instanceof TemporalUnreachable)) throw error;
    return [fail('temporal', error.message.trim(), 'Start `portwright up`, or mend TEMPORAL_ADDRESS or temporal.toml.')];
  }
}

async function all(client: Client, address: string, namespace: string): Promise<Finding[]> {
  const missing = await client.workflowService.describeNamespace({namespace}).then(
    () => undefined,
    (error: Error) => error.message,
  );
  if (missing !== undefined)
    return [
      fail(
        'namespace',
        `${namespace} at ${address}: ${missing}.`,
        `Create it: temporal operator namespace create ${namespace}; or mend TEMPORAL_NAMESPACE.`,
      ),
    ];
  return [
    ok('temporal', `${address}, namespace ${namespace}.`),
    await searchAttributes(client, namespace),
    ...(await workers(client, namespace)),
  ];
}

async function searchAttributes(client: Client, namespace: string): Promise<Finding> {
  const name = 'search attributes';
  try {
    const {customAttributes} = await client.connection.operatorService.listSearchAttributes({namespace});
    const missing = SEARCH_ATTRIBUTE_NAMES.filter((one) => !(one in (customAttributes ?? {})));
    if (missing.length === 0) return ok(name, `all ${SEARCH_ATTRIBUTE_NAMES.length} are there.`);
    const create = missing.map(
      (one) => `temporal operator search-attribute create --namespace ${namespace} --name ${one} --type Keyword`,
    );
    return fail(
      name,
      `${missing.join(', ')} are not there; cases cannot start.`,
      `\`portwright up\` adds them, or run: ${create.join('; ')}`,
    );
  } catch (error) {
    return warn(name, `they cannot be listed (${(error as Error).message}).`, 'Look at them in the Web UI of the namespace.');
  }
}

async function workers(client: Client, namespace: string): Promise<Finding[]> {
  const polled = QUEUES.map(async ({type, kind}) => {
    const {pollers} = await client.workflowService.describeTaskQueue({
      namespace,
      taskQueue: {name: TASK_QUEUE},
      taskQueueType: type,
    });
    const fresh = (pollers ?? []).filter(
      ({lastAccessTime}) => Date.now() - Number(lastAccessTime?.seconds ?? 0) * 1000 < POLLED_MS,
    );
    return {kind, who: [...new Set(fresh.map(({identity}) => identity ?? 'unnamed'))]};
  });
  return (await Promise.all(polled)).map(({kind, who}) =>
    who.length > 0
      ? ok('worker', `${who.join(', ')} asks for ${kind}.`)
      : fail(
          'worker',
          `nobody asks the task queue ${TASK_QUEUE} for ${kind}; cases stand still.`,
          'Start `portwright up` or `portwright worker`.',
        ),
  );
}
