import {decodeText} from '../../dops/apply/read-entry.ts';
import type {Tree} from '../../dops/apply/tree.ts';
import {type Overlay, parseOverlay} from '../../dops/syntax/parse-overlay.ts';
import {overlayDir} from './paths.ts';
import {readTrees} from './read-trees.ts';
import {refused} from './results.ts';
import type {ToolContext, ToolOutcome} from './tool.ts';

/** The overlay of the case's port as it is now. */
export interface OverlayDirectory {
  readonly files: Tree;
  /** overlay.dops, if the port has one. */
  readonly dops: Overlay | undefined;
}

export type OverlayRead =
  | {readonly ok: true; readonly overlay: OverlayDirectory}
  | {readonly ok: false; readonly outcome: ToolOutcome};

/** Reads the overlay directory of the case's port, which need not exist. */
export async function readOverlay(context: ToolContext): Promise<OverlayRead> {
  const read = await readTrees(context, [overlayDir(context.origin)]);
  return read.ok ? parseDirectory(read.trees[0] as Tree) : read;
}

/** Parses the overlay.dops of an overlay's files. */
export function parseDirectory(files: Tree): OverlayRead {
  const entry = files.get('overlay.dops');
  if (entry?.kind !== 'file') return {ok: true, overlay: {files, dops: undefined}};
  try {
    decodeText(entry.bytes, 'overlay.dops');
  } catch {
    return {
      ok: false,
      outcome: refused('not_utf8', 'overlay.dops must be UTF-8; it has other bytes. Write the file again with put_file.'),
    };
  }
  return {ok: true, overlay: {files, dops: parseOverlay(new TextDecoder('utf-8', {ignoreBOM: true}).decode(entry.bytes))}};
}
