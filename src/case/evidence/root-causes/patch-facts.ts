import type {LineMatch} from './match-line.ts';

const MAX_REJECTS = 20;

/**
 * Collects the facts of one patch over several lines: patch(1) reports rejects, already applied patches and files that are gone before the framework
 * names the patch file.
 */
export class PatchFacts {
  #phase = 0;
  #rejects: string[] = [];
  /** Numbers of the rejected hunks of the file that patch(1) is at. */
  #hunks: string[] = [];
  /** The same of the files before, a line each. */
  #rejectedHunks: string[] = [];
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
    this.#addHunks(matched.facts);
    if (matched.facts.rejects !== undefined && this.#rejects.length < MAX_REJECTS) this.#rejects.push(matched.facts.rejects);
    if (matched.facts.patch === undefined) return matched;
    const facts = {
      ...matched.facts,
      ...(this.#rejects.length > 0 ? {rejects: this.#rejects.join('\n')} : {}),
      ...(this.#rejectedHunks.length > 0 ? {hunks: this.#rejectedHunks.join('\n')} : {}),
      ...(this.#applied ? {applied: 'yes'} : {}),
      ...(this.#gone ? {gone: 'yes'} : {}),
    };
    this.#reset(phase);
    return {...matched, facts};
  }

  /** patch(1) reports each hunk, and then the file that they are rejected from. */
  #addHunks({hunk, rejects}: LineMatch['facts']): void {
    if (hunk !== undefined && this.#hunks.length < MAX_REJECTS) this.#hunks.push(hunk);
    if (rejects === undefined || this.#hunks.length === 0) return;
    if (this.#rejectedHunks.length < MAX_REJECTS) this.#rejectedHunks.push(`${rejects}: ${this.#hunks.join(', ')}`);
    this.#hunks = [];
  }

  #reset(phase: number): void {
    this.#phase = phase;
    this.#rejects = [];
    this.#hunks = [];
    this.#rejectedHunks = [];
    this.#applied = false;
    this.#gone = false;
  }
}
