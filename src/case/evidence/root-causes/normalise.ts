import {SEQUENCES} from '../../text/plain-text.ts';

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
const CONTROLS = /[\u0000-\u0008\u000b-\u001f\u007f]/g;

/**
 * Returns a log line as a terminal would display it: without escapes and control characters, and only the last text of an
 * overwritten line.
 */
export function plainLine(raw: string): string {
  const shown = raw.endsWith('\r') ? raw.slice(0, -1) : raw;
  const last = shown.includes('\r') ? (shown.split('\r').findLast((part) => part.trim() !== '') ?? '') : shown;
  return last.includes('\u001b') ? last.replace(SEQUENCES, '').replace(CONTROLS, '') : last.replace(CONTROLS, '');
}

/**
 * Returns a line without what varies between runs of the same failure: directories, versions, numbers, addresses, temporary
 * names.
 */
export function normaliseLine(line: string): string {
  return line
    .replace(SEQUENCES, '')
    .replace(/[‘’`´]/g, "'")
    .replace(/\bcc[A-Za-z0-9]{6}\.(o|s|ltrans\d*\.o)\b/g, 'TEMP.$1')
    .replace(/(?<![\w.+~@/-])(?:[\w.+~@-]*\/)+(?=[\w.+~@-])/g, '')
    .replace(/0x[0-9a-fA-F]+/g, 'N')
    .replace(/\b(?=[0-9a-f]*\d)[0-9a-f]{8,}\b/g, 'N')
    .replace(/-\d[\w.]*/g, '-N')
    .replace(/(?<!\w)\d+(?:\.\d+)*\b/g, 'N')
    .replace(/:N(:N)?(?=[:\s]|$)/g, '')
    .replace(/\s+/g, ' ')
    .trim();
}

/** Returns 16 hex digits for a text: 64-bit FNV-1a, for grouping only (not collision-resistant). */
export function digest(text: string): string {
  let hash = 0xcbf29ce484222325n;
  for (const byte of new TextEncoder().encode(text)) hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n);
  return hash.toString(16).padStart(16, '0');
}
