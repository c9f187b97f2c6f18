/** Origin of a log line, recognized by its format. */
export const FAMILIES = [
  'compiler',
  'linker',
  'cmake',
  'meson',
  'autoconf',
  'cargo',
  'go',
  'python',
  'perl',
  'ruby',
  'node',
  'java',
  'haskell',
  'erlang',
  'ocaml',
  'r',
  'qt',
  'docs',
  'plist',
  'patch',
  'pkg',
  'fetch',
  'framework',
  'make',
  'runtime',
  'other',
] as const;
export type Family = (typeof FAMILIES)[number];

/** A log line that may explain why the build failed. Line numbers start at 1 over the complete log. */
export interface Finding {
  readonly line: number;
  /** The line without terminal escapes, at most 400 characters: of a longer one its start and the part that matched. */
  readonly text: string;
  /** dsynth's name of the phase (`build`, `patch`, `check-plist` ...); empty before the first phase. */
  readonly phase: string;
  readonly family: Family;
  /** A cause; a hint, which reports trouble that need not have stopped the build; or a consequence of a cause. */
  readonly kind: 'cause' | 'hint' | 'consequence';
  /** Number of log lines with the same template, including this one. */
  readonly count: number;
  /** 4 lines before and 6 after, of the same job of a parallel make; each at most 400 characters. */
  readonly context: {readonly from: number; readonly lines: readonly string[]};
  /** Whether the last good log lacks this template; missing without such a log. */
  readonly isNew?: boolean;
  /**
   * Values for rules and recipes, such as `{uses: 'alias'}`, `{orphaned: 'lib/a.so'}`, `{missing: 'bin/b'}`, `{unstaged: '/usr/local/bin/c'}`, `{patch:
   * 'dragonfly/patch-main.c'}`, `{header: 'blacklist.h'}`.
   */
  readonly facts: Readonly<Record<string, string>>;
}

/** A phase of dsynth in a log, with its first and last line. */
export interface Phase {
  readonly name: string;
  readonly from: number;
  readonly to: number;
}

/** Findings of one log: the content of `analysis/root_causes.json`. */
export interface RootCauses {
  readonly version: 1;
  readonly bytes: number;
  readonly lines: number;
  readonly phases: readonly Phase[];
  /** The phase that failed; empty if the log does not show it. */
  readonly failedPhase: string;
  /**
   * 16 hex digits, equal for failures with the same cause in spite of other paths, versions, line numbers, pids and orders of parallel
   * jobs; empty without a failure.
   */
  readonly signature: string;
  /** A sentence for a log that could not be read to its end. */
  readonly note?: string;
  /** At most 12, best first. */
  readonly findings: readonly Finding[];
}
