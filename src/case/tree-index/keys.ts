import {nodesOf, piecesOf} from '../../dops/makefile/query-makefile.ts';
import {readMakefile} from '../../dops/makefile/read-makefile.ts';
import {parseOverlay} from '../../dops/syntax/parse-overlay.ts';
import type {Statement} from '../../dops/syntax/statement.ts';
import {splitBlanks} from '../../dops/syntax/unicode-blank.ts';
import type {Family} from '../evidence/root-causes/finding.ts';
import {baseName} from '../text/base-name.ts';

/** Kinds of keys under which a file of the tree is found. */
export const KEY_KINDS = ['symbol', 'names', 'header', 'word', 'path', 'file', 'stem', 'form'] as const;
export type KeyKind = (typeof KEY_KINDS)[number];
/** A kind and a value: `symbol:IFM_IEEE80211_11A`. */
export type Key = `${KeyKind}:${string}`;

/** A patch or an overlay of the tree. */
export interface TreeFile {
  /** Origin of its port. */
  readonly origin: string;
  /** Path below the port's directory: `overlay.dops`, `dragonfly/patch-main.c`. */
  readonly path: string;
  readonly text: string;
}

/** Maximum keys of a file: a generated patch of thousands of lines must not dominate the index. */
const MAX_KEYS = 400;
const IDENTIFIER = /[A-Za-z_]\w{3,63}/g;

/** Returns whether an identifier is no plain word of English. */
export function isSpecific(name: string): boolean {
  return /_|\d|[a-z][A-Z]|^[A-Z]{2}/.test(name);
}

/** Returns the keys under which a file is found. */
export function keysOfFile(file: TreeFile): Set<Key> {
  const keys = new Set<Key>(stemKeys(file.origin));
  for (const key of contentKeys(file)) {
    if (keys.size >= MAX_KEYS) break;
    keys.add(key);
  }
  return keys;
}

function contentKeys({path, text}: TreeFile): Iterable<Key> {
  if (path === 'overlay.dops') return overlayKeys(text);
  return /^Makefile\.\w+$/.test(path) ? fragmentKeys(text) : patchKeys(text);
}

/** Returns keys of a unified diff: the files that it changes, and names in its changed lines; of its context only specific ones. */
function* patchKeys(text: string): Iterable<Key> {
  for (const line of text.split('\n')) {
    const file = /^(?:---|\+\+\+) (\S+)/.exec(line)?.[1];
    if (file !== undefined) yield* fileKeys(file);
    else if (/^[+-]/.test(line)) yield* lineKeys(line.slice(1), false);
    else if (line.startsWith(' ')) yield* lineKeys(line, true);
  }
}

/** Returns the keys for a file's name, and for the kind of error that a change of such a file repairs. */
export function fileKeys(path: string): Key[] {
  const name = baseName(path.replace(/\.orig$/, ''));
  return name === '' || name === 'null' ? [] : [`file:${name}`, ...formKeys(name)];
}

const FORMS: readonly (readonly [RegExp, Family])[] = [
  [/^pkg-plist/, 'plist'],
  [/^(?:configure(?:\.ac|\.in)?|aclocal\.m4|config\.(?:guess|sub)|.*\.m4)$/, 'autoconf'],
  [/^CMakeLists\.txt$|\.cmake$/, 'cmake'],
  [/^meson(?:\.build|_options\.txt)$/, 'meson'],
  [/^Cargo\.(?:toml|lock)$|\.rs$/, 'cargo'],
  [/\.go$/, 'go'],
  [/\.py$/, 'python'],
  [/\.p[lm]$/, 'perl'],
  [/^(?:GNU)?[Mm]akefile/, 'make'],
  [/\.(?:c|cc|cpp|cxx|h|hh|hpp|hxx|m|mm|S)$/, 'compiler'],
];

function formKeys(name: string): Key[] {
  return FORMS.flatMap(([pattern, family]): Key[] => (pattern.test(name) ? [`form:${family}`] : [])).slice(0, 1);
}

/** Returns the keys of a line of source: included headers, identifiers that are no plain word, and in changed lines those that are called. */
function* lineKeys(line: string, isContext: boolean): Iterable<Key> {
  const header = /^\s*#\s*include\s*[<"]([\w./+-]+)[>"]/.exec(line)?.[1];
  if (header !== undefined) yield* headerKeys(header);
  else
    for (const {0: name, index} of line.matchAll(IDENTIFIER))
      if (isSpecific(name) || (!isContext && line[index + name.length] === '(')) yield* symbolKeys(name);
}

