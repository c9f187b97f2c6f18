import {composedText, editForFile, type OverlayRun} from '../../dops/edit/edit-port-file.ts';
import type {Overlay} from '../../dops/syntax/parse-overlay.ts';
import {editDops} from './edit-dops.ts';
import {applyEdits, bytesOf, type TextEdit} from './edit-text.ts';
import type {OverlayContents} from './overlay-directory.ts';
import type {ToolContext, ToolOutcome} from './tool.ts';

/** Edits a file of the port by text operations of overlay.dops, as the overlay leaves the file; undefined where they cannot express the edits. */
export async function editByStatements(
  context: ToolContext,
  {files, port}: OverlayContents,
  overlay: Overlay,
  {name, edits}: {readonly name: string; readonly edits: readonly TextEdit[]},
): Promise<ToolOutcome | undefined> {
  if (port === undefined) return undefined;
  const run: OverlayRun = {overlay, files, port, target: context.target};
  const now = composedText(run, name);
  const edited = now === undefined ? undefined : applyEdits(bytesOf(now), edits, name);
  if (edited?.ok !== true) return edited?.outcome;
  const edit = editForFile(run, name, Buffer.from(edited.text, 'latin1').toString('utf8'));
  if (edit === undefined) return undefined;
  const done = await editDops(context, edit);
  if (!done.result.ok) return done;
  const result = {
    ...done.result,
    form: 'overlay.dops',
    edits: edited.places,
    ...(edit.kind === 'add' ? adviceOn(name, edits) : {}),
  };
  return {...done, result};
}

const ASSIGNMENT = /^[A-Z][A-Z0-9_]*[+?:!]?=/m;

/** A text operation fails once its line changes upstream; an mk operation on a variable does not. */
function adviceOn(name: string, edits: readonly TextEdit[]): {hint?: string} {
  if (name !== 'Makefile' || !edits.some(({old_text}) => ASSIGNMENT.test(old_text))) return {};
  return {hint: 'For a variable, mk set, mk add or mk remove is better: dops_replace this by one.'};
}
