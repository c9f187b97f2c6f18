import {lstat} from 'node:fs/promises';
import {evidenceRoots} from '../../evidence/bundle.ts';
import {type BundleFault, bundleFaults, jobsWithoutBundle, type LonelyJob} from '../../evidence/bundle-faults.ts';
import {type Finding, fail, ok, warn} from './finding.ts';

const GRACE_MS = 60_000;
/** Names that a finding lists. */
const LISTED = 5;

/** Checks that every bundle of the evidence roots can be read, and that every request of the spool has its bundle. */
export async function checkBundles(env: NodeJS.ProcessEnv): Promise<Finding[]> {
  return (await Promise.all(evidenceRoots(env).map(checkRoot))).flat();
}

async function checkRoot(root: string): Promise<Finding[]> {
  // That the evidence root itself is not there is a finding of another check.
  if ((await lstat(root).catch(() => undefined)) === undefined) return [];
  const {bundles, faults} = await bundleFaults(root);
  const lonely = await jobsWithoutBundle(root, GRACE_MS);
  const name = `bundles ${root}`;
  const unreadable = faults.filter(({error}) => error.reason === 'unreadable');
  const others = faults.filter(({error}) => error.reason !== 'unreadable');
  const found = [
    ...(unreadable.length > 0 ? [unreadableFinding(name, unreadable)] : []),
    ...(others.length > 0 ? [malformedFinding(name, others)] : []),
    ...(lonely.length > 0 ? [lonelyFinding(root, lonely)] : []),
  ];
  return found.length > 0 ? found : [ok(name, `every bundle can be read (${bundles}), and every request has its bundle.`)];
}

function unreadableFinding(name: string, faults: readonly BundleFault[]): Finding {
  return fail(
    name,
    `cannot be read: ${listOf(faults.map(({relpath}) => relpath))}. The first: ${faults[0]?.error.message}`,
    'Their cases wait for them, and go on by themselves.',
  );
}

function malformedFinding(name: string, faults: readonly BundleFault[]): Finding {
  return warn(
    name,
    `not as the hooks write them: ${listOf(faults.map(({relpath}) => relpath))}. The first: ${faults[0]?.error.message}`,
    'Move them away; `portwright report --from-logs` makes new bundles of the logs that dsynth still has.',
  );
}

function lonelyFinding(root: string, jobs: readonly LonelyJob[]): Finding {
  return warn(
    `spool ${root}`,
    `without their bundle: ${listOf(jobs.map(({job, bundleId}) => `${job} (${bundleId})`))}.`,
    `Their hook was killed, or the bundles were deleted. \`portwright report --from-logs\` makes new bundles of the logs that dsynth still has; then delete the requests in ${root}/queue.`,
  );
}

function listOf(names: readonly string[]): string {
  const more = names.length - LISTED;
  return `${names.slice(0, LISTED).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
