import type {ExecResult} from '../client.ts';
import {PRELUDE, PUT, runScript} from '../scripts.ts';
import type {DopsChange} from './dops-overlay.ts';
import {type CheckedPath, overlayDir, shortPath} from './paths.ts';
import {outcome} from './results.ts';
import type {ToolContext, ToolOutcome} from './tool.ts';

/** Holds the last edit's call and what it made of its file, written before the file itself. */
export const EDIT_MARK = '/work/.portwright-edit';

/**
 * NAME PATH EXPECTED_SHA256 MARK REPLACED MODE ROOT TOP PART..., the content on stdin. REPLACED is a file of the same directory that goes, or
 * empty; MODE is `store`, or `check` to store nothing.
 */
const SCRIPT = `${PRELUDE}${PUT}
name=$1 path=$2 expected=$3 mark=$4 replaced=$5 mode=$6
shift 6
way "$@"
if [ -e "./$name" ] || [ -h "./$name" ]; then regular "$name" "$path"; fi
if [ -n "$expected" ]; then
  [ -e "./$name" ] || refuse 76 "$path must have the sha256 $expected; it does not exist."
  now=$(sha256 <"./$name")
  [ "$now" = "$expected" ] || refuse 76 "$path must have the sha256 $expected; it has $now. Read it again before you write."
fi
[ "$mode" = store ] || exit 0
rm -f ${EDIT_MARK}
[ -z "$mark" ] || printf '%s\\n' "$mark" >${EDIT_MARK}
put "$name"
[ -z "$replaced" ] || rm -f "./$replaced"
`;

/** ROOT DIR NAME PATH KEY: the digest and the size of a file that this call has written already. */
const WRITTEN = `${PRELUDE}${PUT}
enter "$1" "$2"
regular "$3" "$4"
now=$(sha256 <"./$3")
[ "$(cat ${EDIT_MARK} 2>/dev/null)" = "$5 $now" ] || exit 1
printf '%s %s\\n' "$now" "$(wc -c <"./$3")"
`;

/** Returns the outcome of an earlier try of the same call that had written when its worker was killed; undefined if none had. */
export async function writtenBefore(context: ToolContext, at: CheckedPath): Promise<ToolOutcome | undefined> {
  if (!context.call?.again) return undefined;
  const result = await runScript(context.env, WRITTEN, [at.root, at.dir, at.name, at.path, context.call.key], {
    timeoutSeconds: 120,
    signal: context.signal,
  });
  const [, sha256 = '', size = ''] = /^([0-9a-f]{64})\s+(\d+)/.exec(result.stdout) ?? [];
  return result.rc === 0 && sha256 !== '' ? written(at, sha256, Number(size)) : undefined;
}

/** Outcome of a file that was written. */
export function written(at: CheckedPath, sha256: string, size: number): ToolOutcome {
  return outcome({ok: true, path: at.path, sha256, size}, `${shortPath(at.path)}, ${size} bytes`, {edited: true});
}

/** How a file is stored. */
export interface StoreOptions {
  /** sha256 that it must have now. */
  readonly expected?: string;
  /** sha256 that it gets, by which a repeated call finds it; without it the call is not marked. */
  readonly digest?: string;
  /** File of the same directory that goes with it. */
  readonly replaces?: string | undefined;
  /** Checks whether it can be stored, and stores nothing. */
  readonly isCheck?: boolean;
}

/** Stores a file atomically. A refusal changes nothing. */
export function storeFile(
  context: ToolContext,
  at: CheckedPath,
  content: Uint8Array,
  options: StoreOptions,
): Promise<ExecResult> {
  const {expected = '', digest, replaces = '', isCheck = false} = options;
  const mark = context.call === undefined || digest === undefined ? '' : `${context.call.key} ${digest}`;
  return runScript(
    context.env,
    SCRIPT,
    [at.name, at.path, expected, mark, replaces, isCheck ? 'check' : 'store', ...wayArguments(at)],
    {
      stdin: content,
      editsOverlay: true,
      timeoutSeconds: 120,
      signal: context.signal,
    },
  );
}

/** Path of the port's overlay.dops. */
export function dopsPath(origin: string): CheckedPath {
  const dir = overlayDir(origin);
  return {path: `${dir}/overlay.dops`, dir, name: 'overlay.dops', root: dir};
}

/** Stores overlay.dops, and deletes what it replaces. */
export function storeDops(context: ToolContext, {overlay, replaces}: DopsChange, digest?: string): Promise<ExecResult> {
  const options = {replaces: replaces[0], ...(digest === undefined ? {} : {digest})};
  return storeFile(context, dopsPath(context.origin), Buffer.from(overlay.text, 'utf8'), options);
}

/** Returns the arguments of the scripts' `way`: the directory that the real path must stay in, the existing directory, and the parts below it. */
export function wayArguments(at: CheckedPath): string[] {
  const top = at.dir.startsWith('/work/obj') ? '/work/obj' : '/work/DeltaPorts/ports';
  return [at.root, top, ...at.dir.slice(top.length + 1).split('/')];
}
