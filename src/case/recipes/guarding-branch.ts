import {type Branch, bodyOf, branchAt, type Chain} from './branches.ts';

/** A branch for FreeBSD whose condition can have DragonFly too. */
export interface Candidate {
  readonly branch: Branch;
  /** New lines of its condition. */
  readonly lines: readonly string[];
  readonly isNegated: boolean;
}

/** Returns what a language makes of a condition with DragonFly; undefined if it has none on FreeBSD. */
export type Extend = (condition: readonly string[]) => Omit<Candidate, 'branch'> | undefined;

/** Returns the branches of a chain that are for FreeBSD; none if the chain knows DragonFly already. */
export function candidatesOf(lines: readonly string[], chain: Chain, extend: Extend): Candidate[] {
  const conditions = chain.map(({from, to}) => lines.slice(from, to));
  if (conditions.some((condition) => /dragonfly/i.test(condition.join('\n')))) return [];
  return chain.flatMap((branch, index) => {
    const extended = branch.role === 'else' ? undefined : extend(conditions[index] ?? []);
    return extended === undefined ? [] : [{branch, ...extended}];
  });
}

/**
 * Returns the branch for FreeBSD beside the branch that has a line: the line is compiled because DragonFly is not taken for FreeBSD.
 * Undefined if no chain around the line has exactly one.
 */
export function besideLine(
  lines: readonly string[],
  chains: readonly Chain[],
  index: number,
  extend: Extend,
): Candidate | undefined {
  for (const chain of chains) {
    const current = branchAt(chain, index);
    const candidates = current === undefined ? [] : candidatesOf(lines, chain, extend);
    const [only, ...others] = candidates;
    if (only === undefined || others.length > 0) continue;
    if ((only.branch === current) === only.isNegated) return only;
  }
  return undefined;
}

/**
 * Returns the branches for FreeBSD that have a missing symbol; without one, the only branch that has nothing but includes, or macros that
 * choose what headers declare. Empty if in doubt.
 */
export function withSymbol(
  lines: readonly string[],
  chains: readonly Chain[],
  symbols: readonly string[],
  extend: Extend,
): Candidate[] {
  const candidates = chains.flatMap((chain) => candidatesOf(lines, chain, extend));
  const naming = candidates.filter(({branch, isNegated}) => {
    if (isNegated) return false;
    const words = new Set(bodyOf(lines, branch).join('\n').split(/\W+/));
    return symbols.some((symbol) => words.has(symbol));
  });
  if (naming.length > 0) return naming.length <= MOST_BRANCHES ? naming : [];
  const declaring = candidates.filter(({branch, isNegated}) => {
    const body = bodyOf(lines, branch);
    return isOnly(body, FEATURE) || (!isNegated && isOnly(body, DECLARATION));
  });
  return declaring.length === 1 ? declaring : [];
}

/** More branches for one symbol are a decision about the program, not about a declaration. */
const MOST_BRANCHES = 3;

const FEATURE = /^\s*#\s*(?:define|undef)\s+_\w+/;
const DECLARATION = /^\s*#\s*(?:include|define|undef)\b/;

/** Returns whether a branch has lines of this form and, blank lines and comments apart, no other. */
function isOnly(body: readonly string[], form: RegExp): boolean {
  const code = body.filter((line) => !/^\s*$|^\s*(?:\/\/|\/\*.*\*\/\s*$)/.test(line));
  return code.length > 0 && code.every((line) => form.test(line));
}
