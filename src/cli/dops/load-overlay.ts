import {readFileSync} from 'node:fs';
import {basename, dirname, resolve} from 'node:path';
import {readTree} from '../../devenv/dops/disk-tree.ts';
import {decodeText} from '../../dops/apply/read-entry.ts';
import type {Tree} from '../../dops/apply/tree.ts';
import {type Plan, planText} from '../../dops/plan.ts';
import type {Overlay} from '../../dops/syntax/parse-overlay.ts';

/** An overlay.dops on disk, with its directory. */
export interface LoadedOverlay {
  /** As the caller named it. */
  readonly file: string;
  readonly overlay: Overlay;
  /** Undefined if the overlay has errors. */
  readonly plan: Plan | undefined;
  readonly directory: Tree;
  /** By the names of the directories, if they are those of a port. */
  readonly origin: string | undefined;
}

/** Reads a file. Throws if it cannot be read, or is not UTF-8. */
export function loadOverlay(file: string): LoadedOverlay {
  const path = resolve(file);
  const {overlay, plan} = planText(decodeText(readFileSync(path), file));
  const directory = dirname(path);
  const category = dirname(directory);
  const isPort = basename(dirname(category)) === 'ports';
  const origin = isPort ? `${basename(category)}/${basename(directory)}` : undefined;
  return {file, overlay, plan, directory: readTree(directory), origin};
}

/** Prints the errors of an overlay as the reference does. Returns whether there are any. */
export function printErrors({file, overlay}: LoadedOverlay): boolean {
  for (const {code, message, line, column} of overlay.diagnostics)
    console.error(`ERROR ${code}: ${message} [${file}:${line}:${column}]`);
  return overlay.diagnostics.length > 0;
}
