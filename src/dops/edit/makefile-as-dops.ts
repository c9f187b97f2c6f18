import {piecesOf} from '../makefile/query-makefile.ts';
import {type MakeNode, type MakeNodeOf, readMakefile} from '../makefile/read-makefile.ts';
import {type Emittable, emitStatement} from './emit-statement.ts';

/**
 * Returns statements of overlay.dops for lines of a Makefile fragment such as Makefile.DragonFly. What no operation can express is a comment.
 */
export function makefileAsDops(text: string): string[] {
  const {nodes, lines, errors} = readMakefile(text);
  const statements: string[] = errors.map(({line, message}) => `# line ${line}: ${message}`);
  for (let at = 0; at < nodes.length; ) {
    const node = nodes[at] as MakeNode;
    const end = node.kind === 'if' ? endOfBlock(nodes, at) : node.kind === 'target' ? endOfTarget(nodes, at) : at + 1;
    const body = lines.slice(node.to, (nodes[end - 1] as MakeNode).to);
    statements.push(...statementsOf(node, body, lines[node.from] ?? ''));
    at = end;
  }
  return statements;
}

function endOfTarget(nodes: readonly MakeNode[], start: number): number {
  let end = start + 1;
  while (nodes[end]?.kind === 'recipe') end++;
  return end;
}

/** Returns the index behind the `.endif` of an `.if`. */
function endOfBlock(nodes: readonly MakeNode[], start: number): number {
  let depth = 0;
  for (let at = start; at < nodes.length; at++) {
    if (nodes[at]?.kind === 'if') depth++;
    if (nodes[at]?.kind === 'endif' && --depth === 0) return at + 1;
  }
  return nodes.length;
}

function statementsOf(node: MakeNode, body: readonly string[], line: string): string[] {
  switch (node.kind) {
    case 'assignment':
      return assign(node);
    case 'target':
      return [...lostDependencies(line), ...emit({kind: 'mk.target.set', name: node.name, recipe: body, heredocTag: 'MK'}, line)];
    case 'if':
      return emit({kind: 'mk.block.set', condition: node.condition, recipe: body.slice(0, -1), heredocTag: 'MK'}, line);
    case 'include': {
      // ensure-include writes `<…>`, which make does not search beside the Makefile.
      const [, name] = /^<([^>]+)>/.exec(node.text) ?? [];
      return name === undefined ? unwritten(line) : emit({kind: 'mk.include.ensure', name}, line);
    }
    default:
      return line.trim().startsWith('#') ? [] : unwritten(line);
  }
}

/** Returns a comment for the first line of a target with dependencies, which `mk target set` drops. */
function lostDependencies(line: string): string[] {
  return /:\s*$/.test(line) ? [] : [`# mk target set writes no dependencies: ${line.trim()}`];
}

/** Returns a comment for a line that no operation writes; none for an empty one. */
function unwritten(line: string): string[] {
  return line.trim() === '' ? [] : [`# no operation writes: ${line.trim()}`];
}

function assign(node: MakeNodeOf<'assignment'>): string[] {
  const {name, operator} = node;
  const value = piecesOf(node).join(' ');
  const source = `${name}${operator} ${value}`;
  switch (operator) {
    case '+=': {
      const values = /["']/.test(value) ? [value] : piecesOf(node);
      return values.flatMap((one) => emit({kind: 'mk.var.token_add', name, value: one}, source));
    }
    case ':=':
      return emit({kind: 'mk.var.eval', name, value}, source);
    case '!=':
      return emit({kind: 'mk.var.shell', name, value}, source);
    case '?=':
      return [`# ?= has no operation; this always sets ${name}:`, ...emit({kind: 'mk.var.set', name, value}, source)];
    default:
      return emit(value === '' ? {kind: 'mk.var.unset', name} : {kind: 'mk.var.set', name, value}, source);
  }
}

function emit(statement: Emittable, source: string): string[] {
  try {
    return [emitStatement(statement)];
  } catch {
    return unwritten(source);
  }
}
