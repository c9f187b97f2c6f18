import type {Client} from '@temporalio/client';
import {evidenceRoots} from '../../evidence/bundle.ts';
import {TASK_QUEUE} from '../../protocol/task-queue.ts';
import {freshPollers, type Polled} from '../../report/pollers.ts';
import {isAmong, publishedRoots} from '../../report/worker-roots.ts';
import {SEARCH_ATTRIBUTE_NAMES} from '../../worker/search-attributes.ts';
import {TemporalUnreachable, temporalPlace, withClient} from '../client.ts';
import {type Finding, fail, ok, warn} from './finding.ts';

const ANSWER_MS = 5000;

/** Checks the server, the namespace with its search attributes, and whether a worker polls and reads the evidence of this shell. */
export async function checkTemporal(): Promise<Finding[]> {
  const {address, namespace} = await temporalPlace();
  try {
    return await withClient('', (client) =>
      client.withDeadline(Date.now() + ANSWER_MS, () => checkCluster(client, address, namespace)),
    );
  } catch (error) {
    if (!(error instanceof TemporalUnreachable)) throw error;
    return [fail('temporal', error.message.trim(), 'Start `portwright up`, or correct TEMPORAL_ADDRESS or temporal.toml.')];
  }
}

async function checkCluster(client: Client, address: string, namespace: string): Promise<Finding[]> {
  const missing = await client.workflowService.describeNamespace({namespace}).then(
    () => undefined,
    (error: Error) => error.message,
  );
  if (missing !== undefined)
    return [
      fail(
        'namespace',
        `${namespace} at ${address}: ${missing}.`,
        `Create it: temporal operator namespace create ${namespace}; or correct TEMPORAL_NAMESPACE.`,
      ),
    ];
  return [
    ok('temporal', `${address}, namespace ${namespace}.`),
    await searchAttributes(client, namespace),
    ...(await checkWorkers(client)),
    ...(await checkWorkerRoots(client)),
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
    return warn(name, `they cannot be listed (${(error as Error).message}).`, 'Check them in the Web UI of the namespace.');
  }
}

async function checkWorkers(client: Client): Promise<Finding[]> {
  const kinds: readonly Polled[] = ['workflows', 'activities'];
  const polled = kinds.map(async (kind) => ({kind, pollers: await freshPollers(client, kind)}));
  return (await Promise.all(polled)).map(({kind, pollers}) =>
    pollers.length > 0
      ? ok('worker', `${pollers.join(', ')} polls for ${kind}.`)
      : fail(
          'worker',
          `no worker polls the task queue ${TASK_QUEUE} for ${kind}; cases stand still.`,
          'Start `portwright up` or `portwright worker`.',
        ),
  );
}

/** Commands of this shell read and write other evidence than the worker if LOGS_ROOT differs. */
async function checkWorkerRoots(client: Client): Promise<Finding[]> {
  const published = await publishedRoots(client);
  if (published === undefined) return [];
  const own = evidenceRoots(process.env);
  const same = await Promise.all(own.map((root) => isAmong(root, published)));
  if (same.every(Boolean)) return [ok('worker evidence', `the worker reads ${published.join(', ')}.`)];
  return [
    warn(
      'worker evidence',
      `the worker reads ${published.join(', ')}; LOGS_ROOT of this shell has ${own.join(', ')}.`,
      'Set LOGS_ROOT to the worker’s, or start the worker with that of this shell.',
    ),
  ];
}
