import {NoAnswer} from '../report/worker-answer.ts';

/** Rethrows an error; that of a missing worker with the option that waits for one. */
export function withWaitHint(error: unknown): never {
  if (error instanceof NoAnswer) throw new NoAnswer(`${error.message} --wait waits for it.`);
  throw error;
}
