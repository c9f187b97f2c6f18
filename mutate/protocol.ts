/** What the parent sends to a process that runs tests. Paths are relative to the project's root. */
export type Command =
  | {readonly kind: 'start'; readonly root: string; readonly sources: readonly string[]; readonly tests: readonly string[]}
  | {readonly kind: 'baseline'}
  | {
      readonly kind: 'mutant';
      readonly id: number;
      readonly tests: readonly TestId[];
      /** Whether the modules must be loaded again, since loading them reaches the mutant. */
      readonly reload: boolean;
      /** Processor time that the tests may use. */
      readonly cpuMs: number;
    };

/** A test file and the test's place in it, from 0. */
export interface TestId {
  readonly file: string;
  readonly at: number;
}

/** What the unchanged code does: which test reaches which mutants. */
export interface Baseline {
  /** Mutants that the loading of the modules reaches. */
  readonly loaded: readonly number[];
  readonly tests: readonly CoveredTest[];
  /** Sources that a test file imports, directly or not. */
  readonly imports: Readonly<Record<string, readonly string[]>>;
}

export interface CoveredTest extends TestId {
  readonly name: string;
  readonly ms: number;
  readonly mutants: readonly number[];
}

/** What the process answers; `failed` is for a run of the tests that cannot begin. */
export type Answer =
  | {readonly kind: 'started'}
  | {readonly kind: 'failed'; readonly reason: string}
  | ({readonly kind: 'baseline'} & Baseline)
  | {
      readonly kind: 'result';
      /** Test that fails with the mutant; undefined if it survives. */
      readonly killedBy?: string | undefined;
      /** The mutant left something behind that makes the test fail without it too. */
      readonly dirty: boolean;
      /** The process has loaded so much that it should be replaced. */
      readonly worn: boolean;
    };
