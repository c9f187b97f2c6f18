import type {File} from 'gitdiff-parser';
import type {GuardContext, GuardedDiff} from './finding.ts';
import {parseFully} from './git-diff.ts';
import {rolesOf} from './roles.ts';
import {sidesOf} from './sides.ts';
import {type KnownFile, readTouchedFile} from './touched.ts';

/** Returns a diff to the port `origin` as the rules read it; undefined if it cannot be parsed in full. */
export function readGuarded(diff: string, origin: string, context: GuardContext): GuardedDiff | undefined {
  const headers = diff.split('\n').filter((line) => line.startsWith('diff --git ')).length;
  const home = `ports/${origin}/`;
  const known = parsed(diff)?.map((file) => knownFile(file, home, context));
  if (headers === 0 || known?.length !== headers) return undefined;
  const roles = rolesOf(
    known.map(({file, name, sides}) => ({name, sides, isGone: file.type === 'delete'})),
    context.overlay,
  );
  return {...context, home, roles, files: known.map((one) => readTouchedFile(one, roles))};
}

function parsed(diff: string): File[] | undefined {
  try {
    return parseFully(diff);
  } catch {
    return undefined;
  }
}

function knownFile(file: File, home: string, {overlay}: GuardContext): KnownFile {
  const path = file.type === 'delete' ? file.oldPath : file.newPath;
  const isInside = path.startsWith(home) && !path.split('/').includes('..');
  const name = nameOf(path, home);
  const oldName = nameOf(file.oldPath, home);
  return {
    file,
    name,
    oldName,
    within: isInside ? path.slice(home.length) : undefined,
    sides: sidesOf(file, overlay?.get(oldName)),
  };
}

/** Returns a path below the directory of its port. */
function nameOf(path: string, home: string): string {
  return path.startsWith(home) ? path.slice(home.length) : path.split('/').slice(3).join('/');
}
