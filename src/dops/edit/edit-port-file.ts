import {createTwoFilesPatch} from 'diff';
import {applyPlan} from '../apply/apply-plan.ts';
import type {Tree} from '../apply/tree.ts';
import {planOverlay} from '../plan.ts';
import type {Overlay} from '../syntax/parse-overlay.ts';
import {diffAsDops} from './diff-as-dops.ts';
import {editByText, type TextEdit} from './edit-by-text.ts';
import {removeStatement} from './edit-overlay.ts';

/** Most statements that stand for a change of a file; more of them are harder to read than a diff. */
const MOST_STATEMENTS = 6;
/** Most changed lines of which statements are made. */
const MOST_CHANGED = 100;

/** An overlay, its directory, the port that it is applied to, and the target. */
export interface OverlayRun {
  readonly overlay: Overlay;
  readonly files: Tree;
  readonly port: Tree;
  readonly target: string;
}

/** A file of the port after the operations; undefined where there is none. */
interface Composed {
  readonly text: string | undefined;
  /** Number of operations that failed. */
  readonly failed: number;
}

/** Returns a file of the port after the operations without the patches; undefined where there is none, it is not UTF-8, or the overlay has errors. */
export function composedText(run: OverlayRun, name: string): string | undefined {
  return compose(run, run.overlay, name)?.text;
}

/**
 * Returns the edit of an overlay that gives a file of the port, which no patch changes, the wanted text: the removal of the one text operation that
 * differs, or a few new ones. Undefined where a diff is needed.
 */
export function editForFile(run: OverlayRun, name: string, wanted: string): TextEdit | undefined {
  const before = compose(run, run.overlay, name);
  if (before?.text === undefined) return undefined;
  const isWanted = (overlay: Overlay): boolean => {
    const after = compose(run, overlay, name);
    return after?.text === wanted && after.failed <= before.failed;
  };
  return removalFor(run.overlay, name, isWanted) ?? additionFor(run.overlay, name, {before: before.text, wanted}, isWanted);
}

function removalFor(overlay: Overlay, name: string, isWanted: (overlay: Overlay) => boolean): TextEdit | undefined {
  const {statements} = overlay;
  const index = statements.findIndex(
    (one, at) => one.kind.startsWith('text.') && 'file' in one && one.file === name && isWanted(removeStatement(overlay, at)),
  );
  return index < 0 ? undefined : {kind: 'remove', at: `${statements[index]?.place.line}`};
}

function additionFor(
  overlay: Overlay,
  name: string,
  {before, wanted}: {readonly before: string; readonly wanted: string},
  isWanted: (overlay: Overlay) => boolean,
): TextEdit | undefined {
  const options = {context: 1, maxEditLength: MOST_CHANGED};
  const diff = createTwoFilesPatch(name, name, before, wanted, undefined, undefined, options);
  const statements = diff === undefined ? [] : diffAsDops(diff);
  if (statements.length === 0 || statements.length > MOST_STATEMENTS) return undefined;
  const edit: TextEdit = {kind: 'add', statement: statements.join('\n')};
  const edited = editByText(overlay, edit);
  return edited.ok && edited.count === statements.length && isWanted(edited.overlay) ? edit : undefined;
}

function compose({files, port, target}: OverlayRun, overlay: Overlay, name: string): Composed | undefined {
  const plan = planOverlay(overlay);
  if (plan === undefined) return undefined;
  const tree = port.copy();
  const {rows} = applyPlan({plan, overlay: files, port: tree, target, applyPatch: () => ({isApplied: true, output: ''})});
  const entry = tree.get(name);
  const text = entry?.kind === 'file' ? textOf(entry.bytes) : undefined;
  return {text, failed: rows.filter(({status}) => status === 'failed').length};
}

function textOf(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', {fatal: true, ignoreBOM: true}).decode(bytes);
  } catch {
    return undefined;
  }
}
