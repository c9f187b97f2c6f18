/** What wrote a line of a log, as far as its form tells. */
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

/** One line of a log that may say why the build failed. Lines count from 1 over the whole log. */
export interface Finding {
  readonly line: number;
  /** The line as it is, without escapes, at most 400 characters. */
  readonly text: string;
  /** dsynth's name of the phase that it is in (`build`, `patch`, `check-plist` ...); empty before the first. */
  readonly phase: string;
  readonly family: Family;
  /** A cause; a hint, which names trouble without saying that it stopped the build; or what only follows from a cause. */
  readonly kind: 'cause' | 'hint' | 'consequence';
  /** How many lines of the log have this form, this one included. */
  readonly count: number;
  /** 4 lines before and 6 after, of the same job where parallel make mixed several; each at most 400 characters. */
  readonly context: {readonly from: number; readonly lines: readonly string[]};
  /** Whether the last good log lacks its form; missing where there was no such log. */
  readonly isNew?: boolean;
  /** What rules and recipes need of it, such as `{uses: 'alias'}`, `{orphaned: 'lib/a.so'}`, `{missing: 'bin/b'}`, `{patch: 'dragonfly/patch-main.c'}`, `{header: 'blacklist.h'}`. */
  readonly facts: Readonly<Record<string, string>>;
}

export interface Phase {
  readonly name: string;
  readonly from: number;
  readonly to: number;
}

/** What the selection says of one log; `analysis/root_causes.json`. */
export interface RootCauses {
  readonly version: 1;
  readonly bytes: number;
  readonly lines: number;
  readonly phases: readonly Phase[];
  /** The phase that stopped; empty if the log does not say. */
  readonly failedPhase: string;
  /** 16 hex digits that failures of the same cause share over paths, versions, line numbers and pids; empty without a cause. */
  readonly signature: string;
  /** Best first, at most 12. */
  readonly findings: readonly Finding[];
}
