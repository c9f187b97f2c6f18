import {regexMutations} from './regex.ts';
import {childrenOf, isNode, type Node} from './syntax.ts';

/** A change of one expression or statement. */
export interface Mutation {
  readonly operator: string;
  readonly node: Node;
  /** Source that replaces the node's; undefined removes the statement. */
  readonly text: string | undefined;
  /** Whether the node is the value that stands in for a missing one: the right side of `??`, or a default. */
  readonly fallback: boolean;
}

type Change = Pick<Mutation, 'operator' | 'text'> & {readonly node?: Node};

const SWAPS: Readonly<Record<string, readonly string[]>> = {
  '<': ['<=', '>='],
  '<=': ['<', '>'],
  '>': ['>=', '<='],
  '>=': ['>', '<'],
  '===': ['!=='],
  '!==': ['==='],
  '+': ['-'],
  '-': ['+'],
  '*': ['/'],
  '/': ['*'],
  '%': ['*'],
  '**': ['*'],
  '&&': ['||'],
  '||': ['&&'],
  '??': ['&&'],
};

const METHOD_SWAPS: Readonly<Record<string, string>> = {
  some: 'every',
  every: 'some',
  startsWith: 'endsWith',
  endsWith: 'startsWith',
  min: 'max',
  max: 'min',
  floor: 'ceil',
  ceil: 'floor',
  toUpperCase: 'toLowerCase',
  toLowerCase: 'toUpperCase',
  indexOf: 'lastIndexOf',
  lastIndexOf: 'indexOf',
  find: 'findLast',
  findLast: 'find',
  findIndex: 'findLastIndex',
  findLastIndex: 'findIndex',
  trimStart: 'trimEnd',
  trimEnd: 'trimStart',
  padStart: 'padEnd',
  padEnd: 'padStart',
};

/** Calls that return something of their receiver's kind, so that the receiver can stand for the call. */
const REMOVABLE = new Set(
  'slice trim trimStart trimEnd sort toSorted filter reverse toReversed flat concat replace replaceAll toLowerCase toUpperCase'.split(
    ' ',
  ),
);

type Operator = (node: Node, text: (node: Node) => string) => Iterable<Change>;

const OPERATORS: Readonly<Record<string, Operator>> = {
  BinaryExpression: swapOperator,
  LogicalExpression: swapOperator,
  *AssignmentExpression(node, text) {
    const by = {'+=': '-=', '-=': '+=', '*=': '/=', '??=': '=', '||=': '=', '&&=': '='}[String(node.operator)];
    const parts = [node.left, node.right] as const;
    if (by === undefined || !isNode(parts[0]) || !isNode(parts[1]) || (node.operator === '+=' && isText(parts[1]))) return;
    yield {operator: `${node.operator} to ${by}`, text: `${text(parts[0])} ${by} ${text(parts[1])}`};
  },
  *UpdateExpression(node, text) {
    const by = node.operator === '++' ? '--' : '++';
    if (isNode(node.argument)) yield {operator: `${node.operator} to ${by}`, text: `${text(node.argument)}${by}`};
  },
  *UnaryExpression(node, text) {
    if (isNode(node.argument) && (node.operator === '!' || node.operator === '-'))
      yield {operator: `remove ${node.operator}`, text: text(node.argument)};
  },
  *BooleanLiteral({value}) {
    yield {operator: 'boolean', text: String(value !== true)};
  },
  *NumericLiteral({value}) {
    yield {operator: 'number + 1', text: String(Number(value) + 1)};
  },
  *StringLiteral({value}) {
    yield {operator: 'string', text: value === '' ? "'mutated'" : "''"};
  },
  *TemplateLiteral(node, text) {
    yield {operator: 'string', text: text(node) === '``' ? "'mutated'" : "''"};
  },
  *RegExpLiteral({pattern, flags}) {
    yield* regexMutations(String(pattern), String(flags));
  },
  *ArrayExpression({elements}) {
    if (Array.isArray(elements) && elements.length > 0) yield {operator: 'empty array', text: '[]'};
  },
  *ConditionalExpression({test}) {
    yield* forced(test, ['true', 'false']);
  },
  *IfStatement({test}) {
    yield* forced(test, ['true', 'false']);
  },
  *WhileStatement({test}) {
    yield* forced(test, ['false']);
  },
  *ForStatement({test}) {
    yield* forced(test, ['false']);
  },
  *ReturnStatement({argument}) {
    if (isNode(argument) && !(argument.type === 'Identifier' && argument.name === 'undefined'))
      yield {operator: 'return value', node: argument, text: 'undefined'};
  },
  *ExpressionStatement() {
    yield {operator: 'remove statement', text: undefined};
  },
  CallExpression: changeMethod,
  OptionalCallExpression: changeMethod,
};

