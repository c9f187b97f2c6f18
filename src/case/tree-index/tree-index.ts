import {type Key, type KeyKind, keysOfFile, stemKeys, type TreeFile} from './keys.ts';
import type {TreeQuery} from './query.ts';

/** A file of the tree that is close to a failure, with the keys that it shares, the most telling first. */
export interface TreeMatch {
  readonly file: TreeFile;
  readonly score: number;
  readonly shared: readonly Key[];
  /** Other ports with a match of the same text or of the same software. */
  readonly alike: readonly string[];
}

/** How much a shared key of each kind counts, before its rarity. */
const WEIGHTS: Readonly<Record<KeyKind, number>> = {
  symbol: 1,
  header: 1,
  word: 0.8,
  path: 0.8,
  names: 0.6,
  file: 0.4,
  stem: 0.4,
  form: 0.1,
};
/** Share of the score of a symbol that no other file has, which a match has to reach: one rare name, or several hints together. */
const CLOSE = 0.45;
/** A key that more files than these, and this share of them, have distinguishes none of them. */
const COMMON_FILES = 8;
const COMMON_SHARE = 0.05;
const MAX_ALIKE = 3;

/** Finds patches and overlays of the tree that are about the same names as a failure. */
export class TreeIndex {
  readonly #files: TreeFile[] = [];
  readonly #places = new Map<Key, number[]>();

  get size(): number {
    return this.#files.length;
  }

  add(file: TreeFile): void {
    const at = this.#files.push(file) - 1;
    for (const key of keysOfFile(file)) {
      const places = this.#places.get(key);
      if (places === undefined) this.#places.set(key, [at]);
      else places.push(at);
    }
  }

  /** Returns the closest files, best first, one of each software and none of the ports in `except`; none where nothing is close. */
  closest(query: TreeQuery, except: readonly string[], most: number): TreeMatch[] {
    const close = CLOSE * Math.log(this.size + 1);
    const scored = [...this.#scores(query)].filter(
      ([at, {score}]) => score >= close && !except.includes(this.#files[at]?.origin ?? ''),
    );
    scored.sort(([a, one], [b, other]) => other.score - one.score || a - b);
    const matches: (TreeMatch & {alike: string[]})[] = [];
    for (const [at, {score, shared}] of scored) {
      const file = this.#files[at] as TreeFile;
      const known = matches.find((one) => isAlike(one.file, file));
      if (known !== undefined) addAlike(known, file.origin);
      else if (matches.length < most) matches.push({file, score, shared: byContribution(shared), alike: []});
      else break;
    }
    return matches;
  }

  #scores(query: TreeQuery): Map<number, {score: number; shared: Map<Key, number>}> {
    const scores = new Map<number, {score: number; shared: Map<Key, number>}>();
    const common = Math.max(COMMON_FILES, this.size * COMMON_SHARE);
    for (const [key, importance] of query) {
      const places = this.#places.get(key) ?? [];
      const kind = key.slice(0, key.indexOf(':')) as KeyKind;
      if (places.length > common && kind !== 'form') continue;
      const value = importance * WEIGHTS[kind] * Math.log((this.size + 1) / Math.max(1, places.length));
      for (const at of places) {
        const entry = scores.get(at) ?? {score: 0, shared: new Map<Key, number>()};
        entry.score += value;
        entry.shared.set(key, value);
        scores.set(at, entry);
      }
    }
    return scores;
  }
}

function addAlike({file, alike}: TreeMatch & {alike: string[]}, origin: string): void {
  if (file.origin !== origin && alike.length < MAX_ALIKE && !alike.includes(origin)) alike.push(origin);
}

function byContribution(shared: ReadonlyMap<Key, number>): Key[] {
  return [...shared].sort(([, a], [, b]) => b - a).map(([key]) => key);
}

/** Returns whether two files answer a question in the same way: of one port, of variants of one software, or equal. */
function isAlike(one: TreeFile, other: TreeFile): boolean {
  if (one.origin === other.origin || one.text === other.text) return true;
  return stemOf(one) !== '' && stemOf(one) === stemOf(other);
}

function stemOf({origin}: TreeFile): string {
  return stemKeys(origin)[0] ?? '';
}
