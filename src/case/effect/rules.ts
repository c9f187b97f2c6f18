import {ADJUSTABLE} from '../guard/rules.ts';
import type {Finding, Severity} from '../types.ts';

/** A rule on the effect of a diff. */
export interface EffectRule {
  readonly name: string;
  readonly severity: Severity;
  /** What the rule protects, as a short phrase for the operator's guide. */
  readonly protects: string;
}

/** Rules on the composed port that the diff guard does not have; a policy may change their severities. */
export const EFFECT_RULES: readonly EffectRule[] = [
  {name: 'effect-unknown', severity: 'ask', protects: 'an evaluated effect: make can read the port before and after'},
  {name: 'surroundings', severity: 'refuse', protects: 'one result: the same in the proof and in a bulk build'},
  {name: 'dependencies', severity: 'ask', protects: 'the dependencies of the port'},
  {name: 'options', severity: 'ask', protects: 'the options of the port'},
  {name: 'tools', severity: 'ask', protects: 'compiler, patch, install and the other tools of the framework'},
  {name: 'places', severity: 'ask', protects: 'the directories that the framework works in'},
  {name: 'hardening', severity: 'ask', protects: 'hardening and security features'},
  {name: 'hook', severity: 'ask', protects: 'targets with commands of known forms'},
  {name: 'package', severity: 'ask', protects: 'the content of the package'},
];

/** Every rule whose severity a policy may change, and that an operator may judge. */
export const ALL_ADJUSTABLE: readonly EffectRule[] = [...ADJUSTABLE, ...EFFECT_RULES];

/** Returns a finding with the rule's default severity; `severity` overrides it. */
export function findingOf(rule: string, path: string, reason: string, severity?: Severity): Finding {
  const known = ALL_ADJUSTABLE.find(({name}) => name === rule);
  return {rule, severity: severity ?? known?.severity ?? 'refuse', path, reason: reason.slice(0, 500)};
}
