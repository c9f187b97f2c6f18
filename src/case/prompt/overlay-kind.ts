import {isCompatPath} from '../../dops/compat-path.ts';
import type {PortFile} from './playbooks.ts';

/**
 * How a port's overlay is written: `dops`; the older `compat` files (Makefile.DragonFly, diffs/, dragonfly/ without
 * overlay.dops); `none` where there is neither, newport/ and STATUS aside; `unknown` without a snapshot of the port.
 */
export type OverlayKind = 'dops' | 'compat' | 'none' | 'unknown';

/** Returns the kind of a port's overlay. Where it has overlay.dops, compat files have no effect (contract, section 7.4). */
export function overlayKind(files: readonly PortFile[]): OverlayKind {
  if (files.some(({path}) => path === 'overlay/overlay.dops')) return 'dops';
  const own = files.flatMap(({path}) => (path.startsWith('overlay/') ? [path.slice('overlay/'.length)] : []));
  if (own.some(isCompatPath)) return 'compat';
  return files.length === 0 ? 'unknown' : 'none';
}

/** Returns the text of a file of the snapshot; empty if there is none. */
export function textOf(files: readonly PortFile[], path: string): string {
  return files.find((file) => file.path === path)?.text ?? '';
}
