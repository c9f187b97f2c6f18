/** Escape character, the start of a terminal sequence. */
export const ESC = String.fromCharCode(27);
const BEL = String.fromCharCode(7);

/** Terminal sequences: CSI, OSC and other string sequences with their terminators, and two-byte sequences. */
export const SEQUENCES = new RegExp(
  `${ESC}\\[[0-?]*[ -/]*[@-~]|${ESC}[\\]PX^_][^${BEL}${ESC}]*(?:${BEL}|${ESC}\\\\)|${ESC}[ -/]*[0-Z\\\\^-~]`,
  'g',
);

/** Control characters except tab and newline, and Unicode direction marks. */
const CONTROLS = /[^\P{Cc}\t\n]|[\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu;

/**
 * Returns untrusted text for a terminal, without sequences that could move the cursor, set the title or inject input.
 * A lone carriage return becomes a newline; tabs, newlines and printable characters are preserved.
 */
export function plainText(text: string): string {
  return text
    .replace(SEQUENCES, '')
    .replace(/\r+\n?/g, '\n')
    .replace(CONTROLS, '');
}

/** Returns untrusted text for a single line of a terminal: `plainText` with whitespace collapsed. */
export function plainLine(text: string): string {
  return plainText(text).replace(/\s+/g, ' ').trim();
}
