import {PRELUDE, runScript} from '../scripts.ts';
import {scaffolding} from './list-dir.ts';
import {readable} from './paths.ts';
import {failed, outcome, scriptRefusal} from './results.ts';
import {schema, text, whole} from './schema.ts';
import type {Tool} from './tool.ts';

/** ROOT PATH DIR NAME PATTERN CONTEXT INCLUDE MAX_BYTES. grep's own exit code comes by descriptor 4, past the pipe. */
const SCRIPT = `${PRELUDE}
if [ -d "$2" ]; then enter "$1" "$2"; set -- "$5" "$6" "$7" "$8" .
else enter "$1" "$3"; regular "$4" "$2"; set -- "$5" "$6" "$7" "$8" "./$4"; fi
exec 3>&1
rc=$({ { trap '' PIPE; grep -rnIE \${3:+"--include=$3"} --exclude-dir=.git \${2:+-C "$2"} -e "$1" -- "$5" 4>&- || echo $? >&4; } | head -c "$4" >&3; } 4>&1)
exit "\${rc:-0}"
`;

export const grep: Tool = {
  name: 'grep',
  description:
    'Search files under /work by an extended regular expression (grep -rnIE). Results are path:line:text, relative to root; narrow the path or use include if truncated.',
  parameters: schema({
    pattern: text('Extended regular expression.'),
    path: text('Absolute path of a directory or file, /work/...'),
    'include?': text('Only files whose name fits this glob, such as *.c'),
    'max_bytes?': whole('Most bytes of result; the start is kept. Default 8192.', 256, 65536),
    'context?': whole('Lines shown around a match. Default 0.', 0, 5),
  }),
  timeoutSeconds: 120,
  async run(args, {env, signal}) {
    const checked = readable(args.path);
    if (!checked.ok) return checked.outcome;
    const {root, path, dir, name} = checked.at;
    const template = scaffolding(path);
    if (template) return template;
    const max = Number(args.max_bytes ?? 8192);
    const [pattern, include] = [String(args.pattern), String(args.include ?? '')];
    const params = [root, path, dir, name, pattern, `${args.context || ''}`, include, `${max + 1}`];
    if ((pattern + include).includes('\0'))
      return outcome({ok: false, error: 'pattern must not have NUL characters.', kind: 'bad_arguments'}, 'refused');
    const options = {
      timeoutSeconds: this.timeoutSeconds,
      keepBytes: max + 1,
      encoding: 'latin1' as const,
      ...(signal ? {signal} : {}),
    };
    const result = await runScript(env, SCRIPT, params, options);
    const bytes = Buffer.from(result.stdout, 'latin1');
    const refusal = scriptRefusal(result);
    if (refusal) return refusal;
    // 2 with matches: something could not be read, or the pipe was full; 2 without: the pattern is wrong.
    if (result.timedOut || (result.rc > 1 && bytes.length === 0)) return failed('grep', result);
    const truncated = bytes.length > max;
    const matches = bytes.subarray(0, max).toString('utf8');
    const match_count = matches.split('\n').filter((line) => /^[^:]*:\d+:|^\d+:/.test(line)).length;
    return outcome(
      {ok: true, root: path, pattern, matches, match_count, truncated, max_bytes: max},
      `${match_count} matches in ${path}`,
    );
  },
};
