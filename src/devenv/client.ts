/** Result of one command in a dev-env. Of output beyond the caps the tail stays. */
export interface ExecResult {
  /** Exit code; 128 + signal number if ended by a signal. */
  readonly rc: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly stdoutTruncated: boolean;
  readonly stderrTruncated: boolean;
  /** Set when Portwright ended the command: `total` or `idle` time limit. */
  readonly timedOut?: 'total' | 'idle';
}

export interface ExecOptions {
  /** Working directory inside; default /work/DeltaPorts. */
  readonly cwd?: string;
  /** Bytes for standard input; default empty, so that a prompt fails fast. */
  readonly stdin?: string | Uint8Array;
  /**
   * The command edits the overlay or composes from it. Others run with both read-only, and all of them with the ports tree, the
   * overlay's .git and distfiles read-only, and leave nothing in /usr/local, where the dev-env can do that (`exec --keep` of the Linux one).
   */
  readonly editsOverlay?: boolean;
  /** The command writes in the overlay and in its .git, and runs nothing of a port. */
  readonly writesGit?: boolean;
  /** The command sees no package and no installed file of an earlier build, and leaves none (`exec --fresh` of the Linux dev-env). */
  readonly fresh?: boolean;
  /** Seconds in all. */
  readonly timeoutSeconds: number;
  /** Seconds without output. */
  readonly idleSeconds?: number;
  /** Most bytes of each stream, the last ones; default 32768. */
  readonly tailBytes?: number;
  /** `latin1` makes each byte of stdout one character, for files that need not be text; default `utf8`. */
  readonly encoding?: 'utf8' | 'latin1';
  readonly signal?: AbortSignal;
  /** All output, stdout and stderr as they come, is also appended to this file of the worker's. */
  readonly logFile?: string;
  /** Called with all of stdout as it comes, beyond the tail. */
  readonly onStdout?: (chunk: Uint8Array) => void;
}

/** Line of JSON that `dev-env status NAME` prints, contract 7.1. */
export interface DevEnvStatus {
  readonly name: string;
  readonly target: string;
  readonly origin: string | null;
  readonly status: string;
  readonly backend: string;
  readonly oracle_profile: string;
  readonly root_mounted: boolean;
  readonly env_dir: string;
  readonly isolation?: boolean;
  readonly deltaports?: {readonly branch?: string; readonly commit: string; readonly dirty: boolean};
  readonly freebsd_ports?: {readonly branch?: string; readonly commit: string; readonly dirty: boolean};
}

/** One dev-env, reached only through the command line of the contract's section 7. */
export interface DevEnv {
  readonly name: string;
  status(signal?: AbortSignal): Promise<DevEnvStatus>;
  /** Makes the dev-env what it was when it was created; only the Linux dev-env can. Throws `DevEnvUnavailable` if that fails. */
  reset?(signal?: AbortSignal): Promise<void>;
  /**
   * Runs a command inside. Its own failure is a result; `DevEnvUnavailable` is thrown when it could not be started at all,
   * and the signal's reason when it was aborted. Either way its process group is gone before the promise settles.
   */
  exec(argv: readonly string[], options: ExecOptions): Promise<ExecResult>;
}

/** Returns whether a command ended by itself with exit code 0. */
export function succeeded({rc, timedOut}: Pick<ExecResult, 'rc' | 'timedOut'>): boolean {
  return rc === 0 && timedOut === undefined;
}
