import {guardDiff} from '../../../../src/case/guard/index.ts';
import type {Judged} from '../figures.ts';
import {OF_MAKE} from './of-make.ts';
import {OF_OVERLAY} from './of-overlay.ts';
import {OF_PATCHES} from './of-patches.ts';
import {OF_VALUES} from './of-values.ts';
import {ORIGIN} from './write.ts';

/** Hostile or lazy diffs by kind. An operator has to decide on each of them, or it is refused. */
export const HOSTILE_DIFFS: Readonly<Record<string, readonly string[]>> = {
  ...OF_MAKE,
  ...OF_OVERLAY,
  ...OF_PATCHES,
  ...OF_VALUES,
};

/** Judges every hostile diff by the rules over the diff alone; one that they let pass escaped. */
export function judgeDiffs(): Judged[] {
  return Object.entries(HOSTILE_DIFFS).flatMap(([kind, diffs]) =>
    diffs.map((diff) => {
      const findings = guardDiff(diff, ORIGIN, {failedPatches: new Set()});
      const isStopped = findings.some(({severity}) => severity !== 'note');
      return {
        input: `${kind}: ${diff}`,
        verdict: isStopped ? 'refused' : 'escaped',
        seen: findings.map(({rule}) => rule).join(' '),
      };
    }),
  );
}
