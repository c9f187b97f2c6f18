import {splitBlanks} from '../syntax/unicode-blank.ts';
import type {Makefile, MakeNode, MakeNodeOf} from './read-makefile.ts';

/** Returns the nodes of a kind, in order. */
export function nodesOf<K extends MakeNode['kind']>({nodes}: Makefile, ...kinds: readonly K[]): MakeNodeOf<K>[] {
  return nodes.filter((node): node is MakeNodeOf<K> => kinds.some((kind) => kind === node.kind));
}

/** Returns all assignments to a variable, in conditional branches too. */
export function assignmentsOf(makefile: Makefile, name: string): MakeNodeOf<'assignment'>[] {
  return nodesOf(makefile, 'assignment').filter((node) => node.name === name);
}

/** Returns the pieces of a value between blanks; those of a comment count, a continuation's backslash does not. */
export function piecesOf({value}: MakeNodeOf<'assignment'>): string[] {
  return splitBlanks(value).filter((piece) => piece !== '\\');
}

/** Returns whether the assignment continues on another line. */
export function isContinued({from, to}: MakeNode): boolean {
  return to - from > 1;
}

/** Returns the lines of a target: its own, and the recipe lines directly below. Undefined if several have the name. */
export function targetBlocks(makefile: Makefile, name: string): {readonly from: number; readonly to: number}[] {
  return makefile.nodes.flatMap((node, index) => {
    if (node.kind !== 'target' || node.name !== name) return [];
    let to = index + 1;
    while (makefile.nodes[to]?.kind === 'recipe') to++;
    return [{from: node.from, to: makefile.nodes[to - 1]?.to ?? node.to}];
  });
}

/** Returns the lines from each `.if` with this condition to its `.endif`. */
export function conditionRegions(makefile: Makefile, condition: string): {readonly from: number; readonly to: number}[] {
  const open: MakeNode[] = [];
  const regions: {from: number; to: number}[] = [];
  for (const node of makefile.nodes) {
    if (node.kind === 'if') open.push(node);
    if (node.kind !== 'endif') continue;
    const start = open.pop();
    if (start?.kind === 'if' && start.condition === condition) regions.push({from: start.from, to: node.to});
  }
  return regions.sort((a, b) => a.from - b.from);
}
