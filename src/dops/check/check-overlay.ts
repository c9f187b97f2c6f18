import {Tree} from '../apply/tree.ts';
import {sourceOf} from '../edit/edit-overlay.ts';
import {planOverlay} from '../plan.ts';
import type {Overlay} from '../syntax/parse-overlay.ts';
import {checkRun, checkSteps} from './check-steps.ts';
import {checkText} from './check-text.ts';
import {lostPatches, patchedFiles} from './lost-patches.ts';
import {type Step, tracePlan} from './trace.ts';
import type {Warning} from './warning.ts';

/** Most operations of an overlay that are run by a check, whose time grows with their square; the real tree's largest overlay has 138. */
const MOST_RUN = 500;

/** An overlay.dops, and what it is applied to. */
export interface OverlayOnPort {
  readonly overlay: Overlay;
  /** Directory of the overlay.dops. */
  readonly files: Tree;
  readonly origin: string;
  /** `@main` or a quarter. */
  readonly target: string;
  /** The port as FreeBSD has it; undefined if it is not known. */
  readonly port: Tree | undefined;
}

/** Result of a check: warnings, and what each operation did where the port is known. */
export interface CheckedOverlay {
  readonly warnings: readonly Warning[];
  readonly steps: readonly Step[];
}

/** Checks an overlay on its port without running patch: of a patch, and of operations on a file that it changes, the effect is not judged. */
export function checkOverlay({overlay, files, origin, target, port}: OverlayOnPort): CheckedOverlay {
  const plan = planOverlay(overlay);
  const base = plan === undefined ? undefined : baseOf(plan.type, files, port);
  const warnings = [...checkText(overlay, origin, files), ...lostPatches(overlay, files)];
  if (plan === undefined || base === undefined || plan.operations.length > MOST_RUN) return {warnings, steps: []};
  const applyPatch = () => ({isApplied: true, output: ''});
  const {applied, steps} = tracePlan({plan, overlay: files, port: base, target, applyPatch});
  return {warnings: [...warnings, ...checkSteps(judged(steps, files)), ...checkRun(applied)], steps};
}

/** Returns the files that the operations are applied to: FreeBSD's port, or the overlay's own. */
function baseOf(type: string, files: Tree, port: Tree | undefined): Tree | undefined {
  if (type === 'port') return port;
  if (type !== 'dport') return undefined;
  const prefix = 'newport/';
  const own = files.entries().filter(([path]) => path.startsWith(prefix));
  return new Tree(own.map(([path, entry]) => [path.slice(prefix.length), entry]));
}

/** Returns the steps that do not depend on a patch. */
function judged(steps: readonly Step[], files: Tree): Step[] {
  const patched = new Set<string>();
  return steps.filter(({row, changes}) => {
    const {operation} = row.planned;
    if (operation.kind !== 'patch.apply') {
      const file = operation.kind.startsWith('mk.') ? 'Makefile' : 'file' in operation ? operation.file : undefined;
      return file === undefined || !patched.has(file) || (row.status !== 'failed' && changes.length > 0);
    }
    for (const path of patchedFiles(files, operation.path)) patched.add(path);
    return row.status === 'failed';
  });
}

/** Returns the warnings of `after` that `before` does not have, wherever the statement stands. */
export function newWarnings(
  before: readonly [Overlay, readonly Warning[]] | undefined,
  after: readonly [Overlay, readonly Warning[]],
): Warning[] {
  const known = new Set(before === undefined ? [] : keysOf(...before));
  const keys = keysOf(...after);
  return after[1].filter((_, index) => !known.has(keys[index] ?? ''));
}

/** Returns a key for each warning: its code and its statement, or its message. */
function keysOf(overlay: Overlay, warnings: readonly Warning[]): string[] {
  const statements = new Map(overlay.statements.map((one) => [one.place.line, one]));
  return warnings.map(({code, message, line}) => {
    const statement = line === undefined ? undefined : statements.get(line);
    return `${code} ${statement === undefined ? message : sourceOf(overlay, statement)}`;
  });
}
