import type {LineMatch} from './patterns.ts';

const MAX_REJECTS = 20;

/**
 * Collects the facts of one patch over several lines: patch(1) reports rejects, already applied patches and files that are gone before the framework
 * names the patch file.
 */
export class PatchFacts {
  #phase = 0;
  #rejects: string[] = [];
  #applied = false;
  #gone = false;

  /**
   * Returns the match of a line, extended with the facts of the preceding lines about the same patch. `phase` is the phase's
   * number; facts are not carried into the next phase.
   */
  addFacts(matched: LineMatch | undefined, phase: number): LineMatch | undefined {
    if (matched?.family !== 'patch') return matched;
    if (phase !== this.#phase) this.#reset(phase);
    if (matched.facts.applied !== undefined) this.#applied = true;
    if (matched.facts.gone !== undefined) this.#gone = true;
    if (matched.facts.rejects !== undefined && this.#rejects.length < MAX_REJECTS) this.#rejects.push(matched.facts.rejects);
    if (matched.facts.patch === undefined) return matched;
    const facts = {
      ...matched.facts,
      ...(this.#rejects.length > 0 ? {rejects: this.#rejects.join('\n')} : {}),
      ...(this.#applied ? {applied: 'yes'} : {}),
      ...(this.#gone ? {gone: 'yes'} : {}),
    };
    this.#reset(phase);
    return {...matched, facts};
  }

  #reset(phase: number): void {
    this.#phase = phase;
    this.#rejects = [];
    this.#applied = false;
    this.#gone = false;
  }
}
