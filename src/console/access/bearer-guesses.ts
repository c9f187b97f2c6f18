import {createHash} from 'node:crypto';
import {WrongLogins} from './wrong-logins.ts';

/** Digests of guesses that are remembered; beyond that the oldest is dropped, and counts again. */
const MOST_DIGESTS = 10_000;

/**
 * Counts the wrong tokens in the header Authorization of each address. A token that was counted before is no new guess: a client whose token is out of date must not lock
 * out the others of its address.
 */
export class BearerGuesses {
  readonly #wrong = new WrongLogins();
  readonly #digests = new Set<string>();

  /** Returns the seconds until a token from an address is checked again; 0: now. */
  waitSeconds(address: string, nowMs: number): number {
    return Math.ceil(this.#wrong.waitMs(address, nowMs) / 1000);
  }

  note(address: string, guess: string, nowMs: number): void {
    const digest = createHash('sha256').update(guess).digest('base64');
    if (this.#digests.has(digest)) return;
    this.#digests.add(digest);
    const [oldest] = this.#digests;
    if (this.#digests.size > MOST_DIGESTS && oldest !== undefined) this.#digests.delete(oldest);
    this.#wrong.note(address, nowMs);
  }
}
