import {PRELUDE, runScript} from '../scripts.ts';
import {readable} from './paths.ts';
import {failed, outcome, scriptRefusal} from './results.ts';
import {schema, text, whole} from './schema.ts';
import type {Tool} from './tool.ts';

/** Most bytes of a file's content in one result. */
const MOST_BYTES = 24576;
const MOST_BINARY = 8192;

const SCRIPT = `${PRELUDE}
enter "$1" "$2"
regular "$3" "$4"
exec 3<"./$3"
size=$(wc -c <"./$3")
lines=$(wc -l <"./$3")
[ -z "$(tail -c 1 "./$3" | tr '\\000' x)" ] || lines=$((lines + 1))
echo $((size)) $((lines)) "$(sha256 <"./$3")"
tail -n "+$5" <&3 | head -n "$6" | head -c "$7"
`;

export const getFile: Tool = {
  name: 'get_file',
  description:
    'Read lines of a file under /work. Gives content, sha256 (for expected_sha256 of put_file), size and total_lines; truncated says that there is more: ask again with offset_lines.',
  parameters: schema({
    path: text('Absolute path, /work/...'),
    'offset_lines?': whole('First line wanted, from 1. Default 1.', 1, 100_000_000),
    'limit_lines?': whole('Lines wanted. Default 200.', 1, 2000),
  }),
  timeoutSeconds: 120,
  async run(args, {env, signal}) {
    const checked = readable(args.path);
    if (!checked.ok) return checked.outcome;
    const {root, dir, name, path} = checked.at;
    const first = Number(args.offset_lines ?? 1);
    const limit = Number(args.limit_lines ?? 200);
    const result = await runScript(env, SCRIPT, [root, dir, name, path, `${first}`, `${limit}`, `${MOST_BYTES + 1}`], {
      timeoutSeconds: this.timeoutSeconds,
      keepBytes: MOST_BYTES + 1024,
      encoding: 'latin1',
      ...(signal ? {signal} : {}),
    });
    if (result.rc !== 0) return scriptRefusal(result) ?? failed(`${path} was not read`, result);
    const head = /^(\d+) (\d+) ([0-9a-f]{64})\n/.exec(result.stdout);
    if (!head) return failed(`${path} was not read`, result);
    const body = Buffer.from(result.stdout.slice(head[0].length), 'latin1');
    const total = Number(head[2]);
    const shown = show(body);
    const last = first + countLines(shown.bytes) - 1;
    const truncated = first > 1 || last < total || shown.cut;
    const keys = {path, encoding: shown.encoding, content: shown.content, sha256: head[3], size: Number(head[1])};
    const hint = shown.hint ? {hint: shown.hint} : {};
    return outcome(
      {ok: true, ...keys, total_lines: total, first_line: first, last_line: last, truncated, ...hint},
      `${path}, lines ${first}-${last} of ${total}`,
    );
  },
};

/** Text if it is UTF-8 without NUL, else Latin-1 if it has no NUL, else base64. */
function show(body: Buffer): {encoding: string; content: string; bytes: Buffer; cut: boolean; hint?: string} {
  if (body.includes(0)) {
    const bytes = body.subarray(0, MOST_BINARY);
    return {encoding: 'base64', content: bytes.toString('base64'), bytes, cut: bytes.length < body.length};
  }
  const cut = body.length > MOST_BYTES;
  const bytes = cut ? wholeLines(body.subarray(0, MOST_BYTES)) : body;
  const utf8 = bytes.toString('utf8');
  if (Buffer.from(utf8).equals(bytes)) return {encoding: 'text', content: utf8, bytes, cut};
  const hint = 'Not UTF-8: shown byte by byte. Change it with replace_in_file, with ASCII in old_text and new_text.';
  return {encoding: 'latin1', content: bytes.toString('latin1'), bytes, cut, hint};
}

/** Up to the last line break, or all of a line that is longer than the cap but for a character cut in two. */
function wholeLines(bytes: Buffer): Buffer {
  const end = bytes.lastIndexOf(10);
  if (end >= 0) return bytes.subarray(0, end + 1);
  let cut = bytes.length;
  while (cut > bytes.length - 4 && ((bytes[cut - 1] ?? 0) & 0xc0) === 0x80) cut--;
  return bytes.subarray(0, cut - 1);
}

function countLines(bytes: Buffer): number {
  if (bytes.length === 0) return 0;
  let lines = 0;
  for (const byte of bytes) if (byte === 10) lines++;
  return bytes[bytes.length - 1] === 10 ? lines : lines + 1;
}
