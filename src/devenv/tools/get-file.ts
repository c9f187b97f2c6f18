import {PRELUDE, runScript} from '../scripts.ts';
import {readable} from './paths.ts';
import {failed, outcome, scriptRefusal} from './results.ts';
import {integer, schema, text} from './schema.ts';
import type {Tool} from './tool.ts';

/** Bytes that are read of a file at once. */
const READ_BYTES = 262144;
/** Most bytes of content in one result, and unless more lines are asked for. */
const MOST_BYTES = 24576;
const USUAL_BYTES = 16384;
const MOST_BINARY = 8192;
/** Outside the overlay, whose files are edited completely, a longer line is cut: minified and generated files have lines of many KB. */
const LINE_CHARS = 1000;

const SCRIPT = `${PRELUDE}
enter "$1" "$2"
name=$3 path=$4
of() { open "$name" "$path"; "$@" <&3; }
size=$(of wc -c)
lines=$(of wc -l)
[ -z "$(of tail -c 1 | tr '\\000' x)" ] || lines=$((lines + 1))
digest=$(of sha256)
open "$name" "$path"
echo $((size)) $((lines)) "$digest"
tail -n "+$5" <&3 | head -n "$6" | head -c "$7"
`;

export const getFile: Tool = {
  name: 'get_file',
  description: 'Read lines of a file. Gives content, sha256, size and total_lines; truncated and hint say what there is more.',
  parameters: schema({
    path: text('Absolute path.'),
    'offset_lines?': integer('From 1. Default 1.', 1, 100_000_000),
    'limit_lines?': integer('Default 200.', 1, 2000),
  }),
  timeoutSeconds: 120,
  async run(args, {env, origin, slave, signal}) {
    const checked = readable(args.path, slave ?? origin);
    if (!checked.ok) return checked.outcome;
    const {root, dir, name, path} = checked.at;
    const first = Number(args.offset_lines ?? 1);
    const limit = Number(args.limit_lines ?? 200);
    const result = await runScript(env, SCRIPT, [root, dir, name, path, `${first}`, `${limit}`, `${READ_BYTES + 1}`], {
      timeoutSeconds: this.timeoutSeconds,
      tailBytes: READ_BYTES + 1024,
      encoding: 'latin1',
      signal,
    });
    if (result.rc !== 0) return scriptRefusal(result) ?? failed(`${path} was not read`, result);
    const head = /^(\d+) (\d+) ([0-9a-f]{64})\n/.exec(result.stdout);
    if (!head) return failed(`${path} was not read`, result);
    const body = Buffer.from(result.stdout.slice(head[0].length), 'latin1');
    const total = Number(head[2]);
    const most = args.limit_lines === undefined ? USUAL_BYTES : MOST_BYTES;
    const shown = show(body, most, path.startsWith('/work/DeltaPorts/') ? Number.POSITIVE_INFINITY : LINE_CHARS);
    const last = first + countLines(shown.bytes) - 1;
    const truncated = first > 1 || last < total || shown.cut;
    const keys = {path, encoding: shown.encoding, content: shown.content, sha256: head[3], size: Number(head[1])};
    const more = shown.encoding !== 'base64' && last < total;
    const hints = [...shown.hints, ...(more ? [`More from offset_lines ${last + 1} on; grep finds a place.`] : [])];
    const hint = hints.length > 0 ? {hint: hints.join(' ')} : {};
    return outcome(
      {ok: true, ...keys, total_lines: total, first_line: first, last_line: last, truncated, ...hint},
      `${path}, lines ${first}-${last} of ${total}`,
    );
  },
};

interface Shown {
  readonly encoding: string;
  readonly content: string;
  /** The file's own bytes that it stands for. */
  readonly bytes: Buffer;
  readonly cut: boolean;
  readonly hints: readonly string[];
}

/** Text if it is UTF-8 without NUL, else Latin-1 if it has no NUL, else base64. */
function show(body: Buffer, most: number, lineChars: number): Shown {
  if (body.includes(0)) {
    const bytes = body.subarray(0, MOST_BINARY);
    return {encoding: 'base64', content: bytes.toString('base64'), bytes, cut: bytes.length < body.length, hints: []};
  }
  const complete = body.length > READ_BYTES ? completeLines(body.subarray(0, READ_BYTES)) : body;
  const utf8 = Buffer.from(complete.toString('utf8')).equals(complete);
  const encoding = utf8 ? 'utf8' : 'latin1';
  const {content, bytes, cutLines} = fitLines(complete, encoding, most, lineChars);
  const hints = [
    ...(utf8 ? [] : ['Not UTF-8: shown byte by byte. Change it with replace_in_file, with ASCII in old_text and new_text.']),
    ...(cutLines > 0 ? [`Long lines (${cutLines}) are cut: do not write them back as they are shown.`] : []),
  ];
  return {encoding: utf8 ? 'text' : 'latin1', content, bytes, cut: bytes.length < body.length || cutLines > 0, hints};
}

/** The first lines whose text fits into `most` bytes; of a line that alone does not, its start. */
function fitLines(complete: Buffer, encoding: 'utf8' | 'latin1', most: number, lineChars: number) {
  let content = '';
  let shown = 0;
  let used = 0;
  let cutLines = 0;
  for (const line of complete.toString(encoding).match(/[^\n]*\n|[^\n]+$/g) ?? []) {
    const long = line.length > lineChars + 1;
    const text = long ? `${line.slice(0, lineChars)} [cut: ${line.length - lineChars} more characters]\n` : line;
    const size = Buffer.byteLength(text);
    if (used + size > most) break;
    content += text;
    used += size;
    shown += Buffer.byteLength(line, encoding);
    cutLines += long ? 1 : 0;
  }
  if (shown > 0 || complete.length === 0) return {content, bytes: complete.subarray(0, shown), cutLines};
  const bytes = completeLines(complete.subarray(0, most));
  return {content: bytes.toString(encoding), bytes, cutLines: 1};
}

/** Up to the last line break, or all of a line that is longer than the cap but for a character cut in two. */
function completeLines(bytes: Buffer): Buffer {
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
