import {isOrigin} from '../../case/types.ts';
import {refused} from './results.ts';
import type {ToolOutcome} from './tool.ts';

/** A path that has passed: `dir` and `name` are its parts, `root` the directory that the real path must not leave. */
export interface CheckedPath {
  readonly path: string;
  readonly dir: string;
  readonly name: string;
  readonly root: string;
}

export type PathCheck = {readonly ok: true; readonly at: CheckedPath} | {readonly ok: false; readonly outcome: ToolOutcome};

const OVERLAY = '/work/DeltaPorts/ports';
const WORK_TREES = '/work/obj';
const REGENERATED = /^\/work\/(DPorts|artifacts\/compose)(\/|$)/;
/** Git's own files, and names by which git would refuse to take the overlay's diff at all: it minds systems where they mean `.git`. */
const GITS = /^(\.git|git~1)/i;
const REFERENCE = /^\/work\/freebsd-ports(\/|$)/;

/** The port's directory in the overlay. */
export function overlayDir(origin: string): string {
  return `${OVERLAY}/${origin}`;
}

/** Where the port is unpacked and worked upon. */
export function workDir(origin: string): string {
  return `${WORK_TREES}/${origin}`;
}

/** Returns a path as operators read it. */
export function shortPath(path: string): string {
  return path.replace(/^\/work\/(DeltaPorts\/)?/, '');
}

/** Where this port's new patches are stored until they are installed. */
export function patchDir(origin: string): string {
  return `/work/genpatch-out/${origin.replace('/', '_')}`;
}

/** Directories of the system that may be read; `enter` follows a link to another directory within /usr. */
const SYSTEM = ['/usr/include', '/usr/local/include', '/usr/share/mk'];

/** Where the port was built last, which remains after a failed build. */
export function buildDir(origin: string): string {
  return `/construction/${origin}`;
}

/**
 * Checks a path for reading: anything under /work except `.git`, the system's headers and make files, and what the last build of the
 * case's own port left. Links are checked inside.
 */
export function readable(text: unknown, origin: string): PathCheck {
  const parsed = parse(text);
  if (typeof parsed !== 'string') return parsed;
  const homes = ['/work', ...SYSTEM, buildDir(origin)];
  const root = homes.find((home) => parsed === home || parsed.startsWith(`${home}/`));
  if (root === undefined) return no('outside', `A path must be under one of ${homes.join(', ')}; got ${parsed}.`);
  return yes(parsed, root);
}

/** A path that may be written: a file in the case's own port of the overlay, or in its work tree. */
export function writable(text: unknown, origin: string): PathCheck {
  const parsed = parse(text);
  if (typeof parsed !== 'string') return parsed;
  const homes = [overlayDir(origin), workDir(origin)];
  const root = homes.find((home) => parsed.startsWith(`${home}/`));
  if (root === undefined) return {ok: false, outcome: refuseWrite(parsed, homes)};
  if (parsed.split(/[/\\]/).some((part) => GITS.test(part)))
    return no('git_refused', `Files of git's may not be written; got ${parsed}.`);
  return yes(parsed, root);
}

/** A path in the work tree of the case's port. */
export function inWorkTree(text: unknown, origin: string): PathCheck {
  const checked = writable(text, origin);
  if (!checked.ok || checked.at.root === workDir(origin)) return checked;
  return no(
    'outside',
    `The path must be a source file in the port's work tree, below ${workDir(origin)}; got ${checked.at.path}. make_patch makes that tree.`,
  );
}

const PORTS = /^\/work\/(?:freebsd-ports|DPorts|artifacts\/compose\/[^/]+)\//;

/**
 * Returns the name of a port's own file below its directory, from a relative path, also as the prompt lists it below `port/`, or from a path in FreeBSD's or a
 * composed tree; undefined for any other path.
 */
