import type {Fault} from './clean.ts';
import {isCleanFix} from './figures.ts';
import {ALL_STEPS} from './observe.ts';
import type {RepairScript, ScriptedVerdict} from './repair-script.ts';
import type {EvalReport} from './report.ts';
import type {FalseFix, ScoredCase} from './score.ts';

/** Kinds of faults that a scripted corpus must have proved at least once. */
const FAULTS: readonly (Fault | FalseFix)[] = [
  'no effect',
  'literal for a token',
  'edit by a command',
  'edit beside the cause',
  'forbidden form',
];

/** Returns the verdict on a case in the terms of a script. */
export function verdictOf(row: ScoredCase): ScriptedVerdict {
  if (!row.proved) return 'not fixed';
  if (row.wrong.length > 0) return 'false';
  return isCleanFix(row) ? 'clean' : 'not clean';
}

/**
 * Returns what a scripted evaluation did not show: steps and faults that no case went through, and cases with another verdict than
 * their script claims. `scripts` are by name of the case.
 */
export function findGaps({cases}: Pick<EvalReport, 'cases'>, scripts: ReadonlyMap<string, RepairScript>): string[] {
  const steps = new Set(cases.flatMap((row) => row.steps ?? []));
  const faults = new Set(cases.flatMap((row) => row.faults ?? []));
  return [
    ...ALL_STEPS.filter((step) => !steps.has(step)).map((step) => `No case went through the step "${step}".`),
    ...FAULTS.filter((fault) => !faults.has(fault)).map((fault) => `No case was proved with the fault "${fault}".`),
    ...cases.flatMap((row) => {
      const claimed = scripts.get(row.name)?.verdict;
      const verdict = verdictOf(row);
      if (claimed === undefined || claimed === verdict) return [];
      const why = [...row.wrong, ...(row.unclean ?? [])].join('; ') || row.reason;
      return [`${row.name}: its script claims "${claimed}", got "${verdict}": ${why}`];
    }),
  ];
}
