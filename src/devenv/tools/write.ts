import {createHash} from 'node:crypto';
import {hasMask} from '../../case/evidence/secrets.ts';
import type {ExecResult} from '../client.ts';
import {PRELUDE, PUT, runScript} from '../scripts.ts';
import {checkPatch} from './check-patch.ts';
import {deleteOverlayFile} from './delete-overlay-file.ts';
import {checkDops} from './dops-overlay.ts';
import {makefileProblem} from './makefile-tabs.ts';
import {type CheckedPath, overlayDir, shortPath} from './paths.ts';
import {failed, outcome, refused, scriptRefusal} from './results.ts';
import type {ToolContext, ToolOutcome} from './tool.ts';

/** Holds the last edit's call and what it made of its file, written before the file itself. */
export const EDIT_MARK = '/work/.portwright-edit';

/** NAME PATH EXPECTED_SHA256 MARK ROOT TOP PART..., the content on stdin. */
const SCRIPT = `${PRELUDE}${PUT}
name=$1 path=$2 expected=$3 mark=$4
shift 4
way "$@"
if [ -e "./$name" ] || [ -h "./$name" ]; then regular "$name" "$path"; fi
if [ -n "$expected" ]; then
  [ -e "./$name" ] || refuse 76 "$path must have the sha256 $expected; it does not exist."
  now=$(sha256 <"./$name")
  [ "$now" = "$expected" ] || refuse 76 "$path must have the sha256 $expected; it has $now. Read it again before you write."
fi
rm -f ${EDIT_MARK}
[ -z "$mark" ] || printf '%s\\n' "$mark" >${EDIT_MARK}
put "$name"
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

/** Files of an overlay that change nothing when they are empty. */
const MEANS_DELETION = /^(Makefile\.DragonFly[^/]*$|diffs\/|dragonfly\/)/;

/** Deletes a file that would be empty: an empty patch applies to nothing, and stays in the overlay for nothing. */
async function deleteInstead(context: ToolContext, at: CheckedPath, expected: string): Promise<ToolOutcome> {
  const done = await deleteOverlayFile(context, at, expected);
  const note = 'The content is empty, so the file was deleted, as by delete_file.';
  return done.result.ok ? {...done, result: {...done.result, note}} : done;
}

/** Writes a file that passed `writable`, atomically. `expected` is the sha256 that it must have now, or empty. */
export async function writeFile(context: ToolContext, at: CheckedPath, content: Buffer, expected: string): Promise<ToolOutcome> {
  const inOverlay = at.root === overlayDir(context.origin);
  const inPort = at.path.slice(at.root.length + 1);
  const text = content.toString('utf8');
  if (inOverlay && MEANS_DELETION.test(inPort) && text.trim() === '') return deleteInstead(context, at, expected);
  const dops = inOverlay ? await checkDops(context, [inPort]) : {};
  if (dops.refusal !== undefined) return dops.refusal;
  const makefile = inOverlay ? makefileProblem(at.name, text) : undefined;
  if (makefile !== undefined) return refused('makefile_spaces', `${at.path}: ${makefile}`);
  if (hasMask(text))
    return refused(
      'masked_secret',
      `${at.path} would get a mark like [masked: key] in place of what stands there: a secret is not shown to you. Change the other lines by replace_in_file.`,
    );
  const patch = inOverlay ? await checkPatch(context, inPort, content.toString('latin1')) : {};
  if (patch.refusal !== undefined) return patch.refusal;
  const sha256 = createHash('sha256').update(content).digest('hex');
  const mark = context.call === undefined ? '' : `${context.call.key} ${sha256}`;
  const result = await runScript(context.env, SCRIPT, [at.name, at.path, expected, mark, ...wayArguments(at)], {
    stdin: content,
    editsOverlay: true,
    timeoutSeconds: 120,
    signal: context.signal,
  });
  if (result.rc !== 0) return failure(at, result);
  const done = written(at, sha256, content.length);
  const note = [dops.note, patch.note].filter((one) => one !== undefined).join(' ');
  return note === '' ? done : {...done, result: {...done.result, note}};
}

function written(at: CheckedPath, sha256: string, size: number): ToolOutcome {
  return outcome({ok: true, path: at.path, sha256, size}, `${shortPath(at.path)}, ${size} bytes`, {edited: true});
}

/** Returns the arguments of the scripts' `way`: the directory that the real path must stay in, the existing directory, and the parts below it. */
export function wayArguments(at: CheckedPath): string[] {
  const top = at.dir.startsWith('/work/obj') ? '/work/obj' : '/work/DeltaPorts/ports';
  return [at.root, top, ...at.dir.slice(top.length + 1).split('/')];
}

function failure(at: CheckedPath, result: ExecResult): ToolOutcome {
  return scriptRefusal(result) ?? failed(`${at.path} was not written`, result);
}
