import {GIT, TRAPS} from '../git-script.ts';
import {PRELUDE, PUT, runScript} from '../scripts.ts';
import {deleteOverlayFile} from './delete-overlay-file.ts';
import {readOverlay, withFiles} from './overlay-directory.ts';
import {findingsAfter} from './overlay-findings.ts';
import {type CheckedPath, inOverlay, shortPath} from './paths.ts';
import {failed, outcome, refused, scriptRefusal} from './results.ts';
import {schema} from './schema.ts';
import {wayArguments} from './store-file.ts';
import type {Tool, ToolContext, ToolOutcome} from './tool.ts';

/** Most bytes of a file that is put back. */
const MOST_BYTES = 4_194_304;

/** PATH below the repository: a line with the mode that the commit has for it, `none` without one, and the file's bytes. */
const READ = `${PRELUDE}${GIT}${TRAPS}
open_git
entry=$(git ls-tree HEAD -- "$1" | cut -d ' ' -f 1)
echo "\${entry:-none}"
case $entry in 100*) git cat-file blob "HEAD:$1" ;; esac
`;

/** NAME PATH PERMISSIONS ROOT TOP PART..., the content on stdin. */
const WRITE = `${PRELUDE}${PUT}
name=$1 path=$2 permissions=$3
shift 3
way "$@"
if [ -e "./$name" ] || [ -h "./$name" ]; then regular "$name" "$path"; fi
put "$name"
chmod "$permissions" "./$name"
`;

export const revertFile: Tool = {
  name: 'revert_file',
  description: 'Put a file of the overlay back to what it was before this case; a new one is deleted.',
  parameters: schema({path: {type: 'string'}}),
  timeoutSeconds: 120,
  async run(args, context) {
    const checked = inOverlay(args.path, context.origin);
    if (!checked.ok) return checked.outcome;
    const {at} = checked;
    const options = {timeoutSeconds: 120, tailBytes: MOST_BYTES, encoding: 'latin1' as const, signal: context.signal};
    const result = await runScript(context.env, READ, [at.path.slice('/work/DeltaPorts/'.length)], options);
    if (result.rc !== 0) return failed(`${at.path} was not reverted`, result);
    if (result.stdoutTruncated)
      return refused('too_large', `${at.path} has more than ${MOST_BYTES} bytes; this tool does not put such files back.`);
    const newline = result.stdout.indexOf('\n');
    const mode = result.stdout.slice(0, newline);
    if (mode === 'none') return deleteOverlayFile(context, at);
    if (!mode.startsWith('100'))
      return refused('not_a_regular_file', `${at.path} is no regular file in the commit; only files are put back.`);
    return putBack(context, at, mode, Buffer.from(result.stdout.slice(newline + 1), 'latin1'));
  },
};

async function putBack(context: ToolContext, at: CheckedPath, mode: string, content: Buffer): Promise<ToolOutcome> {
  const read = await readOverlay(context);
  const permissions = mode === '100755' ? '755' : '644';
  const result = await runScript(context.env, WRITE, [at.name, at.path, permissions, ...wayArguments(at)], {
    stdin: content,
    editsOverlay: true,
    timeoutSeconds: 120,
    signal: context.signal,
  });
  if (result.rc !== 0) return scriptRefusal(result) ?? failed(`${at.path} was not reverted`, result);
  const inPort = at.path.slice(at.root.length + 1);
  const findings = read.ok ? findingsAfter(context, read.state, withFiles(read.state, {[inPort]: content}), [inPort]) : {};
  const size = content.length;
  return outcome({ok: true, path: at.path, reverted: true, size, ...findings}, `${shortPath(at.path)} reverted`, {edited: true});
}
