import {type Applied, applyPlan, type Row, type Run} from '../apply/apply-plan.ts';
import type {Staging} from '../apply/staging.ts';
import type {Tree} from '../apply/tree.ts';

/** A file that an operation changed, as it would be if the run ended there; undefined where there is none. */
export interface Change {
  readonly path: string;
  readonly before: Uint8Array | undefined;
  readonly after: Uint8Array | undefined;
}

/** An operation with what it did. */
export interface Step {
  readonly row: Row;
  readonly changes: readonly Change[];
  /** Files that it changed at once, as a patch does, and whose staged edits will be written over that. */
  readonly overwritten: readonly string[];
}

/** Applies a plan to a copy of the port, and returns what each operation did. The port stays as it is. */
export function tracePlan(run: Omit<Run, 'observe' | 'isDryRun'>): {readonly applied: Applied; readonly steps: readonly Step[]} {
  const port = run.port.copy();
  const steps: Step[] = [];
  let view = viewOf(port, undefined);
  let stored = view;
  let staged: readonly string[] = [];
  const observe = (row: Row, staging: Staging): void => {
    const next = viewOf(port, staging);
    const nextStored = viewOf(port, undefined);
    const atOnce = changesBetween(stored, nextStored).map(({path}) => path);
    const overwritten = atOnce.filter((path) => staged.includes(path));
    steps.push({row, changes: changesBetween(view, next), overwritten});
    [view, stored, staged] = [next, nextStored, staging.paths()];
  };
  return {applied: applyPlan({...run, port, observe}), steps};
}

type View = ReadonlyMap<string, Uint8Array>;

function viewOf(port: Tree, staging: Staging | undefined): View {
  const view = new Map(port.entries().flatMap(([path, entry]) => (entry.kind === 'file' ? [[path, entry.bytes] as const] : [])));
  for (const path of staging?.paths() ?? []) {
    const staged = staging?.staged(path);
    if (staged) view.set(path, staged);
    else if (staged === null) view.delete(path);
  }
  return view;
}

function changesBetween(before: View, after: View): Change[] {
  const paths = [...new Set([...before.keys(), ...after.keys()])].sort();
  return paths
    .map((path) => ({path, before: before.get(path), after: after.get(path)}))
    .filter((change) => !isEqual(change.before, change.after));
}

function isEqual(a: Uint8Array | undefined, b: Uint8Array | undefined): boolean {
  if (a === b) return true;
  return a !== undefined && b !== undefined && a.length === b.length && a.every((byte, index) => byte === b[index]);
}
