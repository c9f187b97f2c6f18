import {createHash} from 'node:crypto';
import {applyDiff} from '../../dops/edit/apply-diff.ts';
import {planOverlay} from '../../dops/plan.ts';
import type {Overlay} from '../../dops/syntax/parse-overlay.ts';
import {deleteOverlayFile} from './delete-overlay-file.ts';
import {diffTexts} from './diff-texts.ts';
import {type DopsChange, firstDops, isCompat} from './dops-overlay.ts';
import {applyEdits, type EditedText, type TextEdit} from './edit-text.ts';
import {type OverlayContents, readOverlay} from './overlay-directory.ts';
import {showPatch} from './patch-excerpt.ts';
import {type CheckedPath, overlayDir, shortPath} from './paths.ts';
import {type DiffPlace, diffPlaceOf, type PortFile, readPortFile} from './port-file-diff.ts';
import {editByStatements} from './port-file-statements.ts';
import {failed, outcome, refused, scriptRefusal} from './results.ts';
import {dopsPath, storeDops, storeFile, writtenBefore} from './store-file.ts';
import type {ToolContext, ToolOutcome} from './tool.ts';
import {writeFile} from './write.ts';

/**
 * Edits a file of FreeBSD's port, such as pkg-plist, by the overlay: by a few text operations of overlay.dops where they can express it and no diff
 * changes the file yet, else by diffs/NAME.diff, which is made again from all of its changes, or deleted if none is left.
 */
export async function patchPortFile(context: ToolContext, name: string, edits: readonly TextEdit[]): Promise<ToolOutcome> {
  const read = await readOverlay(context);
  if (!read.ok) return read.outcome;
  const {state} = read;
  const start = startOf(context, state);
  if (start !== undefined && 'result' in start) return start;
  const refusal = refuseFile(context, state, start?.overlay, name);
  if (refusal !== undefined) return refusal;
  const place = diffPlaceOf(state, name);
  const at = overlayPath(context, place.path);
  const before = (await writtenBefore(context, at)) ?? (await writtenBefore(context, dopsPath(context.origin)));
  if (before !== undefined) return before;
  const asStatements =
    start === undefined || place.stored !== '' ? undefined : await editByStatements(context, state, start.overlay, {name, edits});
  return asStatements ?? editByDiff({context, state, start, place, at, name}, edits);
}

/** Returns the overlay.dops of the port, or its first one; undefined for a compat overlay, which has none. */
function startOf({origin}: ToolContext, state: OverlayContents): DopsChange | ToolOutcome | undefined {
  if (isCompat(state)) return undefined;
  return state.dops === undefined ? firstDops(state, origin) : {overlay: state.dops, replaces: []};
}

function refuseFile(
  {origin}: ToolContext,
  {port}: OverlayContents,
  dops: Overlay | undefined,
  name: string,
): ToolOutcome | undefined {
  const plan = dops === undefined ? undefined : planOverlay(dops);
  if (dops !== undefined && plan === undefined)
    return refused('dops_errors', 'Nothing was changed: overlay.dops has errors. validate_dops shows them; repair them first.');
  if (plan !== undefined && plan.type !== 'port')
    return refused(
      'other_base',
      `The port has the type ${plan.type}, which takes no file from FreeBSD's. Edit newport/ of the overlay.`,
    );
  for (const {operation} of plan?.operations ?? []) {
    if (operation.kind === 'file.materialize' && operation.dst === name)
      return refused(
        'other_base',
        `${name} comes from the overlay: edit ${overlayDir(origin)}/${operation.src} with replace_in_file.`,
      );
    if (operation.kind === 'file.remove' && operation.path === name)
      return refused(
        'other_base',
        `overlay.dops removes ${name}, at line ${operation.place.line}: drop that with dops_remove first.`,
      );
  }
  if (port?.get(name)?.kind === 'file') return undefined;
  return refused(
    'missing',
    `FreeBSD's ${origin} has no file ${name}. A source file is named by its absolute path below wrksrc; a new file of the port is put into the overlay, with its "file materialize".`,
  );
}

