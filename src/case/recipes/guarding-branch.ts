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
 * Returns the branch for FreeBSD beside the one that has a line: the line is compiled because DragonFly is not taken for FreeBSD.
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
 * Returns the branches for FreeBSD that have a missing symbol; without one, the only branch that has nothing but includes. Empty if in
 * doubt.
 */
export function withSymbol(
  lines: readonly string[],
  chains: readonly Chain[],
  symbols: readonly string[],
  extend: Extend,
): Candidate[] {
  const candidates = chains.flatMap((chain) => candidatesOf(lines, chain, extend)).filter(({isNegated}) => !isNegated);
  const naming = candidates.filter(({branch}) => {
    const words = new Set(bodyOf(lines, branch).join('\n').split(/\W+/));
    return symbols.some((symbol) => words.has(symbol));
  });
  if (naming.length > 0) return naming.length <= MOST_BRANCHES ? naming : [];
  const including = candidates.filter(({branch}) => isOnlyIncludes(bodyOf(lines, branch)));
  return including.length === 1 ? including : [];
}

/** More branches for one symbol are a decision about the program, not about a declaration. */
const MOST_BRANCHES = 3;

function isOnlyIncludes(body: readonly string[]): boolean {
  const code = body.filter((line) => !/^\s*$|^\s*(?:\/\/|\/\*.*\*\/\s*$)/.test(line));
  return (
    code.some((line) => /^\s*#\s*include\b/.test(line)) && code.every((line) => /^\s*#\s*(?:include|define|undef)\b/.test(line))
  );
}
