import type {EarlierCase} from '../status.ts';
import type {EffectivePolicy} from './policy.ts';

const HOUR = 3_600_000;

/**
 * Returns why a failure goes to MANUAL before a model is used, or undefined. Limits the cost of a port that fails repeatedly.
 * Source: DESIGN, `repeats`; contract, section 13 (paired jobs in a loop).
 *
 * @param now milliseconds
 */
export function repeatedFailure(
  limits: EffectivePolicy['repeats'],
  earlier: readonly EarlierCase[],
  signature: string,
  now: number,
): string | undefined {
  const recent = earlier.filter((one) => now - Date.parse(one.closedUtc) <= limits.window_hours * HOUR);
  const within = `in the last ${limits.window_hours} hours`;
  const worked = recent.filter((one) => one.attempts > 0).length;
  if (worked >= limits.attempts) return `a model has worked on ${worked} cases of this port ${within}`;
  const same = signature === '' ? 0 : recent.filter((one) => one.signature === signature).length;
  if (same >= limits.same_signature) return `${same} cases of this port had the same failure ${within}`;
  const failures = 1 + recent.reduce((sum, one) => sum + one.bundles, 0);
  return failures >= limits.bundles ? `this port has failed ${failures} times ${within}` : undefined;
}
