import {continues, readMakeLine} from '../../dops/makefile/make-line.ts';

const MAKEFILE = /^(GNU|BSD)?[Mm]akefile([._-].*)?$|\.mk$/;
/** Returns what is wrong with a Makefile whose recipes are indented with spaces, or undefined. make reads such a line as no command. */
export function makefileProblem(name: string, content: string): string | undefined {
  if (!MAKEFILE.test(name)) return undefined;
  let inRule = false;
  let continued = false;
  for (const [index, line] of content.split('\n').entries()) {
    if (!continued && inRule && /^ {4,}[^\s#]/.test(line)) {
      return `line ${index + 1} is a command of a target and must begin with a tab; it begins with spaces: ${JSON.stringify(line.slice(0, 60))}. Write \\t there.`;
    }
    if (!continued && line.trim() !== '' && !/^[\t #.]/.test(line)) inRule = readMakeLine(line).kind === 'target';
    continued = continues(line);
  }
  return undefined;
}
