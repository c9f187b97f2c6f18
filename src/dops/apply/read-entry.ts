import {universalNewlines} from '../syntax/lines.ts';
import {OperationFailure, SystemFailure} from './failure.ts';
import type {Tree} from './tree.ts';

const DECODER = new TextDecoder('utf-8', {fatal: true, ignoreBOM: true});
const ENCODER = new TextEncoder();

/** Returns the bytes of the file at a resolved path; undefined if there is none. Throws for a directory, and below a file. */
export function readBytes(tree: Tree, path: string): Uint8Array | undefined {
  const entry = tree.get(path);
  if (entry?.kind === 'directory') throw new SystemFailure(`${path || 'The root'} is a directory.`);
  if (entry?.kind === 'file') return entry.bytes;
  const parent = fileAbove(tree, path);
  if (parent !== undefined) throw new SystemFailure(`${parent} is a file and no directory.`);
  return undefined;
}

/** Returns the path of the file that stands where a directory would have to be. */
export function fileAbove(tree: Tree, path: string): string | undefined {
  for (let slash = path.indexOf('/'); slash > 0; slash = path.indexOf('/', slash + 1)) {
    const parent = path.slice(0, slash);
    if (tree.get(parent)?.kind === 'file') return parent;
  }
  return undefined;
}

/** Decodes UTF-8, with LF for every end of a line. Throws E_APPLY_PARSE_FAILED for other bytes. */
export function decodeText(bytes: Uint8Array, path: string): string {
  try {
    return universalNewlines(DECODER.decode(bytes));
  } catch {
    throw new OperationFailure('E_APPLY_PARSE_FAILED', `${path} is not UTF-8.`);
  }
}

export function encodeText(text: string): Uint8Array {
  return ENCODER.encode(text);
}