export function portFileName(text: unknown, origin: string): string | undefined {
  if (typeof text !== 'string') return undefined;
  const inTree = text.replace(PORTS, '');
  if (text.startsWith('/') && !(inTree !== text && inTree.startsWith(`${origin}/`))) return undefined;
  const name = text.startsWith('/') ? inTree.slice(origin.length + 1) : text.replace(/^port\//, '');
  return relativePath(name) || undefined;
}

/** Checks the path of a file in the overlay of the case's port, for writing. */
export function inOverlay(text: unknown, origin: string): PathCheck {
  const checked = writable(text, origin);
  if (!checked.ok || checked.at.root === overlayDir(origin)) return checked;
  return no('outside', `The path must be a file of the port's overlay, below ${overlayDir(origin)}; got ${checked.at.path}.`);
}

/** The outcome that refuses an origin which is not the case's, or undefined. */
export function otherOrigin(origin: unknown, own: string): ToolOutcome | undefined {
  if (origin === own) return undefined;
  const shown = typeof origin === 'string' && isOrigin(origin) ? origin : JSON.stringify(origin)?.slice(0, 200);
  return refused('other_origin', `This case is about ${own} only; got ${shown}. Call it with origin ${own}.`);
}

/** A path below the port's overlay directory, as git is given it: no `..`, no leading slash; empty means all of it. */
export function relativePath(text: string): string | undefined {
  const parts = text.split('/').filter((part) => part !== '' && part !== '.');
  const bad = text.startsWith('/') || hasControls(text) || parts.some((part) => part === '..' || part.startsWith('.git'));
  return bad || text.length > 1024 ? undefined : parts.join('/');
}

function parse(text: unknown): string | PathCheck {
  if (typeof text !== 'string') return no('bad_path', `A path must be a string; got ${typeof text}.`);
  if (text.length > 1024) return no('bad_path', `A path must have at most 1024 characters; got ${text.length}.`);
  if (hasControls(text)) return no('bad_path', 'A path must not have control characters, NUL or line breaks.');
  if (!text.startsWith('/')) return no('bad_path', `A path must be absolute, /work/...; got ${text}.`);
  const parts = text.split('/').filter((part) => part !== '' && part !== '.');
  if (parts.includes('..')) return no('outside', `A path must not have '..' in it; got ${text}. Give the path itself.`);
  if (parts.includes('.git')) return no('git_refused', `Nothing in .git may be read or written; got ${text}.`);
  if (parts.some((part) => Buffer.byteLength(part) > 255))
    return no('bad_path', 'Each part of a path must have at most 255 bytes.');
  return `/${parts.join('/')}`;
}

const PORT_FILES = "patch_source with that path edits the port's own file by its overlay.";

function refuseWrite(path: string, homes: readonly string[]): ToolOutcome {
  const where = `Write only in ${homes.join('/ or ')}/.`;
  if (REGENERATED.test(path)) {
    const kind = 'regenerated_tree_write_refused';
    return refused(kind, `${path} is composed output, which is composed again from the overlay. ${where} ${PORT_FILES}`, {
      blocked_by: kind,
    });
  }
  if (path.endsWith('.dops'))
    return refused('orphan_dops_write', `A dops file belongs to its port in the overlay; got ${path}. ${where}`, {
      blocked_by: 'orphan_dops_write',
    });
  if (REFERENCE.test(path))
    return refused('reference_tree_write_refused', `${path} is the reference and read-only. ${where} ${PORT_FILES}`);
  return refused('outside', `${path} may not be written. ${where}`);
}

function yes(path: string, root: string): PathCheck {
  const cut = path.lastIndexOf('/');
  return {ok: true, at: {path, dir: path.slice(0, cut) || '/', name: path.slice(cut + 1), root}};
}

function no(kind: string, error: string): PathCheck {
  return {ok: false, outcome: refused(kind, error)};
}

function hasControls(text: string): boolean {
  // Lone surrogates would become other bytes on the way.
  return /\p{Cc}/u.test(text) || !text.isWellFormed();
}
