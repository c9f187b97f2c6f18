import {PRELUDE, runScript} from '../scripts.ts';
import {scaffolding} from './list-dir.ts';
import {readable} from './paths.ts';
import {failed, outcome, scriptRefusal} from './results.ts';
import {integer, schema, text} from './schema.ts';
import type {Tool} from './tool.ts';

/** A longer line is cut: generated files have lines of many KB. */
const LINE_BYTES = 300;
const MOST_LINES = 100;

/** ROOT PATH DIR NAME PATTERN CONTEXT INCLUDE MAX_BYTES LINE_BYTES LINES. grep's own exit code comes by descriptor 4, past the pipe. */
const SCRIPT = `${PRELUDE}
bytes=$9 lines=\${10}
if [ -d "$2" ]; then enter "$1" "$2"; set -- "$5" "$6" "$7" "$8" -r .
else enter "$1" "$3"; open "$4" "$2"; exec <&3; set -- "$5" "$6" "$7" "$8" -h -; fi
exec 3>&1
rc=$({ { trap '' PIPE; grep "$5" -nIE \${3:+"--include=$3"} --exclude-dir=.git \${2:+-C "$2"} -e "$1" -- "$6" 4>&- || echo $? >&4; } | cut -b "1-$bytes" | head -n "$lines" | head -c "$4" >&3; } 4>&1)
exit "\${rc:-0}"
`;

export const grep: Tool = {
  name: 'grep',
  description:
    'Search files by an extended regular expression (grep -rnIE): path:line:text, relative to root, at most 100 lines.',
  parameters: schema({
    pattern: {type: 'string'},
    path: text('Directory or file.'),
    'include?': text('Glob of names, such as *.c'),
    'max_bytes?': integer('Default 8192.', 256, 65536),
    'context?': integer('Lines around a match. Default 0.', 0, 5),
  }),
  timeoutSeconds: 120,
  async run(args, {env, origin, slave, signal}) {
    const checked = readable(args.path, slave ?? origin);
    if (!checked.ok) return checked.outcome;
    const {root, path, dir, name} = checked.at;
    const template = scaffolding(path);
    if (template) return template;
    const max = Number(args.max_bytes ?? 8192);
    const [pattern, include] = [String(args.pattern), String(args.include ?? '')];
    const caps = [max + 1, LINE_BYTES + 1, MOST_LINES + 1].map(String);
    const params = [root, path, dir, name, pattern, `${args.context || ''}`, include, ...caps];
    if ((pattern + include).includes('\0'))
      return outcome({ok: false, error: 'pattern must not have NUL characters.', kind: 'bad_arguments'}, 'refused');
    const options = {
      timeoutSeconds: this.timeoutSeconds,
      tailBytes: max + 1,
      encoding: 'latin1' as const,
      signal,
    };
    const result = await runScript(env, SCRIPT, params, options);
    const bytes = Buffer.from(result.stdout, 'latin1');
    const refusal = scriptRefusal(result);
    if (refusal) return refusal;
    // 2 with matches: something could not be read, or the pipe was full; 2 without: the pattern is wrong.
    if (result.timedOut || (result.rc > 1 && bytes.length === 0)) return failed('grep', result);
    const {matches, truncated, cut} = shownLines(bytes, max);
    const match_count = matches.split('\n').filter((line) => /^[^:]*:\d+:|^\d+:/.test(line)).length;
    const hints = [
      ...(truncated ? ['There are more matches: narrow path, pattern or include.'] : []),
      ...(cut ? [`Lines are cut at ${LINE_BYTES} bytes; get_file shows more of one.`] : []),
    ];
    const hint = hints.length > 0 ? {hint: hints.join(' ')} : {};
    return outcome(
      {ok: true, root: path, pattern, matches, match_count, truncated, max_bytes: max, ...hint},
      `${match_count} matches in ${path}`,
    );
  },
};

/** Whole lines only, but for those that are cut themselves. */
function shownLines(bytes: Buffer, max: number): {matches: string; truncated: boolean; cut: boolean} {
  const all = bytes.toString('latin1').split('\n').slice(0, -1);
  const lines = all.length === 0 && bytes.length > 0 ? [bytes.toString('latin1')] : all.slice(0, MOST_LINES);
  const shown = lines.map((line) => (line.length <= LINE_BYTES ? utf8(line) : `${utf8(line.slice(0, LINE_BYTES))} [cut]`));
  const truncated = bytes.length > max || all.length > lines.length;
  return {matches: shown.map((line) => `${line}\n`).join(''), truncated, cut: lines.some((line) => line.length > LINE_BYTES)};
}

/** A character that the cut went through is dropped. */
function utf8(latin1: string): string {
  return Buffer.from(latin1, 'latin1')
    .toString('utf8')
    .replace(/\uFFFD$/, '');
}
