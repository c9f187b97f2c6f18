import {createHash} from 'node:crypto';
import {hasMask} from '../../case/evidence/secrets.ts';
import {usesOf} from '../../dops/check/overlay-files.ts';
import {type ExecResult, succeeded} from '../client.ts';
import {runScript} from '../scripts.ts';
import {diffTexts} from './diff-texts.ts';
import {changesOf, type DopsChange, isCompat, planWrites} from './dops-overlay.ts';
import {applyEdits, bytesOf, type EditedText, type TextEdit} from './edit-text.ts';
import {PATCH_NAME} from './genpatch.ts';
import {type OverlayContents, readOverlay, withFiles} from './overlay-directory.ts';
import {findingsAfter} from './overlay-findings.ts';
import {showPatch} from './patch-excerpt.ts';
import {patchPortFile} from './patch-port-file.ts';
import {INSTALL, MOST_SOURCE_BYTES, READ_SOURCE, TOO_LARGE} from './patch-source-scripts.ts';
import {type CheckedPath, inWorkTree, overlayDir, patchDir, portFileName, shortPath} from './paths.ts';
import {failed, outcome, refused, scriptRefusal} from './results.ts';
import {schema, text} from './schema.ts';
import {writtenBefore} from './store-file.ts';
import type {Tool, ToolContext, ToolOutcome} from './tool.ts';

const EDITS = {
  type: 'array',
  items: {
    ...schema({
      old_text: text('Once in the file.'),
      new_text: text('Empty deletes.'),
      'all?': {type: 'boolean', description: 'Every occurrence.'},
    }),
  },
};

/**
 * Does what dupe, edits, genpatch and install_patches do, in one call that changes everything or nothing. A file of the port itself gets its diffs/NAME.diff or
 * statements in the same way.
 */
export const patchSource: Tool = {
  name: 'patch_source',
  description:
    'Patch a source file: edits it in the work tree of make_patch, cuts its dragonfly/patch-*, installs that with its line in overlay.dops and shows it. Another call extends the patch. All edits or none. A new file: one edit, empty old_text.',
  parameters: schema({path: text('Absolute, below wrksrc; or a port file, as pkg-plist.'), edits: EDITS}),
  timeoutSeconds: 900,
  async run(args, context) {
    const ofPort = portFileName(args.path, context.origin);
    if (ofPort !== undefined) return patchPortFile(context, ofPort, args.edits as readonly TextEdit[]);
    const checked = inWorkTree(args.path, context.slave ?? context.origin);
    if (!checked.ok) return checked.outcome;
    const {at} = checked;
    const before = await writtenBefore(context, at);
    const source = await readSource(context, at);
    if ('result' in source) return source;
    const edited = before === undefined ? editSource(source, args.edits as readonly TextEdit[], at) : unedited(source);
    if (!edited.ok) return edited.outcome;
    const patch = await cutPatch(context, source, edited.text, at);
    if (typeof patch !== 'string') return patch;
    const result = {path: at.path, baseline: source.about, edits: edited.places, ...showPatch(patch, source.now, edited.text)};
    if (before !== undefined) return done(context, source, {...result, ok: true});
    return installPatch(context, at, {source, content: edited.text, patch}, result);
  },
};

/** A source file as it is in the work tree, as bytes, and the baseline of its patch. */
interface Source {
  readonly relative: string;
  /** Name of its patch. */
  readonly name: string;
  readonly exists: boolean;
  /** Whether the baseline is stored as FILE.orig by an earlier call. */
  readonly isStored: boolean;
  readonly about: string;
  readonly baseline: string;
  readonly now: string;
}

async function readSource({env, origin, slave, flavor, composedTree, signal}: ToolContext, at: CheckedPath) {
  const params = [slave ?? origin, flavor ?? '', at.root, at.dir, at.name, at.path, composedTree ?? 'first'];
  const result = await runScript(env, READ_SOURCE, params, {
    timeoutSeconds: 900,
    tailBytes: 2 * MOST_SOURCE_BYTES + 65536,
    encoding: 'latin1',
    signal,
  });
  if (result.rc === TOO_LARGE) return refused('too_large', result.stderr.trim());
  return parseSource(result) ?? scriptRefusal(result) ?? failed(`${at.path} was not read`, result);
}

function parseSource(result: ExecResult): Source | undefined {
  const head = /^(.+)\n(.+)\n(yes|no)\n(yes|no)\n(\d+)\n(\d+)\n(.*)\n/.exec(result.stdout);
  if (!succeeded(result) || result.stdoutTruncated || head === null) return undefined;
  const [all, relative = '', name = '', exists, stored, baselineBytes, , about = ''] = head;
  const end = all.length + Number(baselineBytes);
  return {
    relative,
    name,
    exists: exists === 'yes',
    isStored: stored === 'yes',
    about,
    baseline: result.stdout.slice(all.length, end),
    now: result.stdout.slice(end),
  };
}

