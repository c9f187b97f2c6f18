import {Transform} from 'node:stream';
import {StringDecoder} from 'node:string_decoder';

const ESC = String.fromCharCode(27);
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

/** How far back a sequence may have begun whose end has not come yet, characters. */
const LONGEST_OPEN = 4096;

/** `plainText` as a stream of bytes; sequences and letters may be cut anywhere. */
export function plainStream(): Transform {
  const decoder = new StringDecoder('utf8');
  let kept = '';
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      const text = kept + decoder.write(chunk);
      const open = text.indexOf(ESC, Math.max(0, text.length - LONGEST_OPEN));
      const end = open >= 0 ? open : text.length - (text.endsWith('\r') ? 1 : 0);
      kept = text.slice(end);
      done(null, plainText(text.slice(0, end)));
    },
    flush(done) {
      done(null, plainText(kept + decoder.end()));
    },
  });
}
