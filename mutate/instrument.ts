import {type Mutation, mutationsOf} from './operators.ts';
import {childrenOf, type Node, parseModule} from './syntax.ts';

/** A mutation with its number and place, as reports show it. */
export interface Mutant {
  /** Number among all mutants of a run, from 1; 0 is the code as it is. */
  readonly id: number;
  /** Number of its file's first mutant. */
  readonly first: number;
  /** Path from the project's root. */
  readonly file: string;
  readonly line: number;
  readonly operator: string;
  readonly original: string;
  readonly replacement: string;
}

/** One source with all of its mutants in it. */
export interface Instrumented {
  readonly mutants: readonly Mutant[];
  /** Behaves as the source does, until `globalThis.__mutant(id)` returns true for one of the mutants. */
  readonly code: string;
  /** Returns the source with one mutant in place. */
  apply(id: number): string;
}

/** Finds the mutants of a source, numbered from `first`, that `accept` does not exclude. */
export function instrument(
  file: string,
  source: string,
  first: number,
  accept: (mutation: Mutation, source: string) => boolean = () => true,
): Instrumented {
  const tree = parseModule(source);
  const mutations = mutationsOf(tree, source).filter((mutation) => accept(mutation, source));
  const byNode = Map.groupBy(
    mutations.map((mutation, at) => ({...mutation, id: first + at})),
    ({node}) => node,
  );
  return {
    mutants: mutations.map((mutation, at) => describe(file, source, mutation, first + at, first)),
    code: render(tree, source, byNode),
    apply: (id) => replaced(source, mutations[id - first]),
  };
}

function describe(file: string, source: string, {node, operator, text}: Mutation, id: number, first: number): Mutant {
  return {
    id,
    first,
    file,
    line: node.loc.start.line,
    operator,
    original: source.slice(node.start, node.end),
    replacement: text ?? '',
  };
}

function replaced(source: string, mutation: Mutation | undefined): string {
  if (mutation === undefined) return source;
  const {node, text} = mutation;
  return `${source.slice(0, node.start)}${text === undefined ? '{}' : `(${text})`}${source.slice(node.end)}`;
}

/** Returns the source of a node, with a switch around each mutated node in it. */
function render(node: Node, source: string, byNode: ReadonlyMap<Node, readonly (Mutation & {id: number})[]>): string {
  let code = '';
  let at = node.start;
  for (const child of childrenOf(node)) {
    code += source.slice(at, child.start) + render(child, source, byNode);
    at = child.end;
  }
  code += source.slice(at, node.end);
  const mutations = byNode.get(node);
  if (mutations === undefined) return code;
  if (node.type === 'ExpressionStatement') return `{if (!__mutant(${mutations[0]?.id})) {${code}}}`;
  return `(${mutations.map(({id, text}) => `__mutant(${id}) ? (${text}) : `).join('')}(${code}))`;
}
