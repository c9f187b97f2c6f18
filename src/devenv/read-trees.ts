import {Tree} from '../dops/apply/tree.ts';
import {type DevEnv, type ExecResult, succeeded} from './client.ts';
import {PRELUDE, runScript} from './scripts.ts';

/** Most bytes of all files; an overlay or a port has some KB, one with many patches some hundred. */
export const MOST_TREES_BYTES = 16_777_216;

/**
 * DIR...: for each directory a line with the number of its regular files, lines with the size and the path of each, a line `bytes`, and
 * their contents. Links are not followed; names with a line break are left out. A directory that does not exist has no files.
 */
const SCRIPT = `${PRELUDE}
aside=$(mktemp -d /work/.portwright-tmp.XXXXXX)
trap 'rm -rf "$aside"' EXIT
trap 'exit 143' TERM INT HUP
list() (
  enter "$1" "$1"
  if [ -h ./overlay.dops ]; then regular overlay.dops "$1/overlay.dops"; fi
  find . -type f ! -path '*
*' -print0 >"$aside/files"
  tr -dc '\\000' <"$aside/files" | wc -c
  xargs -0 wc -c <"$aside/files"
  echo bytes
  xargs -0 cat <"$aside/files"
)
for dir; do
  if [ -d "$dir" ]; then list "$dir"; else printf '0\\nbytes\\n'; fi
done
`;

/** Result of reading directories. */
export interface TreesRead {
  readonly result: ExecResult;
  /** Files of the directories, in their order; undefined where the script failed, or the files have too many bytes or changed meanwhile. */
  readonly trees: readonly Tree[] | undefined;
}

/** Reads all regular files of directories below /work. An overlay.dops that is a link is refused. */
export async function readTrees(env: DevEnv, dirs: readonly string[], signal?: AbortSignal): Promise<TreesRead> {
  const options = {timeoutSeconds: 120, tailBytes: MOST_TREES_BYTES, encoding: 'latin1' as const, signal};
  const result = await runScript(env, SCRIPT, dirs, options);
  if (!succeeded(result) || result.stdoutTruncated) return {result, trees: undefined};
  return {result, trees: parseTrees(Buffer.from(result.stdout, 'latin1'), dirs.length)};
}

function parseTrees(output: Buffer, count: number): Tree[] | undefined {
  const trees: Tree[] = [];
  let at = 0;
  for (let read = 0; read < count; read++) {
    const marker = output.indexOf('\nbytes\n', at);
    if (marker < 0) return undefined;
    const [number = '', ...lines] = output.toString('utf8', at, marker).split('\n');
    const files = lines.flatMap((line) => fileOf(line) ?? []);
    if (files.length !== Number(number.trim())) return undefined;
    at = marker + '\nbytes\n'.length;
    const tree = new Tree();
    for (const {path, size} of files) {
      tree.set(path, {kind: 'file', bytes: output.subarray(at, at + size), mode: 0o644});
      at += size;
    }
    trees.push(tree);
  }
  return at === output.length ? trees : undefined;
}

/** Reads a line of `wc -c`; undefined for the totals. */
function fileOf(line: string): {path: string; size: number} | undefined {
  const [, size, path] = /^\s*(\d+) \.\/(.+)$/s.exec(line) ?? [];
  return path === undefined ? undefined : {path, size: Number(size)};
}
