import type {Severity} from '../types.ts';
import type {Roles} from './roles.ts';
import type {TouchedFile} from './touched.ts';

/** Input of the guard in addition to the diff. */
export interface GuardContext {
  /** Base names of the patches that fail in the log: `patch-lib_getopt.c`. */
  readonly failedPatches: ReadonlySet<string>;
  /** Files of the port's overlay before the diff, by their path below its directory. Without them, only the diff's lines are read. */
  readonly overlay?: ReadonlyMap<string, string>;
  /** Files of FreeBSD's port, likewise. */
  readonly port?: ReadonlyMap<string, string>;
}

/** A diff as the rules read it. */
export interface GuardedDiff extends GuardContext {
  /** Directory of the port's overlay, `ports/net/foo/`. */
  readonly home: string;
  readonly files: readonly TouchedFile[];
  readonly roles: Roles;
}

/** A rule for one file of a diff. `check` returns the reason of a finding, or undefined if the file passes. */
export interface Rule {
  readonly name: string;
  readonly severity: Severity;
  /** What the rule protects, as a short phrase for the operator's guide. */
  readonly protects: string;
  check(file: TouchedFile, diff: GuardedDiff): string | undefined;
}
