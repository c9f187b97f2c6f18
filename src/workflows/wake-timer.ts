import {sleep} from '@temporalio/workflow';

/**
 * A timer that a workflow sets again and again. What is done next must depend on its having fired, and never on the clock:
 * see docs/versioning.md.
 */
export class WakeTimer {
  readonly #summary: string;
  readonly #wake: () => void;
  #isSet = false;
  #rings: boolean;

  /** `wake` is called when it rings. One that `rings` at first is answered at once. */
  constructor(summary: string, wake: () => void, rings = false) {
    this.#summary = summary;
    this.#wake = wake;
    this.#rings = rings;
  }

  /** Lets it ring in so many milliseconds; false if it is set or rings already. */
  set(ms: number): boolean {
    if (this.#isSet || this.#rings) return false;
    this.#isSet = true;
    const ring = (): void => {
      this.#isSet = false;
      this.#rings = true;
      this.#wake();
    };
    // A cancelled workflow ends by what it waits for itself.
    void sleep(Math.max(1, ms), {summary: this.#summary}).then(ring, () => undefined);
    return true;
  }

  /** Whether it rings; once it was asked it does no more. */
  answer(): boolean {
    const rang = this.#rings;
    this.#rings = false;
    return rang;
  }
}
