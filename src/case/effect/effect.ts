import type {Finding} from '../types.ts';

/** One difference between the composed port before and after a diff. */
export interface EffectChange {
  readonly kind: 'file' | 'variable' | 'target' | 'command' | 'makefile';
  /** Path, name of the variable or target, command. */
  readonly name: string;
  /** The change for display. */
  readonly text: string;
}

/** What a diff does to the composed port. */
export interface Effect {
  readonly changes: readonly EffectChange[];
  readonly findings: readonly Finding[];
  /** One line for display. */
  readonly summary: string;
  /** What could not be evaluated, a sentence each; each has a finding `effect-unknown`. */
  readonly missing: readonly string[];
}
