import {parse} from '@babel/parser';

/** A node of the syntax tree; `start` and `end` are positions in the source, parentheses around the node left out. */
export interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly loc: {readonly start: {readonly line: number; readonly column: number}};
  readonly [field: string]: unknown;
}

/** Returns the tree of a TypeScript module. Throws on a syntax error. */
export function parseModule(source: string): Node {
  return parse(source, {sourceType: 'module', plugins: ['typescript']}).program as unknown as Node;
}

/** Expressions that only wrap another one for the type checker. */
const TYPED_EXPRESSIONS = new Set(['TSAsExpression', 'TSSatisfiesExpression', 'TSNonNullExpression']);

/** Nodes with nothing but names in them. */
const NAMES_ONLY = new Set(['ImportDeclaration', 'ExportAllDeclaration', 'ExportSpecifier']);

/** Returns the child nodes that exist at run time: types, names of modules and plain property names are left out. */
export function childrenOf(node: Node): Node[] {
  if (NAMES_ONLY.has(node.type) || (isNode(node.callee) && node.callee.type === 'Import')) return [];
  const children: Node[] = [];
  for (const [field, value] of Object.entries(node)) {
    if (isPlainName(node, field)) continue;
    for (const child of Array.isArray(value) ? value : [value]) if (isNode(child) && isCode(child)) children.push(child);
  }
  return children.sort((a, b) => a.start - b.start);
}

/** Whether a value is a node of the tree. */
export function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && typeof (value as Node).type === 'string' && 'start' in value;
}

function isCode({type}: Node): boolean {
  return (!type.startsWith('TS') || TYPED_EXPRESSIONS.has(type)) && !/Comment|^Directive/.test(type);
}

function isPlainName(node: Node, field: string): boolean {
  if (field === 'source' || field === 'label' || field.endsWith('Comments')) return true;
  return (field === 'key' || field === 'property') && node.computed !== true;
}
