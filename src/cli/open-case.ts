import {bundleOfAttempt, severalBundles} from '../case/review/attempt-bundle.ts';
import type {AttemptResult, CaseStatus} from '../case/status.ts';
import type {BundleRef} from '../case/types.ts';
import {type ArchivedBundle, archivedBundles, archivedCase, isNamed} from '../evidence/archives.ts';
import {findBundle} from '../evidence/bundle.ts';
import {RecordStore} from '../evidence/store.ts';
import {caseId} from '../protocol/workflow-ids.ts';
import {askCase} from './ask-case.ts';
import {rootsToRead} from './roots.ts';

/** A bundle of a case on disk. */
export interface OpenedBundle {
  readonly bundle: BundleRef;
  readonly dir: string;
  readonly store: RecordStore;
}

/** A case for reading: its status, and the bundle that it works on. */
export interface OpenedCase extends OpenedBundle {
  readonly id: string;
  /** By the case itself, or by its archive; undefined if only the bundle is there. */
  readonly status: CaseStatus | undefined;
}

/**
 * Opens a case by its id or origin. The case itself answers if Temporal and a worker do; else the newest bundle of that
 * port is read, with the archive in it, and stderr has the reason. Throws if there is neither.
 */
export async function openCase(name: string): Promise<OpenedCase> {
  const roots = rootsToRead();
  const answer = await askCase(name);
  if ('status' in answer) {
    const {status} = answer;
    const bundle = status.bundle ?? status.bundles.at(-1);
    if (bundle === undefined) throw new Error(`${status.workflowId} has no bundle yet. Try again in a moment.`);
    return {id: status.workflowId, status, ...(await openBundle(bundle))};
  }
  const bundles = await bundlesNamed(roots, name);
  const found = newest(bundles, name, roots, answer.problem);
  console.error(`From the evidence on disk, since the case does not answer: ${answer.problem}`);
  const status = await newestArchive(bundles);
  const id = status?.workflowId ?? caseId(found.report);
  return {id, status, bundle: found.report, dir: found.dir, store: new RecordStore(found.root)};
}

/**
 * Opens the bundle that has the artifacts of an attempt, the last one unless given. A case with several bundles is reported on stderr,
 * with the one that is used.
 */
export async function openAttemptBundle(opened: OpenedCase, attempt?: AttemptResult): Promise<OpenedBundle> {
  const {status} = opened;
  if (status === undefined) return opened;
  const bundle = bundleOfAttempt(status, attempt) ?? opened.bundle;
  const note = severalBundles(status, bundle);
  if (note !== undefined) console.error(note);
  const isOpen = bundle.bundleId === opened.bundle.bundleId && bundle.runId === opened.bundle.runId;
  return isOpen ? opened : openBundle(bundle);
}

async function openBundle(bundle: BundleRef): Promise<OpenedBundle> {
  const {dir, root} = await findBundle(rootsToRead(), bundle);
  return {bundle, dir, store: new RecordStore(root)};
}

/** Returns the bundles of the port that an id or an origin names, newest first; those without a flavor, if there are any. */
export async function bundlesNamed(roots: readonly string[], name: string): Promise<ArchivedBundle[]> {
  const named = (await archivedBundles(roots)).filter(({report}) => isNamed(report, name));
  const unflavored = named.filter(({report}) => report.flavor === undefined);
  return unflavored.length > 0 ? unflavored : named;
}

/** Returns the archive in the newest bundle, or that of an open case whose bundle came before: a failure that joins has none at first. */
async function newestArchive(bundles: readonly ArchivedBundle[]): Promise<CaseStatus | undefined> {
  for (const [at, {dir}] of bundles.entries()) {
    const status = await archivedCase(dir);
    if (status !== undefined) return at === 0 || status.outcome === null ? status : undefined;
  }
  return undefined;
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
