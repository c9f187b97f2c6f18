import {decodeText, encodeText} from './read-entry.ts';
import {Tree} from './tree.ts';

/** Returns a tree of files by their texts, in UTF-8. */
export function treeOf(texts: ReadonlyMap<string, string>): Tree {
  return new Tree([...texts].map(([path, text]) => [path, {kind: 'file', bytes: encodeText(text), mode: 0o644}]));
}

/** Returns the texts of the files of a tree. Throws E_APPLY_PARSE_FAILED for a file that is not UTF-8. */
export function textsOf(tree: Tree): Map<string, string> {
  return new Map(
    tree.entries().flatMap(([path, entry]) => (entry.kind === 'file' ? [[path, decodeText(entry.bytes, path)] as const] : [])),
  );
}
