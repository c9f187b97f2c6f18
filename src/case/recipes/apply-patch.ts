import {applyPatch} from 'diff';
import {decodeText, encodeText, readBytes} from '../../dops/apply/read-entry.ts';
import {resolvePath} from '../../dops/apply/resolve-path.ts';
import type {ApplyPatch} from '../../dops/apply/run-operation.ts';
import type {Tree} from '../../dops/apply/tree.ts';
import {patchedFile, readPatches} from './overlay.ts';

/** Lines of context that may differ, as with patch(1). */
const FUZZ = 2;

/** Applies the patch of an overlay in memory; what patch(1) might do otherwise counts as a failure. */
export const applyInMemory: ApplyPatch = ({patch, port, isDryRun}) => {
  const text = decodeText(patch, 'The patch');
  const patches = text.trim() === '' ? [] : readPatches(text);
  if (patches === undefined) return {isApplied: false, output: 'It is not a unified diff that can be read completely.'};
  const result = port.copy();
  for (const one of patches) {
    const path = resolvePath(result, patchedFile(one));
    const before = readText(result, path);
    const after =
      before === undefined && one.oldFileName !== '/dev/null' ? false : applyPatch(before ?? '', one, {fuzzFactor: FUZZ});
    if (after === false) return {isApplied: false, output: `A hunk does not apply to ${path}.`};
    if (one.newFileName === '/dev/null') result.delete(path);
    else result.set(path, {kind: 'file', bytes: encodeText(after), mode: 0o644});
  }
  if (!isDryRun) port.assign(result);
  return {isApplied: true, output: ''};
};

function readText(tree: Tree, path: string): string | undefined {
  const bytes = readBytes(tree, path);
  return bytes === undefined ? undefined : decodeText(bytes, path);
}
