import type {CaseStatus} from '../case/status.ts';
import type {BundleRef} from '../case/types.ts';
import {type ArchivedBundle, archivedBundles, archivedCase, isNamed} from '../evidence/archives.ts';
import {findBundle} from '../evidence/bundle.ts';
import {RecordStore} from '../evidence/store.ts';
import {caseId} from '../protocol/workflow-ids.ts';
import {findCase} from './cases.ts';
import {withClient} from './client.ts';
import {rootsToRead} from './roots.ts';

/** A case for reading: what it says of itself, and the bundle that it works on. */
export interface OpenedCase {
  readonly id: string;
  /** By the case itself, or by its archive; undefined if only the bundle is there. */
  readonly status: CaseStatus | undefined;
  readonly bundle: BundleRef;
  readonly dir: string;
  readonly store: RecordStore;
}

const QUERY_MS = 5000;

/**
 * Opens a case by its id or origin. The case itself answers if Temporal and a worker do; else the newest bundle of that
 * port, with the archive in it, and stderr says so. Throws if neither knows it.
 */
export async function openCase(name: string): Promise<OpenedCase> {
  const roots = rootsToRead();
  const asked = await askCase(name);
  if ('status' in asked) {
    const {status} = asked;
    const bundle = status.bundle ?? status.bundles.at(-1);
    if (bundle === undefined) throw new Error(`${status.workflowId} has no bundle yet. Look again in a moment.`);
    const {dir, root} = await findBundle(roots, bundle);
    return {id: status.workflowId, status, bundle, dir, store: new RecordStore(root)};
  }
  const kept = newest(await bundlesOf(roots, name), name, roots, asked.problem);
  console.error(`From the evidence on disk, since the case does not answer: ${asked.problem}`);
  const status = await archivedCase(kept.dir);
  const id = status?.workflowId ?? caseId(kept.report);
  return {id, status, bundle: kept.report, dir: kept.dir, store: new RecordStore(kept.root)};
}

async function askCase(name: string): Promise<{status: CaseStatus} | {problem: string}> {
  const ask = withClient(
    '',
    async (client) => {
      const id = await findCase(client, name);
      const query = (): Promise<CaseStatus> => client.workflow.getHandle(id).query<CaseStatus>('status');
      return {status: await client.withDeadline(Date.now() + QUERY_MS, query)};
    },
    '3s',
  );
  return ask.catch((error: Error) => ({problem: error.message.trim()}));
}

async function bundlesOf(roots: readonly string[], name: string): Promise<ArchivedBundle[]> {
  const named = (await archivedBundles(roots)).filter(({report}) => isNamed(report, name));
  const unflavored = named.filter(({report}) => report.flavor === undefined);
  return unflavored.length > 0 ? unflavored : named;
}

function newest(bundles: readonly ArchivedBundle[], name: string, roots: readonly string[], problem: string): ArchivedBundle {
  const ids = [...new Set(bundles.map(({report}) => caseId(report)))];
  if (ids.length > 1) throw new Error(`${name} may be any of ${ids.join(', ')}. Name one of them.`);
  const [first] = bundles;
  if (first !== undefined) return first;
  throw new Error(
    `There is nothing of ${JSON.stringify(name)}: ${problem} And no bundle of it is below ${roots.join(', ')}; LOGS_ROOT names dsynth's log directories.`,
  );
}
