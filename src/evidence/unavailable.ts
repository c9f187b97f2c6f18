import {FAILURES} from '../protocol/failure-types.ts';

/**
 * Why evidence cannot be read. `missing`: an evidence root that can be read has no such bundle. `unreadable`: the file system refuses it or
 * does not answer, or the evidence root itself is not there. `malformed`: it is there, and is not what the hooks write.
 */
export type EvidenceFault = 'missing' | 'unreadable' | 'malformed';

/** Evidence that cannot be read now: a problem of mounts, permissions or disks, never a failure of the port. A later try may succeed. */
export class EvidenceUnavailable extends Error {
  override readonly name = FAILURES.evidenceUnavailable;
  readonly reason: EvidenceFault;

  constructor(reason: EvidenceFault, message: string, cause?: unknown) {
    super(message, {cause});
    this.reason = reason;
  }
}

/** Whether the system says by `error` that there is nothing under a name, or only something that cannot be below it. */
export function isAbsent(error: unknown): boolean {
  return ['ENOENT', 'ENOTDIR', 'ENAMETOOLONG'].includes(String((error as NodeJS.ErrnoException).code));
}

/** Returns the error for a path that the system does not let us read. */
export function unreadable(path: string, error: unknown): EvidenceUnavailable {
  if (error instanceof EvidenceUnavailable) return error;
  const why = (error as NodeJS.ErrnoException).code ?? (error as Error).message;
  return new EvidenceUnavailable(
    'unreadable',
    `${path} cannot be read (${why}). Give the worker's user read access, or mount its file system again.`,
    error,
  );
}

/** Returns undefined for what is absent. Throws `EvidenceUnavailable` for what cannot be read. */
export async function ifPresent<T>(path: string, read: Promise<T>): Promise<T | undefined> {
  return read.catch((error: unknown) => {
    if (isAbsent(error)) return undefined;
    throw unreadable(path, error);
  });
}

/** For `catch`: returns undefined for evidence that is missing, and rethrows any other error. */
export function ifMissing(error: unknown): undefined {
  if (error instanceof EvidenceUnavailable && error.reason === 'missing') return undefined;
  throw error;
}