export function headerKeys(header: string): Key[] {
  return [`header:${header}`, ...(header.includes('/') ? [`header:${baseName(header)}` as const] : [])];
}

/** Returns the keys of an identifier: itself, and the start that it shares with others: `IFM_IEEE80211_*`. */
export function symbolKeys(name: string): Key[] {
  const start = /^(_*[A-Za-z]\w*_)[A-Za-z0-9]+$/.exec(name)?.[1];
  return [`symbol:${name}`, ...(start !== undefined && start.length >= 5 ? [`names:${start}` as const] : [])];
}

/** Returns the key that the variants of one software share: `lang/lua53` and `lang/lua54`. */
export function stemKeys(origin: string): Key[] {
  const name = origin.replace(/^[^/]*\//, '').replace(/^(py|rubygem|lua|php)\d*-/, '$1-');
  const stem = name.replace(/-(devel|lts|legacy|esr|current|stable|snapshot)$/, '').replace(/[-_]?[\d.]+$/, '');
  return stem === '' ? [] : [`stem:${stem}`];
}

/** Returns the key of a word in any case: an option, a value of a variable, a word of a reason. */
export function wordKeys(word: string): Key[] {
  const plain = word.toLowerCase().replace(/^["'(]+|["'),.;:]+$/g, '');
  return /^-?[a-z0-9][\w.+:/-]{2,60}$/.test(plain) ? [`word:${plain}`] : [];
}

/** Returns the keys of an entry of a plist. */
export function plistKeys(entry: string): Key[] {
  const path = entry.replace(/^@\S+ |%%[A-Z0-9_]+%%/g, '').replace(/\.gz$/, '');
  const name = baseName(path.trim()).replace(/\d+(?:\.\d+)+/g, 'N');
  return name.length < 4 ? [] : [`path:${name}`, 'form:plist'];
}

function* fragmentKeys(text: string): Iterable<Key> {
  const makefile = readMakefile(text);
  for (const node of nodesOf(makefile, 'assignment')) for (const piece of piecesOf(node)) yield* valueKeys(node.name, piece);
  for (const line of makefile.lines) if (line.startsWith('\t')) yield* recipeKeys(line);
}

function* overlayKeys(text: string): Iterable<Key> {
  for (const statement of parseOverlay(text).statements) yield* statementKeys(statement);
}

function* statementKeys(statement: Statement): Iterable<Key> {
  switch (statement.kind) {
    case 'reason':
      for (const word of splitBlanks(statement.text)) yield* wordKeys(word);
      return;
    case 'mk.var.set':
    case 'mk.var.eval':
    case 'mk.var.token_add':
    case 'mk.var.token_remove':
      for (const word of splitBlanks(statement.value)) yield* valueKeys(statement.name, word);
      return;
    case 'mk.target.set':
    case 'mk.target.append':
    case 'mk.block.set':
      for (const line of statement.recipe) yield* recipeKeys(line);
      return;
    case 'text.line_remove':
      yield* textKeys(statement.file, [statement.exact]);
      return;
    case 'text.line_insert_after':
      yield* textKeys(statement.file, [statement.line]);
      return;
    case 'text.replace_once':
      yield* textKeys(statement.file, [statement.from, statement.to]);
      return;
    default:
      return;
  }
}

/** Returns the keys of a word of a variable: `USES=alias`, the word itself, and what a flag defines. */
function* valueKeys(name: string, word: string): Iterable<Key> {
  yield* wordKeys(word);
  if (/^(?:\w+_)?USES$/.test(name)) yield `word:uses=${word.replace(/:.*$/, '').toLowerCase()}`;
  for (const [identifier] of word.replace(/^"?-[A-Z]/, '').matchAll(IDENTIFIER))
    if (isSpecific(identifier)) yield* symbolKeys(identifier);
}

/** Returns the keys of a line of a recipe: the files that it names, and specific identifiers that are no variables of make. */
function* recipeKeys(line: string): Iterable<Key> {
  for (const [, path = ''] of line.matchAll(/\$\{WRKSRC\w*\}\/(\S+)/g)) yield* fileKeys(path);
  for (const [name] of line.replace(/\$\{[^}]*\}/g, ' ').matchAll(IDENTIFIER)) if (isSpecific(name)) yield* symbolKeys(name);
}

function* textKeys(file: string, texts: readonly string[]): Iterable<Key> {
  yield* fileKeys(file);
  for (const text of texts) {
    if (file.includes('plist')) yield* plistKeys(text);
    else for (const word of splitBlanks(text)) yield* valueKeys('', word);
  }
}
