import {decodeText} from '../../dops/apply/read-entry.ts';
import {Tree} from '../../dops/apply/tree.ts';
import {type Overlay, parseOverlay} from '../../dops/syntax/parse-overlay.ts';
import {type ExecResult, succeeded} from '../client.ts';
import {MOST_TREES_BYTES, readTrees} from '../read-trees.ts';
import {overlayDir} from './paths.ts';
import {failed, refused, scriptRefusal} from './results.ts';
import type {ToolContext, ToolOutcome} from './tool.ts';

/** Overlay of the case's port, and the port as FreeBSD has it. */
export interface OverlayContents {
  readonly files: Tree;
  /** overlay.dops, if the port has one. */
  readonly dops: Overlay | undefined;
  /** Undefined where FreeBSD has no such port. */
  readonly port: Tree | undefined;
}

export type OverlayRead =
  | {readonly ok: true; readonly state: OverlayContents}
  | {readonly ok: false; readonly outcome: ToolOutcome};

/** Reads the overlay directory of the case's port, which need not exist, and FreeBSD's port. */
export async function readOverlay(context: ToolContext): Promise<OverlayRead> {
  const dirs = [overlayDir(context.origin), `/work/freebsd-ports/${context.origin}`];
  const {result, trees} = await readTrees(context.env, dirs, context.signal);
  if (trees === undefined) return {ok: false, outcome: scriptRefusal(result) ?? failed(unread(dirs, result), result)};
  const [files = new Tree(), port] = trees;
  const entry = files.get('overlay.dops');
  const dops = entry?.kind === 'file' ? parseDops(entry.bytes) : undefined;
  if (dops === null) return {ok: false, outcome: NOT_UTF8};
  return {ok: true, state: {files, dops, port: port?.get('Makefile') === undefined ? undefined : port}};
}

function unread(dirs: readonly string[], result: ExecResult): string {
  const what = `the files of ${dirs.join(' and ')} were not read`;
  return succeeded(result) ? `${what}: they may have ${MOST_TREES_BYTES} bytes, and must not change meanwhile` : what;
}

export const NOT_UTF8 = refused(
  'not_utf8',
  'overlay.dops must be UTF-8; it has other bytes. Put it back with revert_file, or write it with put_file.',
);

/** Returns null for bytes that are not UTF-8. The ends of lines stay as they are, for an edit. */
function parseDops(bytes: Uint8Array): Overlay | null {
  try {
    decodeText(bytes, 'overlay.dops');
    return parseOverlay(new TextDecoder('utf-8', {ignoreBOM: true}).decode(bytes));
  } catch {
    return null;
  }
}

/** Returns the state with some files changed; undefined deletes one. */
export function withFiles(state: OverlayContents, changes: Readonly<Record<string, Uint8Array | undefined>>): OverlayContents {
  const files = state.files.copy();
  let dops: Overlay | null | undefined = state.dops;
  for (const [path, bytes] of Object.entries(changes)) {
    if (bytes === undefined) files.delete(path);
    else files.set(path, {kind: 'file', bytes, mode: 0o644});
    if (path === 'overlay.dops') dops = bytes === undefined ? undefined : parseDops(bytes);
  }
  return {...state, files, dops: dops ?? undefined};
}
