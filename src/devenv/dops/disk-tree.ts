import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import {dirname, join} from 'node:path';
import {OperationFailure} from '../../dops/apply/failure.ts';
import {resolvePath} from '../../dops/apply/resolve-path.ts';
import {type Entry, Tree} from '../../dops/apply/tree.ts';

/** Reads a directory with all files. Links are not followed; devices, pipes and sockets are left out. */
export function readTree(root: string): Tree {
  const tree = new Tree();
  addDirectory(tree, root, '');
  return tree;
}

function addDirectory(tree: Tree, root: string, dir: string): void {
  for (const name of readdirSync(join(root, dir)).sort()) {
    const path = dir === '' ? name : `${dir}/${name}`;
    const entry = readEntry(join(root, path));
    if (entry !== undefined) tree.set(path, entry);
    if (entry?.kind === 'directory') addDirectory(tree, root, path);
  }
}

function readEntry(path: string): Entry | undefined {
  const stat = lstatSync(path);
  if (stat.isDirectory()) return {kind: 'directory'};
  if (stat.isSymbolicLink()) return {kind: 'link', target: readlinkSync(path)};
  return stat.isFile() ? {kind: 'file', bytes: readFileSync(path), mode: stat.mode & 0o7777} : undefined;
}

/**
 * Writes a tree into an empty directory. A link that leads outside is left out, so that nothing can be written through it;
 * returns the paths of those.
 */
export function writeTree(root: string, tree: Tree): string[] {
  const omitted: string[] = [];
  for (const [path, entry] of tree.entries()) {
    const at = join(root, path);
    mkdirSync(dirname(at), {recursive: true});
    if (entry.kind === 'directory') mkdirSync(at, {recursive: true});
    else if (entry.kind === 'file') writeFileSync(at, entry.bytes, {mode: entry.mode});
    else if (staysInside(tree, path)) symlinkSync(entry.target, at);
    else omitted.push(path);
  }
  return omitted;
}

function staysInside(tree: Tree, path: string): boolean {
  try {
    resolvePath(tree, path);
    return true;
  } catch (error) {
    if (error instanceof OperationFailure) return false;
    throw error;
  }
}

/** Stores the files that differ between two trees of a directory: each is replaced as one, and never through a link. */
export function storeChanges(root: string, before: Tree, after: Tree): void {
  for (const [path, entry] of after.entries()) {
    if (entry.kind === 'directory') mkdirSync(join(root, path), {recursive: true});
    if (entry.kind === 'file' && !isStored(before.get(path), entry)) replaceFile(join(root, path), entry);
  }
  for (const [path, entry] of before.entries().reverse())
    if (after.get(path) === undefined) rmSync(join(root, path), {recursive: entry.kind === 'directory'});
}

function isStored(old: Entry | undefined, {bytes, mode}: Extract<Entry, {readonly kind: 'file'}>): boolean {
  return old?.kind === 'file' && old.mode === mode && Buffer.compare(old.bytes, bytes) === 0;
}

function replaceFile(path: string, {bytes, mode}: Extract<Entry, {readonly kind: 'file'}>): void {
  const temporary = `${path}.portwright-new`;
  rmSync(temporary, {force: true});
  writeFileSync(temporary, bytes, {mode, flag: 'wx'});
  chmodSync(temporary, mode);
  renameSync(temporary, path);
}
