import {once} from 'node:events';
import {setImmediate as nextTick} from 'node:timers/promises';
import {log} from '@temporalio/activity';
import type {Item} from '../case/prompt/space.ts';
import {matchItem} from '../case/tree-index/excerpt.ts';
import {queryOf} from '../case/tree-index/query.ts';
import {TreeIndex} from '../case/tree-index/tree-index.ts';
import type {PortId} from '../case/types.ts';
import type {DevEnv} from '../devenv/client.ts';
import {envNamesFor, openNamedDevEnv} from '../devenv/named.ts';
import {checkoutCommit, type ListedFile, listTree, readBlobs} from '../devenv/tree-files.ts';
import {readRootCauses} from '../evidence/root-causes.ts';
import {readTree, type StoredTree, storedCommits, writeTree} from '../evidence/tree-store.ts';
import {cancelSignal, type WorkerContext} from './context.ts';

/** Characters of a file that are stored and indexed. */
const FILE_CHARS = 16_384;
/** Files that are read, or indexed, at once. */
const BATCH = 2000;
const INDEX_BATCH = 200;
/** Bytes of all files of a checkout; the real tree has 10 MB. */
const MAX_TREE_BYTES = 48 << 20;
/** Matches in a prompt. A triage is sent once or twice, a repair's first message with each of its turns. */
const MATCHES = {triage: 3, patch: 2} as const;
/** Seconds that a prompt waits for the index. What was read by then is stored, and the next prompt reads on. */
const PATIENCE_SECONDS = 20;
/** Seconds without another try after dev-envs that did not answer in time. */
const PAUSE_SECONDS = 300;

/** The index that was used last; another checkout of the same worker replaces it. */
let latest: {readonly commit: string; readonly isComplete: boolean; readonly index: TreeIndex} | undefined;
/** Ends when the last index that was begun is there: cases that start together build it once. */
let turn: Promise<unknown> = Promise.resolve();
let pausedUntil = 0;

/** Input of `similarChanges`. */
export interface TreeQuestion {
  /** Evidence root that stores the index. */
  readonly root: string;
  /** Directory of the bundle. */
  readonly dir: string;
  readonly port: PortId;
  readonly flow: keyof typeof MATCHES;
  /** Root cause of triage; missing before. */
  readonly rootCause?: string | undefined;
  /** Another origin whose overlay is the case's: its master. */
  readonly master?: string | undefined;
}

/**
 * Returns the patches and overlays of other ports that are closest to a failure, from the checkout of a dev-env of its target, as items of
 * a prompt. They are an aid: where no dev-env answers in time, or nothing is close, there are none.
 */
export async function similarChanges({env: settings}: Pick<WorkerContext, 'env'>, question: TreeQuestion): Promise<Item[]> {
  const {target} = question.port;
  const names = envNamesFor(target, settings);
  if (names.length === 0 || Date.now() < pausedUntil) return [];
  const deadline = AbortSignal.timeout(PATIENCE_SECONDS * 1000);
  const signal = AbortSignal.any([cancelSignal(), deadline]);
  try {
    const causes = await causesIn(question.dir);
    if (causes === undefined) return [];
    const checkout = await answering(names, settings, target, signal);
    return checkout === undefined ? [] : await closestTo(causes, checkout, question, signal);
  } catch (error) {
    cancelSignal().throwIfAborted();
    log.warn(`Similar changes of the tree are left out of a prompt of ${question.port.origin}: ${(error as Error).message}`);
    if (deadline.aborted) pausedUntil = Date.now() + PAUSE_SECONDS * 1000;
    return [];
  }
}

/** Checkout of a dev-env at a commit. */
interface Checkout {
  readonly env: DevEnv;
  readonly commit: string;
}

/**
 * Returns the checkout of the target's dev-env that answers first; undefined if none does. Its commit is all that most prompts ask a dev-env for:
 * `dev-env status` would read the state of all files of two trees.
 */
async function answering(
  names: readonly string[],
  settings: NodeJS.ProcessEnv,
  target: string,
  signal: AbortSignal,
): Promise<Checkout | undefined> {
  const answers = names.map((name) => checkoutIn(openNamedDevEnv(name, settings), target, signal));
  return Promise.any(answers).catch(() => {
    signal.throwIfAborted();
    return undefined;
  });
}

async function checkoutIn(env: DevEnv, target: string, signal: AbortSignal): Promise<Checkout> {
  const commit = await checkoutCommit(env, target, signal);
  if (commit === undefined) throw new Error(`${env.name} is not a dev-env of ${target}.`);
  return {env, commit};
}

