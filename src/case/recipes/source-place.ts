import {baseName} from '../text/base-name.ts';
import type {RecipeInput} from './recipe.ts';

/** A line of the source that a message names. */
export interface SourcePlace {
  /** Relative to WRKSRC, as far as the message has it. */
  readonly path: string;
  /** From 1. */
  readonly line: number;
}

/**
 * Returns a path of a message relative to WRKSRC, without steps up; undefined for one outside of the port's work directory, such as a
 * header of the system.
 */
export function sourcePath({port}: RecipeInput, path: string): string | undefined {
  const at = path.indexOf(`/${port.origin}/`);
  if (path.startsWith('/') && at < 0) return undefined;
  const below = path.startsWith('/')
    ? path
        .slice(at + port.origin.length + 2)
        .split('/')
        .slice(1)
    : path.split('/');
  const parts = below.filter((part) => part !== '.');
  const first = parts.findIndex((part) => part !== '..');
  const names = first < 0 ? [] : parts.slice(first);
  return names.length > 0 && names.every((name) => /^[\w.+-]+$/.test(name) && name !== '..') ? names.join('/') : undefined;
}

/** Returns the place of a message that begins with `path:line:`. */
export function placeOf(input: RecipeInput, text: string): SourcePlace | undefined {
  const [, path = '', line = ''] = /^(\S+?):(\d+):/.exec(text) ?? [];
  const relative = path === '' ? undefined : sourcePath(input, path);
  return relative === undefined ? undefined : {path: relative, line: Number(line)};
}

/**
 * Returns the path under which `sources` has a file of a message: its own, the longest end of it, or the only file of its name. A
 * compiler names a file from the directory that it runs in.
 */
export function pathIn(sources: ReadonlyMap<string, string>, path: string): string | undefined {
  const parts = path.split('/');
  const ends = parts.slice(0, -1).map((_part, index) => parts.slice(index).join('/'));
  const found = [path, ...ends].find((end) => sources.has(end));
  if (found !== undefined) return found;
  const named = [...sources.keys()].filter((other) => baseName(other) === baseName(path));
  return named.length === 1 ? named[0] : undefined;
}
