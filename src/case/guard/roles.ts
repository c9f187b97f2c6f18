import {readMakeLine} from '../../dops/makefile/make-line.ts';
import {readDops} from './dops-effects.ts';
import {isDops} from './names.ts';
import type {SideLine, Sides} from './sides.ts';

/** What files of the overlay become in the port, by the operations of overlay.dops and the Makefiles that read them. */
export interface Roles {
  /** Files of the port that a file of the overlay becomes. */
  destinations(name: string): readonly string[];
  /** Returns whether an operation applies the file to the port as a patch. */
  isApplied(name: string): boolean;
  /** Returns whether the port has an overlay.dops after the change. */
  readonly hasDops: boolean;
  /** Type that overlay.dops gives the port; undefined if it is not known. */
  readonly type: string | undefined;
  /** Paths that operations or Makefiles of the diff name. */
  names(name: string): boolean;
}

interface RoleFile {
  readonly name: string;
  readonly sides: Sides;
  readonly isGone: boolean;
}

/** Returns the roles by the files of a diff, and by overlay.dops as it was if the diff does not change it. */
export function rolesOf(files: readonly RoleFile[], overlay: ReadonlyMap<string, string> = new Map()): Roles {
  const dops = files.filter(({name, isGone}) => isDops(name) && !isGone);
  const untouched = files.some(({name}) => isDops(name)) ? undefined : overlay.get('overlay.dops');
  const texts = [
    ...dops.map(({sides}) => sides.after),
    ...(untouched === undefined ? [] : [untouched.split('\n').map((text) => ({text, changed: false}))]),
  ];
  const effects = texts.flatMap((lines) => readDops(lines));
  const copies = effects.flatMap((one) => one.copies ?? []);
  const applied = new Set(effects.flatMap((one) => one.applies ?? []));
  const included = includedBy(files);
  const mentioned = files.flatMap(({sides}) => sides.after.filter(({changed}) => changed).map(({text}) => text));
  return {
    destinations: (name) => [
      ...follow(name, copies),
      ...(included.some((one) => endsAs(one, name)) ? ['Makefile.included'] : []),
    ],
    isApplied: (name) => applied.has(name),
    hasDops: dops.length > 0 || untouched !== undefined,
    type: effects.findLast(({type}) => type !== undefined)?.type,
    names: (name) => copies.some(({from}) => from === name) || applied.has(name) || mentioned.some((text) => text.includes(name)),
  };
}

/** Follows a file through the copies that operations make. */
function follow(name: string, copies: readonly {from: string; to: string; ofOverlay: boolean}[]): string[] {
  const found = new Set<string>();
  for (const {from, to, ofOverlay} of copies) {
    if (ofOverlay ? from === name : found.has(from) || from === name) found.add(to);
  }
  found.delete(name);
  return [...found];
}

/** Returns the files that lines of make in a diff include. */
function includedBy(files: readonly RoleFile[]): string[] {
  return files.flatMap(({name, sides}) => makeLines(name, sides).flatMap(includedIn));
}

function makeLines(name: string, {after}: Sides): readonly SideLine[] {
  if (!isDops(name)) return after;
  return readDops(after).flatMap(({make = [], insert}) => [
    ...make,
    ...(insert?.lines ?? []).map((text) => ({text, changed: true})),
  ]);
}

function includedIn({text}: SideLine): string[] {
  const {kind, name, value} = readMakeLine(text);
  return kind === 'directive' && name.endsWith('include') ? [value.replace(/^[<"]|[>"].*$/g, '')] : [];
}

function endsAs(path: string, name: string): boolean {
  return path === name || path.endsWith(`/${name}`);
}
