/** Headers of phases: dsynth's; those of synth and Ravenports, with two blanks; poudriere's. */
export const PHASE_HEADERS: readonly RegExp[] = [/^-- {1,2}Phase: (\S+)/, /^=+<phase: (\S+)\s*>=+\s*$/];
const NAME_CHARS = 60;

/** Returns the phase that a line is the header of; undefined for other lines. */
export function phaseOf(line: string): string | undefined {
  for (const form of PHASE_HEADERS) {
    const name = form.exec(line)?.[1];
    if (name !== undefined) return name.slice(0, NAME_CHARS);
  }
  return undefined;
}
