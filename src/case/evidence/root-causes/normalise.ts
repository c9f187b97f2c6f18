import {SEQUENCES} from '../../text/plain-text.ts';

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
const CONTROLS = /[\u0000-\u0008\u000b-\u001f\u007f\ufeff]/g;

/**
 * Returns a log line as a terminal would display it: without escapes and control characters, and only the last text of an
 * overwritten line.
 */
export function plainLine(raw: string): string {
  const shown = raw.endsWith('\r') ? raw.slice(0, -1) : raw;
  const last = shown.includes('\r') ? (shown.split('\r').findLast((part) => part.trim() !== '') ?? '') : shown;
  return last.includes('\u001b') ? last.replace(SEQUENCES, '').replace(CONTROLS, '') : last.replace(CONTROLS, '');
}

const MONTH = '(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]{0,6}';
const TIME = String.raw`\d\d?:\d\d(?::\d\d(?:[.,]\d+)?)?`;

/** What varies between runs of the same failure, in the order in which it is replaced. */
const VARYING: readonly (readonly [RegExp, string])[] = [
  [SEQUENCES, ''],
  [/[‘’`´]/g, "'"],
  [/[“”]/g, '"'],
  // Moments: ISO 8601, the day of a month with its time, times of a day.
  [new RegExp(String.raw`\b\d{4}-\d\d-\d\d(?:[T ]${TIME}(?:Z|[+-]\d\d:?\d\d)?)?`, 'g'), 'N'],
  [
    new RegExp(
      String.raw`\b(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]{0,6},? )?(?:\d\d? ${MONTH}|${MONTH} +\d\d?)(?: \d{4})?\b`,
      'gi',
    ),
    'N',
  ],
  [new RegExp(String.raw`(?<![\w.:])${TIME}(?![\w.:])`, 'g'), 'N'],
  // Temporary names: of compilers, of CMake's checks, of Python, and whatever is directly in /tmp.
  [/\bcc[A-Za-z0-9]{6}\.(o|s|ltrans\d*\.o)\b/g, 'TEMP.$1'],
  [/\bcmTC_[0-9a-f]+\b/g, 'TEMP'],
  [/\btmp(?=[a-z_]{0,7}\d)[a-z0-9_]{8}\b/g, 'TEMP'],
  [/\/tmp\/(?![\w.+@~-]+\/)[\w.+@~-]*?(\.[a-z]{1,4})?(?![\w.+@~-])/g, '/tmp/TEMP$1'],
  [/(?<![\w.+~@/-])(?:[\w.+~@-]*\/)+(?=[\w.+~@-])/g, ''],
  // Addresses and hashes.
  [/0x[0-9a-fA-F]+/g, 'N'],
  [/\b(?=[0-9a-f]*\d)[0-9a-f]{8,}\b/g, 'N'],
  [/\b(?=[0-9a-f]*\d)(?=\d*[a-f])[0-9a-f]{7}\b|(?<=-)(?=[0-9a-f]*\d)(?=\d*[a-f])[0-9a-f]{6}\b/g, 'N'],
  // Versions, behind a name and alone, then numbers, with a unit or without.
  [/-\d[\w.]*(?:,\d+\b)?/g, '-N'],
  [/(?<=[A-Za-z])\d+(?:\.\d+)+\b/g, 'N'],
  [/\b(py|python|ruby|perl|php|gcc|g\+\+|clang(?:\+\+)?|llvm)\d\d+\b/g, '$1N'],
  [/(?<!\w)\d+(?:\.\d+)*(?:[mµun]?s|min|sec|[kKMGT]i?B|B|st|nd|rd|th)?\b/g, 'N'],
  [/:N(:N)?(?=[:\s]|$)/g, ''],
  [/\s+/g, ' '],
];

/**
 * Returns a line without what varies between runs of the same failure: directories, versions, numbers, addresses, hashes, moments,
 * temporary names.
 */
export function normaliseLine(line: string): string {
  return VARYING.reduce((text, [form, by]) => text.replace(form, by), line).trim();
}

/** Returns 16 hex digits for a text: 64-bit FNV-1a, for grouping only (not collision-resistant). */
export function digest(text: string): string {
  let hash = 0xcbf29ce484222325n;
  for (const byte of new TextEncoder().encode(text)) hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n);
  return hash.toString(16).padStart(16, '0');
}
