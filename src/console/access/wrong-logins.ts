const MOST = 10;
const MINUTE_MS = 60_000;

/** Counts wrong logins, whoever tries: after ten in a minute none is checked for the rest of it. Times are milliseconds. */
export class WrongLogins {
  #since = Number.NEGATIVE_INFINITY;
  #count = 0;

  /** Milliseconds until a login is checked again; 0: now. */
  waitMs(nowMs: number): number {
    return this.#count < MOST ? 0 : Math.max(0, this.#since + MINUTE_MS - nowMs);
  }

  note(nowMs: number): void {
    if (nowMs >= this.#since + MINUTE_MS) {
      this.#since = nowMs;
      this.#count = 0;
    }
    this.#count += 1;
  }
}
