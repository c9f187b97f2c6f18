import {type DevEnv, succeeded} from './client.ts';
import {GIT, TRAPS} from './git-script.ts';
import {PRELUDE, runScript} from './scripts.ts';

/** A patch or an overlay in the commit of the checkout. */
export interface ListedFile {
  readonly blob: string;
  readonly bytes: number;
  readonly origin: string;
  /** Path below the port's directory. */
  readonly path: string;
}

/** Patches and overlays of a commit. */
export interface TreeListing {
  readonly commit: string;
  readonly files: readonly ListedFile[];
}

/** Limits of the files that are read: the real tree has some 9,000 of 1 KB. */
const MAX_FILES = 20_000;
const MAX_FILE_BYTES = 65_536;
const MAX_LIST_BYTES = 8 << 20;

const COMMIT = /^[0-9a-f]{40,64}$/;

/** The target of the dev-env, and the checkout's commit. */
const HEAD = `${PRELUDE}${GIT}
printf '%s\\n' "\${DPORTS_TARGET:-}" "$head"
`;

/** Returns the commit of a dev-env's checkout; undefined where the dev-env has another target. Throws where it has none. */
export async function checkoutCommit(env: DevEnv, target: string, signal?: AbortSignal): Promise<string | undefined> {
  const result = await runScript(env, HEAD, [], {timeoutSeconds: 60, signal});
  const [of, commit = ''] = result.stdout.split('\n');
  if (!succeeded(result) || !COMMIT.test(commit))
    throw new Error(`The commit of the checkout in ${env.name} was not read: ${result.stderr.trim().slice(-300)}`);
  return of === target ? commit : undefined;
}

/** The checkout's commit, and its patches and overlays: blob, bytes and path. Only commits are read, so that what a case edits meanwhile is not. */
const LIST = `${PRELUDE}${GIT}${TRAPS}
printf '%s\\n' "$head"
open_git
git ls-tree -r -l HEAD ports/ | awk -F '\\t' '
  {split($1, facts, " ")}
  facts[1] ~ /^100/ && facts[4] + 0 <= ${MAX_FILE_BYTES} &&
    $2 ~ /^ports\\/[^\\/]+\\/[^\\/]+\\/(overlay\\.dops|Makefile\\.DragonFly|(dragonfly[^\\/]*|diffs)\\/.+)$/ {
    print facts[3], facts[4], $2
  }' | head -n ${MAX_FILES}
`;

/** Lists the patches and overlays of the checkout's commit; names that git quotes are left out. Undefined where that fails. */
export async function listTree(env: DevEnv, signal?: AbortSignal): Promise<TreeListing | undefined> {
  const result = await runScript(env, LIST, [], {timeoutSeconds: 60, tailBytes: MAX_LIST_BYTES, signal});
  const [commit = '', ...lines] = result.stdout.trimEnd().split('\n');
  if (!succeeded(result) || result.stdoutTruncated || !COMMIT.test(commit)) return undefined;
  return {commit, files: lines.flatMap(fileOf)};
}

function fileOf(line: string): ListedFile[] {
  const [, blob, bytes, origin, path] = /^([0-9a-f]{40,64}) (\d+) ports\/([^/\s]+\/[^/\s]+)\/(.+)$/.exec(line) ?? [];
  return blob === undefined || origin === undefined || path === undefined ? [] : [{blob, bytes: Number(bytes), origin, path}];
}

/** Blobs by line on stdin: what `git cat-file --batch` prints of them. */
const READ = `${PRELUDE}${GIT}${TRAPS}
open_git
git cat-file --batch
`;

/** Reads blobs of the checkout. Undefined where that fails; what is missing is left out. */
export async function readBlobs(
  env: DevEnv,
  files: readonly ListedFile[],
  signal?: AbortSignal,
): Promise<Map<string, string> | undefined> {
  const blobs = [...new Set(files.map(({blob}) => blob))];
  const tailBytes = files.reduce((sum, {bytes}) => sum + bytes + 120, 1024);
  const stdin = blobs.map((blob) => `${blob}\n`).join('');
  const result = await runScript(env, READ, [], {timeoutSeconds: 60, tailBytes, encoding: 'latin1', stdin, signal});
  if (!succeeded(result) || result.stdoutTruncated) return undefined;
  return parseBatch(Buffer.from(result.stdout, 'latin1'));
}

function parseBatch(output: Buffer): Map<string, string> {
  const texts = new Map<string, string>();
  for (let at = 0; at < output.length; ) {
    const end = output.indexOf(0x0a, at);
    if (end < 0) break;
    const [, blob, bytes] = /^([0-9a-f]{40,64}) blob (\d+)$/.exec(output.toString('latin1', at, end)) ?? [];
    at = end + 1;
    if (blob === undefined) continue;
    texts.set(blob, output.toString('utf8', at, at + Number(bytes)));
    at += Number(bytes) + 1;
  }
  return texts;
}
