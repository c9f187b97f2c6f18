import {oneLine, truncateMiddle, wrapUntrusted} from './wrap-untrusted.ts';

/** A part of a prompt. `render` returns it in at most `max` characters, in full for an infinite `max`. */
export interface Part {
  readonly order: number;
  /** Share of the space that is guaranteed to the part, beside those with the share `full`, which get what they need first. */
  readonly share: number | 'full';
  render(max: number): string;
}

/**
 * Renders parts into at most `total` characters, as long as those with the share `full` fit. Each other part gets its share, or
 * less if it needs less; the remainder goes to the parts in the order of the list. The text is sorted by `order`.
 */
export function fitParts(parts: readonly Part[], total: number): string {
  const needs = parts.map((part) => part.render(Number.POSITIVE_INFINITY).length);
  const fixed = sum(parts.map(({share}, i) => (share === 'full' ? (needs[i] ?? 0) : 0)));
  const room = Math.max(0, total - 2 * parts.length - fixed);
  // Shares that exceed the space in sum would be promised twice. Parts that have nothing to show claim none.
  const shares = Math.max(1, sum(parts.map(({share}, i) => (share === 'full' || needs[i] === 0 ? 0 : share))));
  const granted = parts.map(({share}, i) =>
    share === 'full' ? (needs[i] ?? 0) : Math.min(needs[i] ?? 0, Math.floor((share / shares) * room)),
  );
  let left = room + fixed - sum(granted);
  const rendered = parts.map((part, i) => {
    const more = Math.min((needs[i] ?? 0) - (granted[i] ?? 0), left);
    left -= more;
    return {order: part.order, text: part.render((granted[i] ?? 0) + more)};
  });
  rendered.sort((a, b) => a.order - b.order);
  return rendered.flatMap(({text}) => (text === '' ? [] : [text])).join('\n\n');
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((all, one) => all + one, 0);
}

/**
 * Returns a heading and a text between data marks, truncated in the middle to `max` characters in all; empty for an empty text.
 */
export function untrustedSection(
  heading: string,
  label: string,
  text: string,
  nonce: string,
  max: number,
  headShare = 0.5,
): string {
  if (text.trim() === '') return '';
  const section = (shown: string) => `${heading}\n\n${wrapUntrusted(label, shown, nonce)}`;
  const full = section(text);
  if (full.length <= max) return full;
  const shell = section('').length + MARK_ROOM;
  return max <= shell ? '' : section(truncateMiddle(text, max - shell, headShare));
}

/** Space for a longer mark and for the newlines at the marks. */
const MARK_ROOM = 16;

/** A titled text of a prompt. */
export interface Item {
  readonly title: string;
  readonly text: string;
}

/** An item that would get fewer characters is only listed by name. */
const MIN_ITEM_CHARS = 500;

/**
 * Renders items with a heading each in at most `max` characters: short ones in full, long ones truncated to equal lengths.
 * Items that do not fit are listed by name.
 */
export function fitItems(items: readonly Item[], nonce: string, max: number): string {
  const sizes = items.map((item) => render(item, nonce, Number.POSITIVE_INFINITY).length);
  for (let shown = items.length; shown > 0; shown -= 1) {
    const left = omittedNote(items.slice(shown));
    const caps = equalCaps(sizes.slice(0, shown), max - left.length - 2 * (left ? shown : shown - 1));
    if (caps) return [...caps.map((cap, i) => render(items[i] as Item, nonce, cap)), ...(left ? [left] : [])].join('\n\n');
  }
  return omittedNote(items).slice(0, Math.max(0, max));
}

function render({title, text}: Item, nonce: string, max: number): string {
  const label = oneLine(title);
  return text.trim() === '' ? `### ${label}\n(empty)` : untrustedSection(`### ${label}`, label, text, nonce, max);
}

function omittedNote(items: readonly Item[]): string {
  if (items.length === 0) return '';
  const names = items.map(({title, text}) => `${oneLine(title)} (${text.length} characters)`).join(', ');
  return `Omitted for lack of space: ${truncateMiddle(names, 600)}`;
}

/** Returns caps that add up to `room` at most; undefined if a truncated item would have fewer than `MIN_ITEM_CHARS`. */
function equalCaps(sizes: readonly number[], room: number): number[] | undefined {
  const caps = new Array<number>(sizes.length).fill(0);
  let left = room;
  const smallestFirst = sizes.map((size, at) => ({size, at})).sort((a, b) => a.size - b.size);
  for (const [done, {size, at}] of smallestFirst.entries()) {
    const part = Math.floor(left / (sizes.length - done));
    if (part < Math.min(size, MIN_ITEM_CHARS)) return undefined;
    caps[at] = Math.min(size, part);
    left -= caps[at];
  }
  return caps;
}