function editSource({exists, now}: Source, edits: readonly TextEdit[], {path}: CheckedPath): EditedText {
  const [first] = edits;
  const isNew = first?.old_text === '' && edits.length === 1;
  if (isNew && !exists) return {ok: true, text: bytesOf(first.new_text), places: [{line: 1, matched: 'exact'}]};
  if (!exists)
    return {
      ok: false,
      outcome: refused(
        'missing',
        `There is no file ${path}. A new file takes one edit with an empty old_text; grep finds others.`,
      ),
    };
  return applyEdits(now, edits, path);
}

/** Of a repeated call that has written already. */
function unedited({now}: Source): EditedText {
  return {ok: true, text: now, places: []};
}

async function cutPatch(
  context: ToolContext,
  source: Source,
  content: string,
  {path}: CheckedPath,
): Promise<string | ToolOutcome> {
  const refusal = refuseContent(source, content, path);
  if (refusal !== undefined) return refusal;
  const {baseline, relative} = source;
  const result = await diffTexts(context, relative, baseline, content);
  if (result.rc !== 0 || result.stdoutTruncated) return failed(`the patch of ${path} was not made`, result);
  if (result.stdout !== '') return result.stdout;
  return refused(
    'no_difference',
    `With these edits ${path} is as its baseline, so its patch would be empty. delete_file of ${overlayDir(context.origin)}/dragonfly/${source.name} drops a patch that is there, and make_patch then makes the work tree again.`,
  );
}

function refuseContent({baseline, name}: Source, content: string, path: string): ToolOutcome | undefined {
  if ((baseline + content).includes('\0')) return refused('no_text', `${path} is binary; a source patch cannot hold that.`);
  if (!PATCH_NAME.test(name))
    return refused('bad_patch_name', `The name ${name} of the patch of ${path} has more than 200 characters.`);
  if (!hasMask(Buffer.from(content, 'latin1').toString('utf8'))) return undefined;
  return refused(
    'masked_secret',
    `${path} would get a mark like [masked: key] in place of what stands there: a secret is not shown to you.`,
  );
}

interface NewPatch {
  readonly source: Source;
  readonly content: string;
  readonly patch: string;
}

async function installPatch(context: ToolContext, at: CheckedPath, made: NewPatch, result: object): Promise<ToolOutcome> {
  const read = await readOverlay(context);
  if (!read.ok) return read.outcome;
  const file = `dragonfly/${made.source.name}`;
  const plan = planWrites(read.state, context, [{path: file}]);
  if (plan.refusal !== undefined) return plan.refusal;
  const dops = plan.dops?.overlay ?? read.state.dops;
  if (dops !== undefined && usesOf(dops, file).length === 0)
    return refused(
      'dops_errors',
      'Nothing was changed: overlay.dops has errors, so no line is added to it. validate_dops shows them; repair them first.',
    );
  const stored = await store(context, at, made, plan.dops);
  if (stored.rc !== 0)
    return scriptRefusal(stored) ?? failed(`nothing was changed: the patch of ${at.path} was not installed`, stored);
  const after = withFiles(read.state, {
    ...(plan.dops === undefined ? {} : changesOf(plan.dops)),
    [file]: Buffer.from(made.patch, 'latin1'),
  });
  const note = noteOf(read.state, plan.note);
  return done(context, made.source, {ok: true, ...result, ...note, ...findingsAfter(context, read.state, after, [file])});
}

function noteOf(state: OverlayContents, note: string | undefined): {note?: string} {
  if (note !== undefined) return {note};
  return isCompat(state) ? {note: 'The port has no overlay.dops: compose takes all of dragonfly/.'} : {};
}

function done({origin}: ToolContext, {name}: Source, result: {ok: true}): ToolOutcome {
  const installed = `${overlayDir(origin)}/dragonfly/${name}`;
  return outcome({...result, installed}, shortPath(installed), {edited: true});
}

function store(context: ToolContext, at: CheckedPath, {source, content, patch}: NewPatch, dops: DopsChange | undefined) {
  const {env, origin, slave, signal, call} = context;
  const [category = '', port = ''] = origin.split('/');
  const digest = sha256(content);
  const mark = call === undefined ? '' : `${call.key} ${digest}`;
  const parts = [
    patch,
    dops === undefined ? undefined : bytesOf(dops.overlay.text),
    content,
    source.isStored ? undefined : source.baseline,
  ];
  const place = [at.root, at.dir, at.name, at.path, source.exists ? sha256(source.now) : '', mark, patchDir(slave ?? origin)];
  const target = [overlayDir(origin), category, port, source.name, dops?.replaces[0] ?? '', source.relative];
  const sizes = parts.map((part) => `${part?.length ?? -1}`);
  return runScript(env, INSTALL, [...place, ...target, ...sizes], {
    stdin: Buffer.from(parts.join(''), 'latin1'),
    editsOverlay: true,
    timeoutSeconds: 120,
    signal,
  });
}

function sha256(bytes: string): string {
  return createHash('sha256').update(Buffer.from(bytes, 'latin1')).digest('hex');
}
