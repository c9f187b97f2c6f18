import {sourceOf} from '../../dops/edit/edit-overlay.ts';
import {forgetFile} from '../../dops/edit/forget-file.ts';
import type {Overlay} from '../../dops/syntax/parse-overlay.ts';
import {PRELUDE, PUT, runScript} from '../scripts.ts';
import {compatFiles} from './dops-overlay.ts';
import {readOverlay, withFiles} from './overlay-directory.ts';
import {findingsAfter} from './overlay-findings.ts';
import {type CheckedPath, shortPath} from './paths.ts';
import {failed, outcome, refused, scriptRefusal} from './results.ts';
import type {ToolContext, ToolOutcome} from './tool.ts';

/**
 * ROOT DIR NAME PATH EXPECTED_SHA256 DOPS: deletes the file, and directories of the overlay that become empty by that. DOPS is
 * `dops` where overlay.dops gets the content on stdin first, so that a repeated call finds what an ended one left.
 */
const SCRIPT = `${PRELUDE}${PUT}
root=$1 dir=$2 name=$3 path=$4 expected=$5 dops=$6
if [ -d "$dir" ]; then
  enter "$root" "$dir"
  [ "$real" = "$dir" ] || refuse 74 "$dir is really $real; nothing is deleted through links."
  if [ -e "./$name" ] || [ -h "./$name" ]; then
    regular "$name" "$path"
    if [ -n "$expected" ]; then
      now=$(sha256 <"./$name")
      [ "$now" = "$expected" ] || refuse 76 "$path must have the sha256 $expected; it has $now. Read it again before you delete it."
    fi
  fi
fi
if [ -n "$dops" ]; then
  enter "$root" "$root"
  regular overlay.dops "$root/overlay.dops"
  put overlay.dops
fi
[ -d "$dir" ] || exit 0
enter "$root" "$dir"
[ "$real" = "$dir" ] || refuse 74 "$dir is really $real; nothing is deleted through links."
rm -f "./$name"
while [ "$real" != "$root" ]; do
  empty=\${real##*/}
  cd ..
  where
  rmdir "./$empty" 2>/dev/null || break
done
`;

/**
 * Deletes a file of the overlay with the statements of overlay.dops that use it. `expected` is the sha256 that the file must have now, or
 * empty. A file that is missing already, in a repeated call or with statements left, is no error.
 */
export async function deleteOverlayFile(context: ToolContext, at: CheckedPath, expected = ''): Promise<ToolOutcome> {
  const read = await readOverlay(context);
  if (!read.ok) return read.outcome;
  const {files, dops} = read.state;
  const inPort = at.path.slice(at.root.length + 1);
  const edited = inPort === 'overlay.dops' ? undefined : withoutFile(dops, inPort);
  if (typeof edited === 'string') return refused('dops_errors', `${at.path} was not deleted: ${edited}`);
  const removed = edited?.removed ?? [];
  const isThere = files.get(inPort) !== undefined;
  const left = inPort === 'overlay.dops' && isThere ? compatFiles(files) : [];
  if (left.length > 0) return switchesOn(at.path, left);
  if (!isThere && removed.length === 0 && context.call?.again !== true)
    return refused('missing', `There is no file ${at.path}, and overlay.dops does not name it.`);
  const changesDops = removed.length > 0;
  const result = await runScript(context.env, SCRIPT, [at.root, at.dir, at.name, at.path, expected, changesDops ? 'dops' : ''], {
    ...(edited !== undefined && changesDops ? {stdin: edited.overlay.text} : {}),
    editsOverlay: true,
    timeoutSeconds: 120,
    signal: context.signal,
  });
  if (result.rc !== 0) return scriptRefusal(result) ?? failed(`${at.path} was not deleted`, result);
  const changed = edited !== undefined && changesDops ? {'overlay.dops': Buffer.from(edited.overlay.text, 'utf8')} : {};
  const keys = {
    ...(changesDops ? {removed_statements: removed} : {}),
    ...noteOf(inPort, edited?.overlay),
    ...findingsAfter(context, read.state, withFiles(read.state, {...changed, [inPort]: undefined}), []),
  };
  return outcome({ok: true, path: at.path, deleted: true, ...keys}, `${shortPath(at.path)} deleted`, {edited: true});
}

/** Without overlay.dops, compose reads files of the old form, which no tool takes for a port that has the new one. */
function switchesOn(path: string, left: readonly string[]): ToolOutcome {
  const shown = left.slice(0, 5).join(', ');
  return refused(
    'dops_overlay',
    `${path} was not deleted: without it, compose reads ${shown}, in the old form of an overlay. Delete those first, or remove single statements with dops_remove.`,
  );
}

/** Returns a note on what the deletion leaves behind: statements that name the file otherwise, or a STATUS that is gone. */
function noteOf(inPort: string, dops: Overlay | undefined): {note?: string} {
  if (inPort === 'overlay.dops') return {note: 'If it had replaced a STATUS, put that back with revert_file.'};
  const name = inPort.split('/').at(-1) ?? inPort;
  const naming = dops?.statements.filter((one) => sourceOf(dops, one).split(NOT_NAME).includes(name)) ?? [];
  if (naming.length === 0) return {};
  const lines = naming.slice(0, 10).map(({place}) => place.line);
  return {note: `overlay.dops still names ${name}, at line ${lines.join(', ')}. Remove that too, if it means this file.`};
}

const NOT_NAME = /[^\w.+@%~,-]+/;

/** Returns overlay.dops without the statements that use the file, or why those cannot be removed. */
function withoutFile(dops: Overlay | undefined, path: string): ReturnType<typeof forgetFile> | string | undefined {
  if (dops === undefined) return undefined;
  try {
    const faulty = dops.statements.find((one) => one.kind === 'unknown' && sourceOf(dops, one).includes(path));
    if (faulty === undefined) return forgetFile(dops, path);
    return `overlay.dops has an error at line ${faulty.place.line}, where it names the file. Repair that first; validate_dops shows it.`;
  } catch (error) {
    return (error as Error).message;
  }
}