/** Returns the changes that `similarChanges` finds in the checkout of a dev-env. */
export async function closestChanges(env: DevEnv, question: TreeQuestion, signal: AbortSignal): Promise<Item[]> {
  const causes = await causesIn(question.dir);
  return causes === undefined ? [] : closestTo(causes, await checkoutIn(env, question.port.target, signal), question, signal);
}

type Causes = NonNullable<Awaited<ReturnType<typeof readRootCauses>>>;

/** Returns the root causes of a bundle; undefined where its log names none, so that no dev-env need be asked. */
async function causesIn(dir: string): Promise<Causes | undefined> {
  const causes = await readRootCauses(dir);
  return causes === undefined || causes.findings.length === 0 ? undefined : causes;
}

async function closestTo(causes: Causes, checkout: Checkout, question: TreeQuestion, signal: AbortSignal): Promise<Item[]> {
  const {port, flow, rootCause, master} = question;
  const index = await inTurn(() => indexOf(checkout, question.root, signal), signal);
  const except = [port.origin, ...(master === undefined ? [] : [master])];
  return (index?.closest(queryOf(causes, port.origin, rootCause), except, MATCHES[flow]) ?? []).map(matchItem);
}

/** Runs work after that of the calls before, and waits for it until the signal. */
async function inTurn<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted();
  const mine = turn.then(work);
  turn = mine.catch(() => undefined);
  const aborted = once(signal, 'abort').then(() => Promise.reject(signal.reason as Error));
  return Promise.race([mine, aborted]);
}

/** Returns the index of the checkout's commit, or of what could be read of it in time. A complete one in memory is not read from the store again. */
async function indexOf(checkout: Checkout, root: string, signal: AbortSignal): Promise<TreeIndex | undefined> {
  if (latest?.isComplete && latest.commit === checkout.commit) return latest.index;
  const tree = await treeOf(checkout, root, signal);
  if (tree === undefined) return undefined;
  const {commit, isComplete} = tree;
  if (latest?.commit === commit && latest.index.size === tree.files.length) return latest.index;
  latest = {commit, isComplete, index: await indexFiles(tree.files)};
  return latest.index;
}

/** Yields between batches: workflows and heartbeats of the worker go on meanwhile. */
async function indexFiles(files: StoredTree['files']): Promise<TreeIndex> {
  const index = new TreeIndex();
  for (const [at, file] of files.entries()) {
    if (at % INDEX_BATCH === 0) await nextTick();
    index.add(file);
  }
  return index;
}

/** Returns the tree of a checkout from the store, or from the checkout, whose commit may be another by then. */
async function treeOf({env, commit}: Checkout, root: string, signal: AbortSignal): Promise<StoredTree | undefined> {
  const stored = await readTree(root, commit);
  if (stored?.isComplete) return stored;
  const listing = await listTree(env, signal);
  if (listing === undefined) return undefined;
  const [last] = await storedCommits(root);
  const before = stored ?? (last === undefined ? undefined : await readTree(root, last));
  return readNew({env, root, commit: listing.commit, files: withinLimit(listing.files), before}, signal);
}

function withinLimit(files: readonly ListedFile[]): ListedFile[] {
  let left = MAX_TREE_BYTES;
  return files.filter(({bytes}) => {
    left -= bytes;
    return left >= 0;
  });
}

interface NewTree {
  readonly env: DevEnv;
  readonly root: string;
  readonly commit: string;
  readonly files: readonly ListedFile[];
  /** An earlier tree, most of whose files are the same. */
  readonly before: StoredTree | undefined;
}

/** Reads the files that an earlier tree does not have, and stores the tree, however many of them could be read. */
async function readNew({env, root, commit, files, before}: NewTree, signal: AbortSignal): Promise<StoredTree> {
  const texts = new Map(before?.files.map(({blob, text}) => [blob, text]));
  const missing = files.filter(({blob}) => !texts.has(blob));
  let isComplete = true;
  for (let at = 0; at < missing.length && isComplete; at += BATCH) {
    const read = await readBlobs(env, missing.slice(at, at + BATCH), signal).catch((error: unknown) => {
      if (signal.aborted) return undefined;
      throw error;
    });
    isComplete = read !== undefined;
    for (const [blob, text] of read ?? []) texts.set(blob, text.slice(0, FILE_CHARS));
  }
  const known = files.flatMap(({blob, origin, path}) => {
    const text = texts.get(blob);
    return text === undefined ? [] : [{blob, origin, path, text}];
  });
  const tree: StoredTree = {version: 1, commit, isComplete, files: known};
  if (known.length > 0) await writeTree(root, tree);
  return tree;
}
