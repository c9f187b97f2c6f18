import type {DevEnv} from '../client.ts';
import {DSYNTH, PRELUDE, runScript} from '../scripts.ts';
import {otherOrigin} from './paths.ts';
import {failed, outcome, scriptRefusal} from './results.ts';
import {ORIGIN, schema, whole} from './schema.ts';
import type {Tool, ToolOutcome} from './tool.ts';

const MOST_BYTES = 16384;

/** ORIGIN FLAVOR LINES BYTES */
const SCRIPT = `${PRELUDE}${DSYNTH}
log=$(log_of "$1" "$2")
enter /work "$logs"
regular "\${log##*/}" "$log"
printf '%s\\n%s\\n' "$log" "$(wc -l <"$log")"
tail -n "$3" "$log" | tail -c "$4"
`;

/** The end of the port's last dsynth log, as the tool of that name gives it. */
export async function readDsynthLog(
  env: DevEnv,
  port: {origin: string; flavor?: string},
  lines: number,
  signal?: AbortSignal,
): Promise<ToolOutcome> {
  const params = [port.origin, port.flavor ?? '', `${lines}`, `${MOST_BYTES + 1}`];
  const result = await runScript(env, SCRIPT, params, {
    timeoutSeconds: 120,
    keepBytes: MOST_BYTES + 1024,
    ...(signal ? {signal} : {}),
  });
  if (result.rc !== 0) return scriptRefusal(result) ?? failed('the log was not read', result);
  const head = /^(.*)\n\s*(\d+)\n/.exec(result.stdout);
  if (!head) return failed('the log was not read', result);
  const total_lines = Number(head[2]);
  const whole = result.stdout.slice(head[0].length);
  const tail = Buffer.byteLength(whole) > MOST_BYTES ? whole.slice(-MOST_BYTES).replace(/^[^\n]*\n/, '') : whole;
  return outcome(
    {ok: true, log_path: head[1], tail, truncated: tail.split('\n').length - 1 < total_lines, total_lines},
    `${total_lines} lines`,
  );
}

export const dsynthLog: Tool = {
  name: 'dsynth_log',
  description:
    "Read the end of the port's last dsynth log. get_file of its log_path, with offset_lines, reads any other part; grep searches it.",
  parameters: schema({origin: ORIGIN, 'tail_lines?': whole('Lines from the end. Default 80.', 1, 2000)}),
  timeoutSeconds: 120,
  async run(args, {env, origin, flavor, signal}) {
    const other = otherOrigin(args.origin, origin);
    return other ?? readDsynthLog(env, {origin, ...(flavor ? {flavor} : {})}, Number(args.tail_lines ?? 80), signal);
  },
};
