import {mkdir, readdir, rm, stat} from 'node:fs/promises';
import {join} from 'node:path';
import {promisify} from 'node:util';
import {gunzip, gzip} from 'node:zlib';
import type {TreeFile} from '../case/tree-index/keys.ts';
import {EVIDENCE_DIR} from './modes.ts';
import {readUnlinkedBytes} from './regular-file.ts';
import {writeAtomically} from './write-atomically.ts';

/** Patches and overlays of one commit of a DeltaPorts checkout: a file of `<evidence>/tree-index/`. */
export interface StoredTree {
  readonly version: 1;
  readonly commit: string;
  /** Whether every file of the commit is there. */
  readonly isComplete: boolean;
  readonly files: readonly (TreeFile & {readonly blob: string})[];
}

/** Commits that are stored: those of the dev-envs' checkouts, and the base of a new one. */
const MAX_TREES = 4;
const MAX_BYTES = 128 << 20;
const NAME = /^([0-9a-f]{40,64})\.json\.gz$/;

/** Returns the commits that an evidence root has, the newest first. */
export async function storedCommits(root: string): Promise<string[]> {
  const dir = join(root, 'tree-index');
  const names = (await readdir(dir).catch(() => [] as string[])).filter((name) => NAME.test(name));
  const times = await Promise.all(names.map(async (name) => (await stat(join(dir, name)).catch(() => undefined))?.mtimeMs ?? 0));
  const order = names.map((name, at) => ({commit: name.replace(NAME, '$1'), time: times[at] ?? 0}));
  return order.sort((a, b) => b.time - a.time).map(({commit}) => commit);
}

/** Reads the tree of a commit; undefined where it is missing or damaged: it may be deleted at any time, and is then read from the checkout again. */
export async function readTree(root: string, commit: string): Promise<StoredTree | undefined> {
  try {
    const packed = await readUnlinkedBytes(join(root, 'tree-index', `${commit}.json.gz`));
    const json = await promisify(gunzip)(packed, {maxOutputLength: MAX_BYTES});
    const tree = JSON.parse(json.toString('utf8')) as StoredTree;
    return tree.version === 1 && tree.commit === commit && Array.isArray(tree.files) ? tree : undefined;
  } catch {
    return undefined;
  }
}

/** Stores the tree of a commit, over an older one of it, and deletes the oldest beyond the last four commits. */
export async function writeTree(root: string, tree: StoredTree): Promise<void> {
  const dir = join(root, 'tree-index');
  await mkdir(dir, EVIDENCE_DIR);
  await writeAtomically(dir, `${tree.commit}.json.gz`, await promisify(gzip)(JSON.stringify(tree)));
  const old = (await storedCommits(root)).filter((commit) => commit !== tree.commit).slice(MAX_TREES - 1);
  await Promise.all(old.map((commit) => rm(join(dir, `${commit}.json.gz`), {force: true})));
}
