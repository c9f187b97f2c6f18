import {readMakeLine} from '../dops/makefile/make-line.ts';
import {wordsOf} from '../dops/makefile/value-words.ts';
import {overlayForm} from '../dops/overlay-form.ts';
import {isOrigin} from './types.ts';

/** Kind of a port's DragonFly overlay: overlay.dops, the older files (Makefile.DragonFly, diffs/, dragonfly/), or no overlay. */
export type OverlayKind = 'overlay.dops' | 'compat' | 'none';

/** The port that a slave port takes its Makefile from, which its MASTERDIR names. */
export interface MasterPort {
  readonly origin: string;
  readonly overlay: OverlayKind;
  /** Other slave ports of the master in the ports tree, sorted; the case's own port is not among them. */
  readonly slaves: readonly string[];
}

/** Result of the search for a port's master: a master, or a MASTERDIR that no case may follow, with the reason. */
export type FoundMaster = MasterPort | {readonly refused: string};

/** Returns the kind of an overlay by the names in its directory. */
export function overlayKind(names: readonly string[]): OverlayKind {
  const form = overlayForm(names);
  return form === 'dops' ? 'overlay.dops' : form;
}

/** Returns why the case of a slave port waits for an operator, who repairs the master. */
export function slavePortReason(origin: string, found: FoundMaster): string {
  if ('refused' in found) return found.refused;
  return `${origin} is a slave port: it builds from ${found.origin} (${overlayLabel(found.overlay)}), and a fix belongs there. Repair ${found.origin}.`;
}

/** Returns the overlay of a port for display, as `its overlay is overlay.dops`. */
export function overlayLabel(kind: OverlayKind): string {
  if (kind === 'none') return 'it has no overlay';
  return kind === 'compat' ? 'its overlay has the older form, without overlay.dops' : 'its overlay is overlay.dops';
}

/**
 * Returns the origin that a MASTERDIR names, where `own` is the port's own origin and `roots` are the directories of the ports tree;
 * undefined where it names the port itself or is empty. Throws where it is no port of the tree: such a value is not followed.
 */
export function masterOf(masterDir: string, own: string, roots: readonly string[]): string | undefined {
  if (masterDir === '') return undefined;
  const path = collapse(masterDir);
  const root = roots.find((one) => path.startsWith(`${one}/`));
  const origin = root === undefined ? '' : path.slice(root.length + 1);
  if (!masterDir.startsWith('/') || /\p{Cc}/u.test(masterDir) || !isOrigin(origin))
    throw new Error(
      `MASTERDIR of ${own} must be a port's directory of the ports tree (${roots.join(' or ')}); got ${JSON.stringify(masterDir.slice(0, 200))}.`,
    );
  return origin === own ? undefined : origin;
}

/** Returns an absolute path without `.`, `..` and empty parts: a slave port names its master as `/a/b/../c`. */
function collapse(path: string): string {
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return `/${parts.join('/')}`;
}

/** Ports whose Makefile sets MASTERDIR: those that name the master, and those whose value only make can compute. */
export interface SlaveCandidates {
  readonly slaves: readonly string[];
  readonly computed: readonly string[];
}

/** Returns the slave ports of `master` by lines `category/name/Makefile:MASTERDIR=value`, as grep prints them. */
export function slavesIn(lines: readonly string[], master: string): SlaveCandidates {
  const slaves = new Set<string>();
  const computed = new Set<string>();
  for (const line of lines) {
    const [, origin = '', text = ''] = /^([^:]+)\/Makefile:(.*)$/.exec(line) ?? [];
    const {kind, name, value} = readMakeLine(text);
    if (kind !== 'assignment' || name !== 'MASTERDIR' || !isOrigin(origin) || origin === master) continue;
    const path = resolveDirectory(wordsOf(value)[0]?.text ?? '', origin);
    if (mayBe(path, `${ROOT}/${master}`)) computed.add(origin);
    else if (!path.includes('$') && collapse(path) === `${ROOT}/${master}`) slaves.add(origin);
  }
  return {slaves: [...slaves].sort(), computed: [...computed].filter((one) => !slaves.has(one)).sort()};
}

/** Stands for the ports tree in the paths of this file. */
const ROOT = '/ports';

function resolveDirectory(value: string, origin: string): string {
  const [category = ''] = origin.split('/');
  return value
    .replaceAll('${.CURDIR:H:H}', ROOT)
    .replaceAll('${.CURDIR:H}', `${ROOT}/${category}`)
    .replaceAll('${.CURDIR}', `${ROOT}/${origin}`)
    .replaceAll('${PORTSDIR}', ROOT);
}

/** Returns whether a path with variables in it can be `wanted`: its start, up to the first variable, must be that of `wanted`. */
function mayBe(path: string, wanted: string): boolean {
  const at = path.indexOf('$');
  if (at < 0) return false;
  const start = path.slice(0, at);
  if (start === '') return true;
  const known = collapse(start.slice(0, start.lastIndexOf('/') + 1));
  const name = start.slice(start.lastIndexOf('/') + 1);
  return wanted.startsWith(known === '/' ? `/${name}` : `${known}/${name}`) || path.slice(at).includes('..');
}