/** Returns the mutations of a tree in the order of the source. Those of one node stand together. */
export function mutationsOf(tree: Node, source: string): Mutation[] {
  const found: Mutation[] = [];
  const text = (node: Node) => source.slice(node.start, node.end);
  const visit = (node: Node, parent: Node | undefined): void => {
    const fixed = parent !== undefined && isFixed(node, parent);
    const fallback = parent !== undefined && isFallback(node, parent);
    for (const {node: target = node, ...change} of OPERATORS[node.type]?.(node, text) ?? [])
      if (!fixed || target !== node) found.push({...change, node: target, fallback});
    for (const child of childrenOf(node)) visit(child, node);
  };
  visit(tree, undefined);
  return found.sort((a, b) => a.node.start - b.node.start || b.node.end - a.node.end);
}

/** Whether a node cannot be put in parentheses: a callee (it would lose `this`), a target, or the inner part of an optional chain. */
function isFixed(node: Node, parent: Node): boolean {
  if (node === parent.callee || node === parent.tag || node === parent.id || node === parent.param) return true;
  if (node === parent.quasi || (node === parent.left && /Assignment/.test(parent.type))) return true;
  if (parent.type === 'UpdateExpression' || parent.type === 'ForOfStatement' || /Pattern$/.test(node.type))
    return node !== parent.right;
  return parent.type === 'OptionalMemberExpression' && node === parent.object && parent.optional !== true;
}

function isFallback(node: Node, {type, operator, right}: Node): boolean {
  return node === right && (type === 'AssignmentPattern' || (type === 'LogicalExpression' && operator === '??'));
}

function* swapOperator(node: Node, text: (node: Node) => string): ReturnType<Operator> & Generator {
  const {left, right, operator} = node;
  if (!isNode(left) || !isNode(right) || (operator === '+' && (isText(left) || isText(right)))) return;
  for (const by of SWAPS[String(operator)] ?? [])
    yield {operator: `${operator} to ${by}`, text: `(${text(left)}) ${by} (${text(right)})`};
}

function* forced(test: unknown, values: readonly string[]): ReturnType<Operator> & Generator {
  if (isNode(test)) for (const value of values) yield {operator: `condition ${value}`, node: test, text: value};
}

function* changeMethod(node: Node, text: (node: Node) => string): ReturnType<Operator> & Generator {
  const {callee} = node;
  if (!isNode(callee) || !isNode(callee.object) || !isNode(callee.property) || callee.computed === true) return;
  const {object, property} = callee;
  const name = String(property.name);
  const by = Object.hasOwn(METHOD_SWAPS, name) ? METHOD_SWAPS[name] : undefined;
  const rest = text(node).slice(property.end - node.start);
  if (by !== undefined)
    yield {operator: `${name} to ${by}`, text: `${text(node).slice(0, property.start - node.start)}${by}${rest}`};
  if (REMOVABLE.has(name)) yield {operator: `remove ${name}`, text: text(object)};
}

/** Whether a node is certainly a text, so that `+` means to join. */
function isText(node: Node): boolean {
  if (node.type === 'StringLiteral' || node.type === 'TemplateLiteral') return true;
  return node.type === 'BinaryExpression' && [node.left, node.right].some((side) => isNode(side) && isText(side));
}
