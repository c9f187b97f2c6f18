import {cutMiddle} from './fence.ts';
import type {PortFile} from './playbooks.ts';
import type {Item} from './prompt-space.ts';

/** Most characters of one file in a prompt. */
const FILE_CHARS = 32_768;

/**
 * Files of a port's snapshot as items of a prompt, the most telling first: what the errors name, Makefiles, the rest of the
 * overlay, the plist. A composed file that is the same in the overlay is left out.
 */
export function portFileItems(files: readonly PortFile[], errors: string): {port: Item[]; patches: Item[]} {
  const overlay = new Map(files.flatMap(({path, text}) => (path.startsWith('overlay/') ? [[path.slice(8), text] as const] : [])));
  const kept = files.filter(({path, text}) => !path.startsWith('port/') || overlay.get(path.slice(5)) !== text);
  const ranked = kept.map(({path, text}) => ({
    path,
    rank: rank(path, errors),
    item: {title: path, text: cutMiddle(text, FILE_CHARS)},
  }));
  ranked.sort((a, b) => a.rank - b.rank || (a.path < b.path ? -1 : 1));
  const items = (patches: boolean) => ranked.flatMap(({path, item}) => (isPatch(path) === patches ? [item] : []));
  return {port: items(false), patches: items(true)};
}

function isPatch(path: string): boolean {
  return /\/patch-[^/]*$|\.(diff|patch)$/.test(path);
}

function rank(path: string, errors: string): number {
  const name = path.replace(/^.*\//, '');
  if (name.length > 8 && !name.startsWith('Makefile') && errors.includes(name)) return 0;
  if (/^Makefile(\.DragonFly)?$/.test(name)) return 1;
  if (path.startsWith('overlay/')) return 2;
  return name.startsWith('pkg-plist') || name.startsWith('Makefile') ? 3 : 4;
}
