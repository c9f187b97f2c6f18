import type {Item} from '../prompt/space.ts';
import type {Key, KeyKind} from './keys.ts';
import type {TreeMatch} from './tree-index.ts';

/** Lines and characters of an excerpt. */
const MAX_LINES = 14;
const MAX_CHARS = 600;
const LINE_CHARS = 160;
/** Keys that explain a match. */
const MAX_REASONS = 3;

/** Returns the prompt item of a match: its place, why it is close, and the lines around the names that it shares. Everything is untrusted. */
export function matchItem({file, shared, alike}: TreeMatch): Item {
  const reasons = shared.map(reasonOf).filter((reason) => reason !== '');
  const also = alike.length === 0 ? '' : `; ${alike.join(', ')} alike`;
  return {
    title: `${file.origin}/${file.path}`.replace(/[^\w.+@,=~/-]+/g, '_').slice(0, 120),
    text: `It has ${reasons.slice(0, MAX_REASONS).join(', ')}${also}:\n${excerptOf(file.text, shared)}`,
  };
}

const REASONS: Readonly<Record<KeyKind, (value: string) => string>> = {
  symbol: (value) => value,
  names: (value) => `other names ${value}*`,
  header: (value) => `the header ${value}`,
  word: (value) => `the word ${value}`,
  path: (value) => `the plist entry ${value}`,
  file: (value) => `a change of a file ${value}`,
  stem: () => 'a variant of the same software',
  form: () => '',
};

function reasonOf(key: Key): string {
  const cut = key.indexOf(':');
  return REASONS[key.slice(0, cut) as KeyKind](key.slice(cut + 1));
}

/** Returns the lines of a text where most of the names are, changed lines of a patch before others. */
export function excerptOf(text: string, shared: readonly Key[]): string {
  const lines = text.split('\n');
  const names = shared.flatMap((key) => {
    const name = key
      .slice(key.indexOf(':') + 1)
      .replace(/^uses=/, '')
      .toLowerCase();
    return /^(?:form|stem|file):/.test(key) || name === '' ? [] : [name];
  });
  const worth = lines.map((line) => worthOf(line, names));
  const start = bestWindow(worth, lines);
  const shown = lines
    .slice(start, start + MAX_LINES)
    .map((line) => (line.length > LINE_CHARS ? `${line.slice(0, LINE_CHARS)} [cut]` : line));
  while (shown.join('\n').length > MAX_CHARS) shown.pop();
  return shown.join('\n').replace(/\n+$/, '');
}

function worthOf(line: string, names: readonly string[]): number {
  const plain = line.toLowerCase();
  const found = names.reduce((sum, name, at) => sum + (plain.includes(name) ? 1 / (1 + at / 4) : 0), 0);
  const isChange = /^[+-](?!\+\+ |-- )/.test(line);
  return found * (isChange ? 1.5 : 1) + (isChange ? 0.05 : 0);
}

/** Returns the first line of the window with the highest worth, begun at the hunk or some lines before the first name. */
function bestWindow(worth: readonly number[], lines: readonly string[]): number {
  let best = 0;
  let sum = worth.slice(0, MAX_LINES).reduce((all, one) => all + one, 0);
  let highest = sum;
  for (let at = 1; at + MAX_LINES <= worth.length; at += 1) {
    sum += (worth[at + MAX_LINES - 1] ?? 0) - (worth[at - 1] ?? 0);
    if (sum > highest + 1e-9) {
      highest = sum;
      best = at;
    }
  }
  const end = best + MAX_LINES;
  const hunk = lines
    .slice(best, end)
    .findLastIndex((line, at) => line.startsWith('@@') && worth.slice(best, best + at).every((one) => one < 0.5));
  const first = worth.slice(best, end).findIndex((one) => one >= 0.5);
  return hunk >= 0 ? best + hunk : Math.max(0, best + Math.max(0, first - 4));
}
