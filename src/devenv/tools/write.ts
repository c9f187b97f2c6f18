import {isUtf8} from 'node:buffer';
import {createHash} from 'node:crypto';
import {hasMask} from '../../case/evidence/secrets.ts';
import {isCompatPath} from '../../dops/overlay-form.ts';
import {checkPatch} from './check-patch.ts';
import {deleteOverlayFile} from './delete-overlay-file.ts';
import {changesOf, concernsDops, planWrites, type WritePlan} from './dops-overlay.ts';
import {makefileProblem} from './makefile-tabs.ts';
import {NOT_UTF8, type OverlayContents, readOverlay, withFiles} from './overlay-directory.ts';
import {findingsAfter} from './overlay-findings.ts';
import {type CheckedPath, overlayDir} from './paths.ts';
import {failed, refused, scriptRefusal} from './results.ts';
import {storeDops, storeFile, written} from './store-file.ts';
import type {ToolContext, ToolOutcome} from './tool.ts';

/** Writes a file that passed `writable`, atomically. `expected` is the sha256 that it must have now, or empty. */
export function writeFile(context: ToolContext, at: CheckedPath, content: Buffer, expected: string): Promise<ToolOutcome> {
  if (at.root !== overlayDir(context.origin)) return writeSource(context, at, content, expected);
  const inPort = at.path.slice(at.root.length + 1);
  if (isCompatPath(inPort) && content.toString('utf8').trim() === '') return deleteInstead(context, at, expected);
  return writeOverlay(context, {at, inPort, content, expected});
}

async function writeSource(context: ToolContext, at: CheckedPath, content: Buffer, expected: string): Promise<ToolOutcome> {
  return masked(at, content) ?? store(context, at, content, expected);
}

/** Deletes a file that would be empty: an empty patch applies to nothing, and stays in the overlay for nothing. */
async function deleteInstead(context: ToolContext, at: CheckedPath, expected: string): Promise<ToolOutcome> {
  const done = await deleteOverlayFile(context, at, expected);
  const note = 'The content is empty, so the file was deleted, as by delete_file.';
  return done.result.ok ? {...done, result: {...done.result, note}} : done;
}

interface OverlayWrite {
  readonly at: CheckedPath;
  /** Path below the port's overlay directory. */
  readonly inPort: string;
  readonly content: Buffer;
  readonly expected: string;
}

async function writeOverlay(context: ToolContext, {at, inPort, content, expected}: OverlayWrite): Promise<ToolOutcome> {
  if (inPort === 'overlay.dops' && !isUtf8(content)) return NOT_UTF8;
  const text = content.toString('utf8');
  const read = concernsDops(inPort) ? await readOverlay(context) : undefined;
  if (read?.ok === false && inPort !== 'overlay.dops') return read.outcome;
  const state = read?.ok ? read.state : undefined;
  const plan: WritePlan = state === undefined ? {} : planWrites(state, context, [{path: inPort, text}]);
  if (plan.refusal !== undefined) return plan.refusal;
  const makefile = makefileProblem(at.name, text);
  if (makefile !== undefined) return refused('makefile_spaces', `${at.path}: ${makefile}`);
  const mask = masked(at, content);
  if (mask !== undefined) return mask;
  const patch = await checkPatch(context, inPort, content.toString('latin1'));
  if (patch.refusal !== undefined) return patch.refusal;
  const refusal = await storeDopsFirst(context, {at, content, expected}, plan);
  if (refusal !== undefined) return refusal;
  const done = await store(context, at, content, expected);
  if (!done.result.ok) return done;
  const note = [plan.note, patch.note].filter((one) => one !== undefined).join(' ');
  const findings = state === undefined ? {} : findingsIn(context, state, plan, {inPort, content});
  return {...done, result: {...done.result, ...(note === '' ? {} : {note}), ...findings}};
}

/** Stores overlay.dops before the file, so that a repeated call finds the file only if both are stored. Returns the outcome of a failure. */
async function storeDopsFirst(
  context: ToolContext,
  {at, content, expected}: Omit<OverlayWrite, 'inPort'>,
  {dops}: WritePlan,
): Promise<ToolOutcome | undefined> {
  if (dops === undefined) return undefined;
  const checked = await storeFile(context, at, content, {expected, isCheck: true});
  const result = checked.rc === 0 ? await storeDops(context, dops) : checked;
  return result.rc === 0 ? undefined : (scriptRefusal(result) ?? failed(`${at.path} was not written`, result));
}

function findingsIn(
  context: ToolContext,
  before: OverlayContents,
  plan: WritePlan,
  {inPort, content}: Pick<OverlayWrite, 'inPort' | 'content'>,
) {
  const dops = plan.dops === undefined ? {} : changesOf(plan.dops);
  return findingsAfter(context, before, withFiles(before, {...dops, [inPort]: content}), [inPort]);
}

function masked(at: CheckedPath, content: Buffer): ToolOutcome | undefined {
  if (!hasMask(content.toString('utf8'))) return undefined;
  return refused(
    'masked_secret',
    `${at.path} would get a mark like [masked: key] in place of what stands there: a secret is not shown to you. Change the other lines by replace_in_file.`,
  );
}

async function store(context: ToolContext, at: CheckedPath, content: Buffer, expected: string): Promise<ToolOutcome> {
  const digest = createHash('sha256').update(content).digest('hex');
  const result = await storeFile(context, at, content, {expected, digest});
  if (result.rc !== 0) return scriptRefusal(result) ?? failed(`${at.path} was not written`, result);
  return written(at, digest, content.length);
}
