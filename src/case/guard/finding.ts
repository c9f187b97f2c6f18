import type {Severity} from '../types.ts';
import type {TouchedFile} from './touched.ts';

/** What the guard knows beside the diff. */
export interface GuardContext {
  /** Patches that the failing log names as failing, by the file's name: `patch-lib_getopt.c`. */
  readonly failedPatches: ReadonlySet<string>;
}

/** A rule over one file of a diff. `look` gives the reason, or undefined where the file is in order. */
export interface Rule {
  readonly name: string;
  readonly severity: Severity;
  /** What the rule keeps, in a few words, for the operator's guide. */
  readonly protects: string;
  check(file: TouchedFile, context: GuardContext): string | undefined;
}
