import {readdirSync, readFileSync} from 'node:fs';
import {join, relative, resolve, sep} from 'node:path';
import {accepts, type Folder} from './config.ts';
import {instrument, type Mutant} from './instrument.ts';

/** Returns the files below a folder that `form` matches, as paths from the root, in order. */
export function filesBelow(root: string, folder: string, form: RegExp): string[] {
  const files = readdirSync(join(root, folder), {recursive: true, encoding: 'utf8'});
  return files
    .filter((file) => form.test(file))
    .map((file) => `${folder}/${file.split(sep).join('/')}`)
    .sort();
}

/** Returns all mutants of the sources, numbered from 1 in their order. */
export function mutantsOf(root: string, sources: readonly string[]): Mutant[] {
  const all: Mutant[] = [];
  for (const file of sources) {
    const source = readFileSync(join(root, file), 'utf8');
    all.push(...instrument(file, source, all.length + 1, accepts).mutants);
  }
  return all;
}

/** Returns the folders that the paths name, and whether a file of them is named; no path names all. Throws on one that is in none of them. */
export function selection(
  root: string,
  folders: readonly Folder[],
  paths: readonly string[],
): {readonly folders: readonly Folder[]; readonly includes: (file: string) => boolean} {
  const named = paths.map((path) => relative(root, resolve(root, path)).split(sep).join('/'));
  const isWithin = (file: string, folder: string) => file === folder || file.startsWith(`${folder}/`);
  for (const path of named) {
    if (folders.some((folder) => isWithin(path, folder.path) || isWithin(folder.path, path))) continue;
    const allowed = folders.map((folder) => folder.path).join(', ');
    throw new Error(`No mutants are made in ${path}: a path must be in ${allowed}.`);
  }
  const chosen = folders.filter(
    ({path}) => named.length === 0 || named.some((one) => isWithin(one, path) || isWithin(path, one)),
  );
  return {folders: chosen, includes: (file) => named.length === 0 || named.some((one) => isWithin(file, one))};
}

/** Returns `count` of the values, drawn by the seed, in their order; all of them if there are no more, or `count` is 0. */
export function sample<T>(values: readonly T[], count: number, seed: number): T[] {
  if (count === 0 || count >= values.length) return [...values];
  const random = randomNumbers(seed);
  const ranked = values.map((value, at) => ({value, at, rank: random()})).sort((a, b) => a.rank - b.rank);
  return ranked
    .slice(0, count)
    .sort((a, b) => a.at - b.at)
    .map(({value}) => value);
}

/** Returns a generator of numbers from 0 to below 1, the same ones for the same seed (mulberry32). */
function randomNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let bits = Math.imul(state ^ (state >>> 15), state | 1);
    bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61);
    return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32;
  };
}
