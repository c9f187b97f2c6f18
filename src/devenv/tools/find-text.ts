/** Where a text is in a file: its place, how it was found, and its first line, from 1. */
export interface Found {
  readonly kind: 'found';
  readonly how: 'exact' | 'whitespace';
  readonly start: number;
  readonly end: number;
  readonly line: number;
}

export type TextSearch =
  | Found
  | {readonly kind: 'several'; readonly how: 'exact' | 'whitespace'; readonly lines: readonly number[]}
  | {readonly kind: 'missing'; readonly nearest?: {readonly line: number; readonly text: string}};

/** Looks for a text exactly, then line by line without regard to the amount of white space. */
export function findText(content: string, wanted: string): TextSearch {
  const exact = places(content, wanted);
  if (exact.length === 1) {
    const start = exact[0] ?? 0;
    return {kind: 'found', how: 'exact', start, end: start + wanted.length, line: lineAt(content, start)};
  }
  if (exact.length > 1) return {kind: 'several', how: 'exact', lines: exact.slice(0, 10).map((at) => lineAt(content, at))};
  return findLoosely(content, wanted);
}

function places(content: string, wanted: string): number[] {
  const found: number[] = [];
  for (let at = content.indexOf(wanted); at >= 0 && found.length < 100; at = content.indexOf(wanted, at + 1)) found.push(at);
  return found;
}

function findLoosely(content: string, wanted: string): TextSearch {
  const lines = content.split('\n');
  const loose = lines.map(squeeze);
  const sought = wanted.split('\n').map(squeeze);
  while (sought.length > 1 && sought.at(-1) === '') sought.pop();
  while (sought.length > 1 && sought[0] === '') sought.shift();
  if (sought.every((line) => line === '')) return {kind: 'missing'};
  const fits: number[] = [];
  for (let at = 0; at + sought.length <= loose.length; at++) {
    if (sought.every((line, index) => loose[at + index] === line)) fits.push(at);
  }
  if (fits.length > 1) return {kind: 'several', how: 'whitespace', lines: fits.slice(0, 10).map((at) => at + 1)};
  const [at] = fits;
  if (at === undefined) return nearest(lines, loose, sought);
  const start = lines.slice(0, at).reduce((sum, line) => sum + line.length + 1, 0);
  const length = lines.slice(at, at + sought.length).join('\n').length;
  return {kind: 'found', how: 'whitespace', start, end: start + length, line: at + 1};
}

/** The lines most like those sought: by equal lines first, then by words in common with the longest one. */
function nearest(lines: readonly string[], loose: readonly string[], sought: readonly string[]): TextSearch {
  const longest = sought.reduce((best, line, index) => (line.length > (sought[best] ?? '').length ? index : best), 0);
  const words = new Set((sought[longest] ?? '').split(/\W+/).filter((word) => word !== ''));
  const equal = new Set(sought.filter((line) => line.length > 3));
  let best = {score: 0, at: 0};
  for (const [index, line] of loose.entries()) {
    const score = (equal.has(line) ? 2 : 0) + common(words, line);
    if (score > best.score) best = {score, at: index};
  }
  if (best.score === 0) return {kind: 'missing'};
  const from = Math.max(0, best.at - longest);
  return {
    kind: 'missing',
    nearest: {
      line: from + 1,
      text: lines
        .slice(from, from + Math.min(sought.length, 20) + 1)
        .join('\n')
        .slice(0, 2000),
    },
  };
}

function common(words: ReadonlySet<string>, line: string): number {
  if (words.size === 0) return 0;
  const there = new Set(line.split(/\W+/));
  let shared = 0;
  for (const word of words) if (there.has(word)) shared++;
  return shared / words.size;
}

function squeeze(line: string): string {
  return line.trim().replace(/\s+/g, ' ');
}

function lineAt(content: string, at: number): number {
  let line = 1;
  for (let index = content.indexOf('\n'); index >= 0 && index < at; index = content.indexOf('\n', index + 1)) line++;
  return line;
}
