import {createHash} from 'node:crypto';
import {readFileSync, renameSync, writeFileSync} from 'node:fs';
import {sessionEnd} from './session.ts';

/**
 * The sessions that were ended by a logout before their time: whoever has such a cookie is not let in. With a file they stay ended over a restart of
 * the console; it has a line `END SHA-256` for each, END in milliseconds, and none once END is over.
 */
export class EndedSessions {
  readonly #file: string | undefined;
  readonly #ends = new Map<string, number>();
  /** Called when a session was ended: what it still reads is cut. */
  onEnd: () => void = () => undefined;

  constructor(file?: string) {
    this.#file = file;
    for (const [, end = '', digest = ''] of read(file).matchAll(/^(\d{1,15}) ([0-9a-f]{64})$/gm))
      this.#ends.set(digest, Number(end));
  }

  has(value: string): boolean {
    return this.#ends.has(digestOf(value));
  }

  /** Ends a session by its cookie's value, which must be a valid one. */
  end(value: string, nowMs: number): void {
    for (const [digest, end] of this.#ends) if (end <= nowMs) this.#ends.delete(digest);
    this.#ends.set(digestOf(value), sessionEnd(value));
    this.#write();
    this.onEnd();
  }

  #write(): void {
    if (this.#file === undefined) return;
    const text = [...this.#ends].map(([digest, end]) => `${end} ${digest}\n`).join('');
    try {
      writeFileSync(`${this.#file}.new`, text, {mode: 0o600});
      renameSync(`${this.#file}.new`, this.#file);
    } catch (error) {
      console.error(
        `console: ${this.#file} could not be written (${(error as Error).message}); the session that was ended is valid again after a restart. Correct that; another PORTWRIGHT_CONSOLE_TOKEN, or the deletion of console/session-secret, ends all.`,
      );
    }
  }
}

function read(file: string | undefined): string {
  try {
    return file === undefined ? '' : readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  }
}

function digestOf(value: string): string {
  return createHash('sha256').update(value).digest('hex');
}