function overlayPath({origin}: ToolContext, path: string): CheckedPath {
  const root = overlayDir(origin);
  const full = `${root}/${path}`;
  const cut = full.lastIndexOf('/');
  return {path: full, dir: full.slice(0, cut), name: full.slice(cut + 1), root};
}

interface FileEdit {
  readonly context: ToolContext;
  readonly state: OverlayContents;
  /** Undefined for a compat overlay. */
  readonly start: DopsChange | undefined;
  readonly place: DiffPlace;
  /** Path of the diff. */
  readonly at: CheckedPath;
  /** Path of the port's file. */
  readonly name: string;
}

async function editByDiff(edit: FileEdit, edits: readonly TextEdit[]): Promise<ToolOutcome> {
  const {context, state, place, at, name} = edit;
  const file = await readPortFile(context, state, name, place);
  if ('result' in file) return file;
  const edited = applyEdits(file.now, edits, name);
  if (!edited.ok) return withOwnOperations(edit, edited.outcome);
  const own = await cutDiff(context, name, file, edited.text);
  if (typeof own !== 'string') return own;
  const diff = place.others + own;
  if (diff !== '') return writeDiff(edit, file, {edited, diff});
  if (place.stored !== '') return deleteOverlayFile(context, at, sha256(place.stored));
  return refused('no_difference', `With these edits ${name} is as FreeBSD's.`);
}

/** A diff stands before the operations of overlay.dops on the same file, so it cannot edit what they write. */
function withOwnOperations({start, name, place}: FileEdit, notFound: ToolOutcome): ToolOutcome {
  if (start === undefined || place.stored === '') return notFound;
  const error = `${notFound.result.error} This is ${name} with ${place.path} alone; what other operations of overlay.dops write is changed by dops_replace.`;
  return {...notFound, result: {...notFound.result, error}};
}

async function cutDiff(context: ToolContext, name: string, {base}: PortFile, content: string): Promise<string | ToolOutcome> {
  if ((base + content).includes('\0')) return refused('no_text', `${name} is binary; a diff cannot hold that.`);
  const result = await diffTexts(context, name, base, content);
  return result.rc === 0 && !result.stdoutTruncated ? result.stdout : failed(`the diff of ${name} was not made`, result);
}

/** Stores overlay.dops before a new diff, as a write of other files of the overlay does. */
async function writeDiff(
  {context, start, place, at, name}: FileEdit,
  {applies, now}: PortFile,
  {edited, diff}: {readonly edited: Extract<EditedText, {ok: true}>; readonly diff: string},
): Promise<ToolOutcome> {
  const content = Buffer.from(diff, 'latin1');
  const overlay = start === undefined ? undefined : applyDiff(start.overlay, place.path);
  if (start !== undefined && overlay !== undefined && overlay !== start.overlay) {
    const checked = await storeFile(context, at, content, {isCheck: true});
    const stored = checked.rc === 0 ? await storeDops(context, {...start, overlay}) : checked;
    if (stored.rc !== 0) return scriptRefusal(stored) ?? failed(`${at.path} was not written`, stored);
  }
  const done = await writeFile(context, at, content, place.stored === '' ? '' : sha256(place.stored));
  if (!done.result.ok) return done;
  const hint = applies ? {} : {hint: `${place.path} applied in part only: what did not is no longer in it.`};
  const shown = showPatch(diff, now, edited.text);
  const result = {...done.result, form: place.path, edits: edited.places, ...shown, ...hint};
  return outcome(result, `${shortPath(at.path)}, of ${name}`, {edited: true});
}

function sha256(bytes: string): string {
  return createHash('sha256').update(Buffer.from(bytes, 'latin1')).digest('hex');
}
