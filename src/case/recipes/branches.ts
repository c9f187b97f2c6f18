/** Role of a line in a chain of conditions. */
export type BranchRole = 'if' | 'elif' | 'else' | 'end';

/** A language's conditions: the role of each line, undefined for most. */
export type RoleOf = (line: string) => BranchRole | undefined;

/** One branch of a chain. Indices of lines, from 0. */
export interface Branch {
  readonly role: BranchRole;
  /** Its condition; `to` is behind the condition's last line. */
  readonly from: number;
  readonly to: number;
  /** Behind its last line. */
  readonly end: number;
}

/** The branches of one `if … endif`. */
export type Chain = readonly Branch[];

interface Open {
  readonly branches: Branch[];
}

/**
 * Returns all chains of conditions of a source, inner ones before the outer; undefined if they are not balanced. A condition continues
 * over lines that end in a backslash.
 */
export function chainsOf(lines: readonly string[], roleOf: RoleOf): Chain[] | undefined {
  const done: Chain[] = [];
  const open: Open[] = [];
  for (let from = 0; from < lines.length; ) {
    const to = continuedTo(lines, from);
    const role = roleOf(lines[from] ?? '');
    if (role === 'if') open.push({branches: []});
    const current = open.at(-1);
    if (role !== undefined && current === undefined) return undefined;
    if (role !== undefined && current !== undefined) closeBranch(current, from);
    if (role === 'end') done.push(open.pop()?.branches ?? []);
    else if (role !== undefined) current?.branches.push({role, from, to, end: lines.length});
    from = to;
  }
  return open.length === 0 ? done : undefined;
}

function closeBranch({branches}: Open, end: number): void {
  const last = branches.pop();
  if (last !== undefined) branches.push({...last, end});
}

function continuedTo(lines: readonly string[], from: number): number {
  let to = from + 1;
  while (to < lines.length && /\\\s*$/.test(lines[to - 1] ?? '')) to += 1;
  return to;
}

/** Returns the lines of a branch behind its condition. */
export function bodyOf(lines: readonly string[], {to, end}: Branch): readonly string[] {
  return lines.slice(to, end);
}

/** Returns the branch of a chain that has a line, given by its index. */
export function branchAt(chain: Chain, index: number): Branch | undefined {
  return chain.find(({to, end}) => index >= to && index < end);
}
