/** The escape character, which begins a terminal sequence. */
export const ESC = String.fromCharCode(27);
const BEL = String.fromCharCode(7);

/** Terminal sequences: CSI, OSC and other strings up to their end, and two-byte ones. */
const SEQUENCES = new RegExp(
  `${ESC}\\[[0-?]*[ -/]*[@-~]|${ESC}[\\]PX^_][^${BEL}${ESC}]*(?:${BEL}|${ESC}\\\\)|${ESC}[ -/]*[0-Z\\\\^-~]`,
  'g',
);

/** Controls but tab and newline, and the marks that turn the direction of text around. */
const CONTROLS = /[^\P{Cc}\t\n]|[\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu;

/**
 * Text of a log, a port or a model for a terminal: without sequences that move the cursor, set its title or answer for the
 * person before it. A lone carriage return becomes a newline. Tabs, newlines and all other letters stay.
 */
export function plainText(text: string): string {
  return text
    .replace(SEQUENCES, '')
    .replace(/\r+\n?/g, '\n')
    .replace(CONTROLS, '');
}

/** One line of it: no newlines or tabs either. */
export function plainLine(text: string): string {
  return plainText(text).replace(/\s+/g, ' ').trim();
}
