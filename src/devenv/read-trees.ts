import {Tree} from '../../dops/apply/tree.ts';
import {PRELUDE, runScript} from '../scripts.ts';
import {failed, scriptRefusal} from './results.ts';
import type {ToolContext, ToolOutcome} from './tool.ts';

/** Most bytes of all files; an overlay or a port has some KB, one with many patches some hundred. */
const MOST_BYTES = 8_388_608;

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

/** Files of directories below /work, in their order. */
export type TreesRead =
  | {readonly ok: true; readonly trees: readonly Tree[]}
  | {readonly ok: false; readonly outcome: ToolOutcome};

/** Reads all regular files of directories below /work. An overlay.dops that is a link is refused. */
export async function readTrees({env, signal}: Pick<ToolContext, 'env' | 'signal'>, dirs: readonly string[]): Promise<TreesRead> {
  const options = {timeoutSeconds: 120, tailBytes: MOST_BYTES, encoding: 'latin1' as const, signal};
  const result = await runScript(env, SCRIPT, dirs, options);
  const what = `the files of ${dirs.join(' and ')} were not read`;
  if (result.rc !== 0 || result.timedOut) return {ok: false, outcome: scriptRefusal(result) ?? failed(what, result)};
  const trees = result.stdoutTruncated ? undefined : parseTrees(Buffer.from(result.stdout, 'latin1'), dirs.length);
  if (trees !== undefined) return {ok: true, trees};
  return {ok: false, outcome: failed(`${what}: they may have ${MOST_BYTES} bytes, and must not change meanwhile`, result)};
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
  const [, size, path] = /^\s*(\d+) \.\/(.+)$/.exec(line) ?? [];
  return path === undefined ? undefined : {path, size: Number(size)};
}
