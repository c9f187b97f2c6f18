import type {Tree} from '../../dops/apply/tree.ts';
import {usesOf} from '../../dops/check/overlay-files.ts';
import {firstOverlay} from '../../dops/edit/create-overlay.ts';
import {diffAsDops} from '../../dops/edit/diff-as-dops.ts';
import {makefileAsDops} from '../../dops/edit/makefile-as-dops.ts';
import {materializeFile} from '../../dops/edit/materialize-file.ts';
import {isCompatPath} from '../../dops/overlay-form.ts';
import type {Overlay} from '../../dops/syntax/parse-overlay.ts';
import type {OverlayContents} from './overlay-directory.ts';
import {refused} from './results.ts';
import type {ToolContext, ToolOutcome} from './tool.ts';

/** overlay.dops as a write needs it. */
export interface DopsChange {
  readonly overlay: Overlay;
  /** Files that it replaces, which go with it. */
  readonly replaces: readonly string[];
}

/** Returns the files of the overlay that a change of overlay.dops writes and deletes, for `withFiles`. */
export function changesOf({overlay, replaces}: DopsChange): Readonly<Record<string, Uint8Array | undefined>> {
  return {...Object.fromEntries(replaces.map((path) => [path, undefined])), 'overlay.dops': Buffer.from(overlay.text, 'utf8')};
}

/** What a write into the overlay needs. */
export interface WritePlan {
  /** The write would have no effect, take the effect from what is there, or have a form that is not taken. */
  readonly refusal?: ToolOutcome;
  /** overlay.dops that must be stored with the write. */
  readonly dops?: DopsChange;
  /** What was done besides, or is still needed for the write to have an effect. */
  readonly note?: string;
}

/** A file that is about to be written: its path below the port's overlay directory, and its text if that is known. */
export interface PlannedFile {
  readonly path: string;
  readonly text?: string;
}

/** Returns whether a path below the port's overlay directory depends on the form of the overlay. */
export function concernsDops(path: string): boolean {
  return isCompatPath(path) || path === 'overlay.dops' || path.startsWith('files/');
}

/** Returns whether the port has a compat overlay: files that compose reads only without overlay.dops. */
export function isCompat({dops, files}: OverlayContents): boolean {
  return dops === undefined && compatFiles(files).length > 0;
}

/** Returns the files of an overlay that compose reads where there is no overlay.dops. */
export function compatFiles(files: Tree): string[] {
  return files.entries().flatMap(([path, {kind}]) => (kind !== 'directory' && isCompatPath(path) ? [path] : []));
}

/** The reason of a header until somebody writes a better one. */
const REASON = 'Repairs the port on DragonFly';

/** Plans writes into the overlay by its form: where there is an overlay.dops it alone counts, and a port without any overlay gets one. */
export function planWrites(state: OverlayContents, context: ToolContext, written: readonly PlannedFile[]): WritePlan {
  const files = written.filter(({path}) => concernsDops(path));
  for (const file of files) {
    const refusal = isCompat(state) ? refuseCompat(context, file) : refuseDead(state.dops, file);
    if (refusal !== undefined) return {refusal};
  }
  return files.length === 0 || isCompat(state) ? {} : planDops(state, context.origin, files);
}

/** Refuses a new overlay.dops for a compat overlay, and any other change of one unless the policy allows compat overlays. */
function refuseCompat({overlayForm = 'compat-where-compat'}: ToolContext, {path}: PlannedFile): ToolOutcome | undefined {
  if (path === 'overlay.dops') return SWITCHES_OFF;
  if (overlayForm === 'compat-where-compat') return undefined;
  return refused(
    'compat_refused',
    `The policy takes no changes of Makefile.DragonFly, diffs/ and dragonfly/ without overlay.dops (overlay: dops); got ${path}. An operator must convert this port first: stop and report it.`,
    {blocked_by: 'compat_makefile_authoring_lock'},
  );
}

const SWITCHES_OFF = refused(
  'dops_overlay',
  'A new overlay.dops would switch off the Makefile.DragonFly, diffs/ and dragonfly/ that this port has. Edit those instead.',
);

