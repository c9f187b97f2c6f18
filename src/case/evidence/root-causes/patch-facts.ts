import type {LineMatch} from './patterns.ts';

const MAX_REJECTS = 20;

/**
 * patch names the rejects and says that a patch is there already, lines before the framework names the patch file: this one
 * gets all of it as its facts.
 */
export class PatchFacts {
  #phase = 0;
  #rejects: string[] = [];
  #applied = false;

  /** What a line says, with what the lines before said of the same patch. `phase`: a number of the phase, for none goes on into the next. */
  addFacts(matched: LineMatch | undefined, phase: number): LineMatch | undefined {
    if (matched?.family !== 'patch') return matched;
    if (phase !== this.#phase) this.#reset(phase);
    if (matched.facts.applied !== undefined) this.#applied = true;
    if (matched.facts.rejects !== undefined && this.#rejects.length < MAX_REJECTS) this.#rejects.push(matched.facts.rejects);
    if (matched.facts.patch === undefined) return matched;
    const facts = {
      ...matched.facts,
      ...(this.#rejects.length > 0 ? {rejects: this.#rejects.join('\n')} : {}),
      ...(this.#applied ? {applied: 'yes'} : {}),
    };
    this.#reset(phase);
    return {...matched, facts};
  }

  #reset(phase: number): void {
    this.#phase = phase;
    this.#rejects = [];
    this.#applied = false;
  }
}
