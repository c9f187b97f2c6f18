import type {Severity} from '../types.ts';
import type {TouchedFile} from './touched.ts';

/** Input of the guard in addition to the diff. */
export interface GuardContext {
  /** Base names of the patches that fail in the log: `patch-lib_getopt.c`. */
  readonly failedPatches: ReadonlySet<string>;
}

/** A rule for one file of a diff. `check` returns the reason of a finding, or undefined if the file passes. */
export interface Rule {
  readonly name: string;
  readonly severity: Severity;
  /** What the rule protects, as a short phrase for the operator's guide. */
  readonly protects: string;
  check(file: TouchedFile, context: GuardContext): string | undefined;
}