/** Refuses what has no effect beside an overlay.dops, with the statements for the same change. */
function refuseDead(dops: Overlay | undefined, {path, text}: PlannedFile): ToolOutcome | undefined {
  const isMakefile = path.startsWith('Makefile.DragonFly');
  if (!isMakefile && !path.startsWith('diffs/')) return undefined;
  if (dops !== undefined && usesOf(dops, path).length > 0) return undefined;
  const why =
    dops === undefined
      ? `New overlays have the form overlay.dops, not ${path}; dops_add creates it.`
      : `This port has overlay.dops, which alone counts; ${path} would have no effect.`;
  const more = isMakefile ? {blocked_by: 'compat_makefile_authoring_lock'} : {};
  return refused('dops_overlay', `${why} ${insteadOf(path, text)}`, more);
}

const MOST_FORM = 3000;

function insteadOf(path: string, text: string | undefined): string {
  const form = text === undefined ? '' : firstLines(dopsForm(path, text));
  if (form !== '') return `Add the same change with dops_add:\n${form}`;
  if (path.startsWith('Makefile')) return 'Add mk operations with dops_add (dops_reference has them).';
  return path === 'diffs/REMOVE'
    ? 'Add "file remove PATH" with dops_add.'
    : "patch_source with the port's file as path, such as pkg-plist, makes the statements or the diff.";
}

/** Returns as many statements as may be shown, none of them cut. */
function firstLines(statements: readonly string[]): string {
  let shown = '';
  for (const [index, statement] of statements.entries()) {
    if (shown.length + statement.length > MOST_FORM) return `${shown}# and ${statements.length - index} more`;
    shown += `${statement}\n`;
  }
  return shown.trimEnd();
}

function dopsForm(path: string, text: string): string[] {
  if (path.startsWith('Makefile')) return makefileAsDops(text);
  if (path !== 'diffs/REMOVE') return diffAsDops(text);
  const names = text.split('\n').map((line) => line.trim());
  return names.filter((line) => line !== '' && !line.startsWith('#')).map((line) => `file remove ${line}`);
}

function planDops(state: OverlayContents, origin: string, files: readonly PlannedFile[]): WritePlan {
  const first = state.dops === undefined ? firstOverlay(state.files, origin, REASON) : undefined;
  if (first?.ok === false) return {refusal: MASKED};
  if (files.some(({path}) => path === 'overlay.dops')) return {};
  const before = state.dops ?? first?.overlay;
  if (before === undefined) return {};
  const {overlay, added, needed} = materializeAll(before, files);
  const notes = [
    ...(first === undefined ? [] : [CREATED]),
    ...(added.length === 0 ? [] : [`overlay.dops got:\n${added.join('\n')}`]),
    ...(needed.length === 0 ? [] : [`This has no effect until overlay.dops has:\n${needed.join('\n')}`]),
  ];
  return {
    ...(overlay === state.dops ? {} : {dops: {overlay, replaces: first?.replaces ?? []}}),
    ...(notes.length === 0 ? {} : {note: notes.join(' ')}),
  };
}

/** Note of a result for which overlay.dops was created. */
export const CREATED = 'overlay.dops was created. Replace its reason by why DragonFly needs the change.';

const MASKED = refused(
  'masked_port',
  'STATUS masks this port: the maintainer has decided that it is not built. Nothing is changed; stop and report it.',
);

/** Adds a `file materialize` for each patch that has none. Other files, and an overlay with errors, need it from the author. */
function materializeAll(before: Overlay, files: readonly PlannedFile[]) {
  let overlay = before;
  const added: string[] = [];
  const needed: string[] = [];
  for (const {path} of files) {
    if (!/^(dragonfly|files)\//.test(path) || usesOf(overlay, path).length > 0) continue;
    const line = `file materialize ${path} -> ${path}`;
    const edited = /^dragonfly\/patch-[^/]*$/.test(path) ? materialized(overlay, path) : undefined;
    if (edited === undefined) needed.push(line);
    else added.push(line);
    overlay = edited ?? overlay;
  }
  return {overlay, added, needed};
}

function materialized(overlay: Overlay, path: string): Overlay | undefined {
  try {
    return materializeFile(overlay, path);
  } catch {
    return undefined;
  }
}

/** Returns the overlay.dops for a first statement; an outcome if the port cannot get one. */
export function firstDops(state: OverlayContents, origin: string): DopsChange | ToolOutcome {
  const first = firstOverlay(state.files, origin, REASON);
  if (first.ok) return first;
  return first.why === 'masked' ? MASKED : SWITCHES_OFF;
}
