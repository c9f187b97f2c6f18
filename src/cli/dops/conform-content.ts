import {type Entry, Tree} from '../../dops/apply/tree.ts';

/** Content of a file in the conformance protocol. */
export type Content =
  | string
  | {readonly text: string; readonly mode?: string}
  | {readonly base64: string; readonly mode?: string}
  | {readonly dir: true}
  | {readonly link: string};

const DEFAULT_MODE = '0644';

/** Returns the tree of files that a request names. */
export function toTree(files: Readonly<Record<string, Content>>): Tree {
  return new Tree(Object.entries(files).map(([path, content]) => [path, toEntry(content)] as const));
}

function toEntry(content: Content): Entry {
  if (typeof content === 'string') return toEntry({text: content});
  if ('dir' in content) return {kind: 'directory'};
  if ('link' in content) return {kind: 'link', target: content.link};
  const bytes = 'text' in content ? Buffer.from(content.text, 'utf8') : Buffer.from(content.base64, 'base64');
  return {kind: 'file', bytes, mode: Number.parseInt(content.mode ?? DEFAULT_MODE, 8)};
}

/** Returns the files, links and empty directories of a tree. */
export function toContents(tree: Tree): Record<string, Content> {
  const shown = tree.entries().filter(([path, {kind}]) => kind !== 'directory' || !tree.hasChildren(path));
  return Object.fromEntries(shown.map(([path, entry]) => [path, toContent(entry)]));
}

function toContent(entry: Entry): Content {
  if (entry.kind === 'directory') return {dir: true};
  if (entry.kind === 'link') return {link: entry.target};
  const bytes = Buffer.from(entry.bytes);
  const text = bytes.toString('utf8');
  return Buffer.from(text, 'utf8').equals(bytes) ? text : {base64: bytes.toString('base64')};
}

/** Returns the modes of the files, as `0644`. */
export function toModes(tree: Tree): Record<string, string> {
  return Object.fromEntries(
    tree.entries().flatMap(([path, entry]) => (entry.kind === 'file' ? [[path, entry.mode.toString(8).padStart(4, '0')]] : [])),
  );
}
