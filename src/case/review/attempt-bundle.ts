import type {AttemptResult, CaseStatus} from '../status.ts';
import type {BundleRef} from '../types.ts';

/**
 * Returns the bundle whose analysis/ has the artifacts of an attempt, the last one unless given. A failure that joined the case later has a
 * bundle without them. Attempts of old archives do not name theirs, and a case without attempts has none: then the bundle that is
 * worked on is returned. Undefined only for a case without bundles.
 */
export function bundleOfAttempt(
  status: Pick<CaseStatus, 'attempts' | 'bundle' | 'bundles'>,
  attempt: Pick<AttemptResult, 'bundle'> | undefined = status.attempts.at(-1),
): BundleRef | undefined {
  return attempt?.bundle ?? status.bundle ?? status.bundles.at(-1);
}

/** Reports in one sentence which of a case's bundles is used; undefined for a case with fewer than two. */
export function severalBundles(status: Pick<CaseStatus, 'bundles'>, used: BundleRef): string | undefined {
  const {bundles} = status;
  if (bundles.length < 2) return undefined;
  const others = bundles.filter((one) => one.bundleId !== used.bundleId || one.runId !== used.runId);
  return `The case has ${bundles.length} bundles; this is from ${used.bundleId}, not from ${others.map((one) => one.bundleId).join(', ')}.`;
}
