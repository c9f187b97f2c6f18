import type {Matched} from './patterns.ts';

const MOST = 20;

/**
 * patch names the rejects and says that a patch is there already, lines before the framework names the patch file: this one
 * gets all of it as its facts.
 */
export class PatchFacts {
  #phase = 0;
  #rejects: string[] = [];
  #applied = false;

  /** What a line says, with what the lines before said of the same patch. `phase`: a number of the phase, for none goes on into the next. */
  join(said: Matched | undefined, phase: number): Matched | undefined {
    if (said?.family !== 'patch') return said;
    if (phase !== this.#phase) this.#reset(phase);
    if (said.facts.applied !== undefined) this.#applied = true;
    if (said.facts.rejects !== undefined && this.#rejects.length < MOST) this.#rejects.push(said.facts.rejects);
    if (said.facts.patch === undefined) return said;
    const facts = {
      ...said.facts,
      ...(this.#rejects.length > 0 ? {rejects: this.#rejects.join('\n')} : {}),
      ...(this.#applied ? {applied: 'yes'} : {}),
    };
    this.#reset(phase);
    return {...said, facts};
  }

  #reset(phase: number): void {
    this.#phase = phase;
    this.#rejects = [];
    this.#applied = false;
  }
}
