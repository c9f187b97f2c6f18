import type {Finding} from '../types.ts';

/** One difference between the composed port before and after a diff. */
export interface EffectChange {
  readonly kind: 'file' | 'variable' | 'target' | 'command' | 'makefile';
  /** Path, name of the variable or target, command. */
  readonly name: string;
  /** The change for display. */
  readonly text: string;
  /** Values of a variable, at most `VALUE_CHARS` characters each; missing for other kinds. */
  readonly before?: string;
  readonly after?: string;
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
