import {DSYNTH, PRELUDE, runScript} from '../scripts.ts';
import {otherOrigin} from './paths.ts';
import {failed, outcome, scriptRefusal} from './results.ts';
import {integer, ORIGIN, schema} from './schema.ts';
import type {Tool} from './tool.ts';

/** Bytes of the log in one result. */
const MOST_BYTES = 16384;
const USUAL_LINES = 80;
/** A longer line is cut: the command line of one compiler call may have many KB. */
const LINE_BYTES = 500;

/** ORIGIN FLAVOR FROM LINES BYTES; FROM is the first line, or empty for the last LINES. Prints its path, its lines, and the first line shown. */
const SCRIPT = `${PRELUDE}${DSYNTH}
log=$(log_of "$1" "$2")
enter /work "$logs"
regular "\${log##*/}" "$log"
total=$(($(wc -l <"$log")))
[ -z "$(tail -c 1 "$log" | tr '\\000' x)" ] || total=$((total + 1))
from=$3
[ -n "$from" ] || from=$((total > $4 ? total - $4 + 1 : 1))
printf '%s\\n%s\\n%s\\n' "$log" "$total" "$from"
tail -n "+$from" "$log" | head -n "$4" | cut -b "1-$5"
`;

export const dsynthLog: Tool = {
  name: 'dsynth_log',
  description: `Read the port's last dsynth log: its end, or the lines from from_line on. grep searches its log_path.`,
  parameters: schema({
    origin: ORIGIN,
    'tail_lines?': integer(`Default ${USUAL_LINES}.`, 1, 2000),
    'from_line?': integer('From 1, instead of the end.', 1, 100_000_000),
  }),
  timeoutSeconds: 120,
  async run(args, {env, origin, flavor, signal}) {
    const other = otherOrigin(args.origin, origin);
    if (other) return other;
    const lines = Number(args.tail_lines ?? USUAL_LINES);
    const params = [origin, flavor ?? '', `${args.from_line ?? ''}`, `${lines}`, `${LINE_BYTES + 1}`];
    // 2000 lines of the greatest length.
    const options = {timeoutSeconds: this.timeoutSeconds, tailBytes: 2 << 20, signal};
    const result = await runScript(env, SCRIPT, params, options);
    if (result.rc !== 0) return scriptRefusal(result) ?? failed('the log was not read', result);
    const head = /^(.*)\n(\d+)\n(\d+)\n/.exec(result.stdout);
    if (!head) return failed('the log was not read', result);
    const [total_lines, from] = [Number(head[2]), Number(head[3])];
    const shown = wholeLines(result.stdout.slice(head[0].length), from, args.from_line === undefined);
    const {tail, first_line, last_line} = shown;
    const truncated = first_line > 1 || last_line < total_lines;
    const hint = truncated ? {hint: 'from_line shows another part.'} : {};
    return outcome(
      {ok: true, log_path: head[1], tail, first_line, last_line, total_lines, truncated, ...hint},
      `lines ${first_line}-${last_line} of ${total_lines}`,
    );
  },
};

/** Whole lines of at most `MOST_BYTES`, the last ones of the end, the first ones of any other part. */
function wholeLines(text: string, from: number, isEnd: boolean): {tail: string; first_line: number; last_line: number} {
  const all = text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
  const lines = all.map((line) => (Buffer.byteLength(line) > LINE_BYTES + 1 ? `${line.replace(/.?\n$/, '')} [cut]\n` : line));
  const ordered = isEnd ? [...lines].reverse() : lines;
  let bytes = 0;
  const past = ordered.findIndex((line) => {
    bytes += Buffer.byteLength(line);
    return bytes > MOST_BYTES;
  });
  const count = past < 0 ? lines.length : past;
  const at = isEnd ? lines.length - count : 0;
  return {tail: lines.slice(at, at + count).join(''), first_line: from + at, last_line: from + at + count - 1};
}
