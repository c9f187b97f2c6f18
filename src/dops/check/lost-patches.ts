import type {Tree} from '../apply/tree.ts';
import {isOperation} from '../plan.ts';
import type {Overlay} from '../syntax/parse-overlay.ts';
import type {Operation} from '../syntax/statement.ts';
import {overwrittenMessage} from './check-steps.ts';
import {type Warning, warningAt} from './warning.ts';

/** Returns the patches that change a file which an operation above has edited already, by the file names in the patch; without the port. */
export function lostPatches({statements}: Overlay, files: Tree): Warning[] {
  const written = new Set<string | undefined>();
  return statements.filter(isOperation).flatMap((operation) => {
    written.add(writtenFile(operation));
    if (operation.kind !== 'patch.apply') return [];
    const lost = patchedFiles(files, operation.path).filter((path) => written.has(path));
    return lost.length === 0 ? [] : [warningAt(operation, 'W_DOPS_PATCH_OVERWRITTEN', overwrittenMessage(lost))];
  });
}

function writtenFile(operation: Operation): string | undefined {
  if ('dst' in operation) return operation.dst;
  if ('file' in operation) return operation.file;
  if (operation.kind === 'file.remove') return operation.path;
  return operation.kind.startsWith('mk.') ? 'Makefile' : undefined;
}

/** Returns the files of the port that a patch of the overlay names. */
export function patchedFiles(files: Tree, path: string): string[] {
  const entry = files.get(path);
  if (entry?.kind !== 'file') return [];
  const patch = new TextDecoder('latin1').decode(entry.bytes);
  return [...new Set([...patch.matchAll(/^\+\+\+ ([^\t\r\n]+)/gm)].map(([, name = '']) => name.trim()))];
}
