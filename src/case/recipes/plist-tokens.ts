import type {Emittable} from '../../dops/edit/emit-statement.ts';
import {dopsChanges, editableDops, withOperations} from './dops-overlay.ts';
import {wordsAssigned} from './fragment.ts';
import type {Changes, Overlay, Texts} from './overlay.ts';
import {findEntry, isDir, isEntry, type Mismatch, matchesPath, pathOf, plistName} from './plist-lines.ts';

/** A variable of PLIST_SUB whose value differs from what was installed. */
export interface TokenChange {
  readonly name: string;
  readonly from: string;
  readonly to: string;
}

const TOKEN = /%%(\w+)%%/;

/** Returns the lines of the plist that are missing under one value of a variable, and orphaned under another: path and orphan by line. */
export function tokenLines(overlay: Overlay, {orphaned, missing}: Mismatch): ReadonlyMap<string, readonly [string, string]> {
  const entries = entriesOf(overlay, missing);
  const found = missing.flatMap((path) => {
    const line = findEntry(entries, path);
    if (line === undefined || !TOKEN.test(line)) return [];
    const orphan = orphaned.find((one) => isDir(one) === isDir(path) && matchesPath(line, one));
    return orphan === undefined ? [] : [[line, [path, orphan]] as const];
  });
  return new Map(found);
}

/**
 * Returns the only change of a variable that explains every entry of the mismatch and every line with the variable; undefined if there
 * is none for sure.
 */
export function tokenChange(overlay: Overlay, mismatch: Mismatch): TokenChange | undefined {
  const lines = tokenLines(overlay, mismatch);
  if (lines.size !== mismatch.missing.length || lines.size !== mismatch.orphaned.length) return undefined;
  const changes = [...lines].map(([line, [path, orphan]]) => changeIn(line, path, orphan));
  const [change] = changes;
  const isOne = changes.every((one) => one !== undefined && JSON.stringify(one) === JSON.stringify(change));
  if (change === undefined || !isOne) return undefined;
  const using = entriesOf(overlay, mismatch.missing).filter((line) => line.includes(`%%${change.name}%%`));
  return using.every((line) => lines.has(line)) ? change : undefined;
}

/** Returns the change to overlay.dops that gives the variable its new value, if the Makefile sets it by a plain word. */
export function tokenChanges(overlay: Overlay, {name, from, to}: TokenChange): Changes | undefined {
  const dops = editableDops(overlay, `${name} of the plist is ${to} on DragonFly`);
  if (dops === undefined || !isOnlyValue(overlay.composed, name, from)) return undefined;
  const operations: Emittable[] = [
    {kind: 'mk.var.token_remove', name: 'PLIST_SUB', value: `${name}=${from}`},
    {kind: 'mk.var.token_add', name: 'PLIST_SUB', value: `${name}=${to}`},
  ];
  return dopsChanges(overlay, withOperations(dops, operations));
}

/** Returns whether a composed port has the new value. */
export function hasToken(port: Texts, {name, to}: TokenChange): boolean {
  return isOnlyValue(port, name, to);
}

/** Returns whether the Makefile of a port gives a variable of PLIST_SUB this value, and no other. */
function isOnlyValue(port: Texts, name: string, value: string): boolean {
  const listed = wordsAssigned(port.get('Makefile') ?? '', 'PLIST_SUB').filter((word) => word.startsWith(`${name}=`));
  return listed.length === 1 && listed[0] === `${name}=${value}`;
}

function entriesOf({composed}: Overlay, missing: readonly string[]): string[] {
  const name = plistName(composed, missing);
  return name === undefined ? [] : (composed.get(name) ?? '').split('\n').filter(isEntry);
}

/** Returns the change of a line's only variable. */
function changeIn(line: string, path: string, orphan: string): TokenChange | undefined {
  const [before = '', name, after = '', ...others] = pathOf(line).split(TOKEN);
  const valueIn = (one: string): string => pathOf(one).slice(before.length, pathOf(one).length - after.length);
  if (name === undefined || others.length > 0) return undefined;
  const [from, to] = [valueIn(path), valueIn(orphan)];
  return /^[\w.+-]+$/.test(from) && /^[\w.+-]+$/.test(to) ? {name, from, to} : undefined;
}

/**
 * Returns an entry as a plist writes it: the token for each value of PLIST_SUB that the path has as a complete version or directory. A name
 * with several values, such as one for each option, has no value here.
 */
export function withTokens({composed}: Pick<Overlay, 'composed'>, entry: string): string {
  const values = [...plistValues(composed.get('Makefile') ?? '')].sort(([, a], [, b]) => b.length - a.length);
  return values.reduce((written, [name, value]) => written.replace(asComplete(value), `%%${name}%%`), entry);
}

/** Returns the values that a Makefile gives to names of PLIST_SUB, those of versions included. */
function plistValues(makefile: string): Map<string, string> {
  const version = wordsAssigned(makefile, 'PORTVERSION').join(' ') || wordsAssigned(makefile, 'DISTVERSION').join(' ');
  const values = new Map<string, Set<string>>();
  for (const word of wordsAssigned(makefile, 'PLIST_SUB')) {
    const [, name = '', written = ''] = /^(\w+)="?([^"]*)"?$/.exec(word) ?? [];
    const value = /^\$\{(?:PORT|DIST)VERSION\}$/.test(written) ? version : written;
    values.set(name, (values.get(name) ?? new Set()).add(value));
  }
  return new Map(
    [...values].flatMap(([name, [value = '', ...others]]) => (others.length === 0 && isDistinct(value) ? [[name, value]] : [])),
  );
}

/** Returns whether a value is a version or a path, which no other part of a plist has by chance. */
function isDistinct(value: string): boolean {
  return value.length >= 3 && /^[\w.+/-]*[\d/][\w.+/-]*$/.test(value);
}

/** Matches a value that is no part of a longer version or name. */
function asComplete(value: string): RegExp {
  const escaped = value.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const start = /^\d/.test(value) ? '(?<![\\d%])(?<!\\d\\.)' : '(?<![\\w%])';
  return new RegExp(`${start}${escaped}(?![\\w%])(?!\\.\\d)`);
}
