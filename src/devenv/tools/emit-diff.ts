import {GIT, TRAPS} from '../git-script.ts';
import {PRELUDE, runScript} from '../scripts.ts';
import {otherOrigin, relativePath} from './paths.ts';
import {execKeys, outcome, refused} from './results.ts';
import {ORIGIN, schema, text} from './schema.ts';
import type {Tool} from './tool.ts';

/** Most characters of a diff in one result; a usual fix has some hundred. */
const MOST_CHARS = 16384;

const SCRIPT = `${PRELUDE}${GIT}${TRAPS}
snapshot "ports/$1"
git diff-index -p --cached --no-renames --no-ext-diff --no-textconv --no-color -U3 --src-prefix=a/ --dst-prefix=b/ HEAD -- "ports/$1\${2:+/$2}"
`;

export const emitDiff: Tool = {
  name: 'emit_diff',
  description: 'Show what was changed in the overlay so far, new files included.',
  parameters: schema({
    origin: ORIGIN,
    relpath: text("Path in the port's overlay, or empty for all."),
  }),
  timeoutSeconds: 120,
  async run(args, {env, origin, signal}) {
    const other = otherOrigin(args.origin, origin);
    if (other) return other;
    const relpath = relativePath(String(args.relpath));
    if (relpath === undefined)
      return refused(
        'outside',
        `relpath must be below the port's overlay directory, without '..' or a leading slash; got ${JSON.stringify(args.relpath).slice(0, 200)}.`,
      );
    const options = {timeoutSeconds: this.timeoutSeconds, tailBytes: 65536, signal};
    const result = await runScript(env, SCRIPT, [origin, relpath], options);
    const truncated = result.stdoutTruncated || result.stdout.length > MOST_CHARS;
    const hint = truncated ? {hint: 'The diff is not whole: ask for one file by relpath, or read the file.'} : {};
    const diff = {diff: result.stdout.slice(0, MOST_CHARS), diff_truncated: truncated, ...hint};
    const lines = result.stdout.split('\n').length - 1;
    return outcome({...execKeys({...result, stdoutTruncated: false}, {stdout: ''}), origin, relpath, ...diff}, `${lines} lines`);
  },
};
