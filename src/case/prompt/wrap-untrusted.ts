/**
 * Returns untrusted text between two marks that it cannot contain: its author does not know `nonce`, and if the text has it
 * nevertheless, the marks are extended. `label` describes the text in one line.
 */
export function wrapUntrusted(label: string, text: string, nonce: string): string {
  if (!/^[A-Za-z0-9]{4,64}$/.test(nonce)) throw new Error(`A fence's nonce must be 4 to 64 letters and digits; got "${nonce}".`);
  const shown = printable(text);
  let mark = nonce;
  for (let n = 1; shown.includes(mark); n += 1) mark = `${nonce}x${n}`;
  return `<data ${mark} ${oneLine(label)}>\n${shown}${shown.endsWith('\n') ? '' : '\n'}</data ${mark}>`;
}

/** Returns untrusted text as a single line of at most `max` characters, without angle brackets and backticks. */
export function oneLine(text: string, max = 160): string {
  return printable(text)
    .replace(/[<>`\s]+/g, ' ')
    .trim()
    .slice(0, max);
}

/**
 * Removes terminal escapes and control characters, and normalizes line ends. Invisible characters (zero-width, direction and
 * tag characters), which can hide text from people but not from a model, become U+FFFD: visible, and not longer.
 */
function printable(text: string): string {
  return (
    text
      .replace(/\r\n?/g, '\n')
      // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
      .replace(/\u001b\[[0-9;?]*[ -/]*[@-~]|[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, '')
      .replace(/\p{Cf}|[\u{e0100}-\u{e01ef}]/gu, '\ufffd')
      .toWellFormed()
  );
}

/** Maximum distance by which a cut is moved to the end of a line. */
const LINE_END_DISTANCE = 200;

/**
 * Returns the text in at most `max` characters: head and tail with a marker in between, cut at line ends where possible.
 * `headShare` is the head's share of the space; without space for a marker, only the tail is returned.
 */
export function truncateMiddle(text: string, max: number, headShare = 0.5): string {
  if (text.length <= max) return text;
  const marker = `[... ${text.length - max} or more characters left out ...]`;
  const room = max - marker.length - 2;
  if (room < 40) return max <= 0 ? '' : text.slice(-max);
  const head = trimToLineEnd(text.slice(0, Math.floor(room * headShare)));
  const tail = trimToLineStart(text.slice(text.length - (room - Math.floor(room * headShare))));
  return [head, marker, tail].filter((part) => part !== '').join('\n');
}

function trimToLineEnd(text: string): string {
  const at = text.lastIndexOf('\n');
  return at > 0 && text.length - at < LINE_END_DISTANCE ? text.slice(0, at) : text;
}

function trimToLineStart(text: string): string {
  const at = text.indexOf('\n');
  return at >= 0 && at < LINE_END_DISTANCE && at < text.length - 1 ? text.slice(at + 1) : text;
}
