import type {TouchedFile} from './touched.ts';

/** refuse and ask keep a case from *fixed*; a note is for the reader. */
export const SEVERITIES = ['refuse', 'ask', 'note'] as const;
export type Severity = (typeof SEVERITIES)[number];

export interface Finding {
  readonly rule: string;
  readonly severity: Severity;
  /** Path in the overlay, or empty where the whole diff is meant. */
  readonly path: string;
  /** Why, in words for the operator and the model. */
  readonly reason: string;
}

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
  readonly keeps: string;
  look(file: TouchedFile, context: GuardContext): string | undefined;
}
