/** A part of a line; `hit` if it is what is searched for. */
export interface LinePart {
  readonly text: string;
  readonly hit: boolean;
}

const MOST_PARTS = 200;

/** Small letters, of the same length. */
export function lower(text: string): string {
  return text.replaceAll('\u0130', 'i').toLowerCase();
}

/** A line cut at what is searched for, which is found literally. */
export function partsOf(text: string, q: string, cased: boolean): LinePart[] {
  const searched = cased ? text : lower(text);
  const needle = cased ? q : lower(q);
  const parts: LinePart[] = [];
  let done = 0;
  for (let at = needle === '' ? -1 : searched.indexOf(needle); at >= 0; at = searched.indexOf(needle, done)) {
    if (at > done) parts.push({text: text.slice(done, at), hit: false});
    done = at + needle.length;
    parts.push({text: text.slice(at, done), hit: true});
    if (parts.length >= MOST_PARTS) break;
  }
  if (done < text.length) parts.push({text: text.slice(done), hit: false});
  return parts;
}
