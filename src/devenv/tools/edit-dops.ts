import {createHash} from 'node:crypto';
import {checkOverlay} from '../../dops/check/check-overlay.ts';
import {showChange} from '../../dops/check/show-change.ts';
import type {Step} from '../../dops/check/trace.ts';
import {editByText, type TextEdit} from '../../dops/edit/edit-by-text.ts';
import {sourceOf} from '../../dops/edit/edit-overlay.ts';
import type {Overlay} from '../../dops/syntax/parse-overlay.ts';
import {CREATED, changesOf, type DopsChange, firstDops} from './dops-overlay.ts';
import {type OverlayContents, readOverlay, withFiles} from './overlay-directory.ts';
import {findingsAfter} from './overlay-findings.ts';
import {failed, outcome, refused, scriptRefusal} from './results.ts';
import {dopsPath, storeDops, writtenBefore} from './store-file.ts';
import type {ToolContext, ToolOutcome} from './tool.ts';

/** Most characters of the effect in a result. */
const MOST_EFFECT = 2000;

/**
 * Edits the port's overlay.dops by statement, creates it for a first one, and reports what the new statements do to the port as FreeBSD
 * has it. An edit with a syntax error leaves the file as it is.
 */
export async function editDops(context: ToolContext, edit: TextEdit): Promise<ToolOutcome> {
  const at = dopsPath(context.origin);
  const earlier = await writtenBefore(context, at);
  if (earlier !== undefined) return earlier;
  const read = await readOverlay(context);
  if (!read.ok) return read.outcome;
  const {state} = read;
  const start = startOf(state, context, edit);
  if (!('overlay' in start)) return start;
  const edited = editByText(start.overlay, edit);
  if (!edited.ok) return refused(edited.kind, `${at.path} is unchanged: ${edited.error}`);
  const twice = edit.kind === 'add' ? linesOfSame(start.overlay, edited) : [];
  if (twice.length > 0)
    return refused(
      'no_change',
      `It is in overlay.dops already, at line ${twice.join(', ')}: do not add it again. ${nextStep(context)}`,
    );
  const change: DopsChange = {...start, overlay: edited.overlay};
  const digest = createHash('sha256').update(edited.overlay.text).digest('hex');
  const stored = await storeDops(context, change, digest);
  if (stored.rc !== 0) return scriptRefusal(stored) ?? failed(`${at.path} was not written`, stored);
  const after = withFiles(state, changesOf(change));
  const isNew = state.dops === undefined;
  const result = {
    ok: true,
    path: at.path,
    ...(edited.removed === undefined ? {} : {removed: edited.removed.slice(0, MOST_EFFECT)}),
    ...statementsOf(edited.overlay, edited.index, edited.count),
    ...effectOf(context, after, edited),
    ...findingsAfter(context, state, after, []),
    ...(isNew ? {note: CREATED} : {}),
  };
  return outcome(result, `overlay.dops, ${edit.kind} of ${edited.count === 1 ? 'a statement' : `${edited.count} statements`}`, {
    edited: true,
  });
}

/** Returns what follows an edit, as a call that a model without skill can copy. */
function nextStep({slave, origin}: ToolContext): string {
  const args = JSON.stringify({origin: slave ?? origin});
  return `If nothing else is to be edited, the next calls are {"name": "materialize_dports", "arguments": ${args}} and {"name": "dsynth_build", "arguments": ${args}}.`;
}

/** Returns the lines of statements that are equal to the added ones; none where one of these is new, or a part of the file is for other targets. */
function linesOfSame({statements, text}: Overlay, edited: {overlay: Overlay; index: number; count: number}): number[] {
  if (statements.some((one) => one.kind === 'target' && !one.selectors.includes('@any'))) return [];
  const lines = new Map(statements.map((one) => [text.slice(one.place.start, one.place.end), one.place.line]));
  const added = edited.overlay.statements.slice(edited.index, edited.index + edited.count);
  const same = added.flatMap((one) => lines.get(sourceOf(edited.overlay, one)) ?? []);
  return same.length === added.length ? same : [];
}

function startOf(state: OverlayContents, {origin}: ToolContext, edit: TextEdit): DopsChange | ToolOutcome {
  if (state.dops !== undefined) return {overlay: state.dops, replaces: []};
  if (edit.kind === 'add') return firstDops(state, origin);
  return refused('missing', 'This port has no overlay.dops; dops_add creates it.');
}

function statementsOf(overlay: Overlay, index: number, count: number): object {
  const added = overlay.statements.slice(index, index + count);
  if (added.length === 0) return {};
  return {statements: added.map((one) => `${one.place.line}: ${sourceOf(overlay, one).slice(0, MOST_EFFECT)}`)};
}

/** Returns what the new statements do to the port, as a diff; nothing where the port is not known. */
function effectOf({origin, target}: ToolContext, state: OverlayContents, edited: {index: number; count: number}): object {
  const {dops, files, port} = state;
  if (dops === undefined || edited.count === 0) return {};
  const added = new Set<unknown>(dops.statements.slice(edited.index, edited.index + edited.count));
  const steps = checkOverlay({overlay: dops, files, origin, target, port}).steps.filter(({row}) =>
    added.has(row.planned.operation),
  );
  const effect = steps.flatMap(showStep).join('\n');
  return effect === '' ? {} : {effect: effect.slice(0, MOST_EFFECT)};
}

function showStep({row, changes}: Step): string[] {
  if (row.planned.kind !== 'file.materialize') return changes.map(showChange);
  return changes.map(({path, after}) => `${path}: ${after?.length ?? 0} bytes`);
}
