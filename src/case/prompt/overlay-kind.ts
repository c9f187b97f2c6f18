import {overlayForm} from '../../dops/overlay-form.ts';
import type {PortFile} from './playbooks.ts';

/**
 * How a port's overlay is written: `dops`; the older `compat` files (Makefile.DragonFly, diffs/, dragonfly/ without
 * overlay.dops); `none` where there is neither, newport/ and STATUS aside; `unknown` without a snapshot of the port.
 */
export type OverlayKind = 'dops' | 'compat' | 'none' | 'unknown';

/** Returns the kind of a port's overlay. Where it has overlay.dops, compat files have no effect (contract, section 7.4). */
export function overlayKind(files: readonly PortFile[]): OverlayKind {
  const own = files.flatMap(({path}) => (path.startsWith('overlay/') ? [path.slice('overlay/'.length)] : []));
  return files.length === 0 ? 'unknown' : overlayForm(own);
}

/** Returns the text of a file of the snapshot; empty if there is none. */
export function textOf(files: readonly PortFile[], path: string): string {
  return files.find((file) => file.path === path)?.text ?? '';
}
