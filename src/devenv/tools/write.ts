import {createHash} from 'node:crypto';
import type {ExecResult} from '../client.ts';
import {PRELUDE, PUT, runScript} from '../scripts.ts';
import {makefileProblem} from './makefile-tabs.ts';
import {type CheckedPath, overlayDir} from './paths.ts';
import {failed, outcome, refused, scriptRefusal} from './results.ts';
import type {ToolContext, ToolOutcome} from './tool.ts';

/** NAME PATH EXPECTED_SHA256 ROOT TOP PART..., the content on stdin. */
const SCRIPT = `${PRELUDE}${PUT}
name=$1 path=$2 expected=$3
shift 3
way "$@"
if [ -e "./$name" ] || [ -h "./$name" ]; then regular "$name" "$path"; fi
if [ -n "$expected" ]; then
  [ -e "./$name" ] || refuse 76 "$path must have the sha256 $expected; it does not exist."
  now=$(sha256 <"./$name")
  [ "$now" = "$expected" ] || refuse 76 "$path must have the sha256 $expected; it has $now. Read it again before you write."
fi
put "$name"
`;

/** Writes a file that passed `writable`, whole or not at all. `expected` is the sha256 that it must have now, or empty. */
export async function writeFile(context: ToolContext, at: CheckedPath, content: Buffer, expected: string): Promise<ToolOutcome> {
  const makefile = at.root === overlayDir(context.origin) ? makefileProblem(at.name, content.toString('utf8')) : undefined;
  if (makefile !== undefined) return refused('makefile_spaces', `${at.path}: ${makefile}`);
  const result = await runScript(context.env, SCRIPT, [at.name, at.path, expected, ...wayTo(at)], {
    stdin: content,
    timeoutSeconds: 120,
    ...(context.signal ? {signal: context.signal} : {}),
  });
  if (result.rc !== 0) return failure(at, result);
  const sha256 = createHash('sha256').update(content).digest('hex');
  return outcome({ok: true, path: at.path, sha256, size: content.length}, `${shortPath(at.path)}, ${content.length} bytes`, {
    edited: true,
  });
}

/** Parameters of the scripts' `way`: what the real path must stay in, the directory that is there, and the parts below it. */
export function wayTo(at: CheckedPath): string[] {
  const top = at.dir.startsWith('/work/obj') ? '/work/obj' : '/work/DeltaPorts/ports';
  return [at.root, top, ...at.dir.slice(top.length + 1).split('/')];
}

/** A path as people read it. */
export function shortPath(path: string): string {
  return path.replace(/^\/work\/(DeltaPorts\/)?/, '');
}

function failure(at: CheckedPath, result: ExecResult): ToolOutcome {
  return scriptRefusal(result) ?? failed(`${at.path} was not written`, result);
}
