import {createHash, randomUUID} from 'node:crypto';
import {mkdir, rename, rm} from 'node:fs/promises';
import {dirname, join} from 'node:path';
import {archiveOf, type OldRecord} from '../../case/migration/archive.ts';
import type {ImportItem} from '../../case/migration/report.ts';
import type {FailureReport} from '../../case/types.ts';
import {caseId} from '../../protocol/workflow-ids.ts';
import {reportOfMeta} from '../archives.ts';
import {serializeJob} from '../job.ts';
import {EVIDENCE_DIR} from '../modes.ts';
import {keyValues} from '../names.ts';
import {readBundleFile} from '../reading.ts';
import {writeAtomically} from '../write-atomically.ts';
import type {OldBundle, OldFile} from './old-bundles.ts';
import {textOf} from './old-database.ts';
import {isDirectory, readSmallText} from './old-state.ts';
import {takeFile} from './take-file.ts';

/** Where an import goes. */
export interface Destination {
  /** Evidence root. */
  readonly root: string;
  readonly isDryRun: boolean;
  /** Target of bundles that have none. */
  readonly target: string | undefined;
  /** Directory of the existing system, for the marks of what was imported. */
  readonly state: string;
}

/** Result of a bundle; `report` is undefined where it is not in the evidence root afterwards. */
export interface ImportedBundle {
  readonly item: ImportItem;
  readonly report: FailureReport | undefined;
}

const MARK = 'imported.json';
const MAX_LOG = 2 * 1024 ** 3;
const MAX_FILE = 64 << 20;

/** Artifacts that Portwright reads as its own results. The existing system's are stored under another name, as they are no proof here. */
const OWN = /^analysis\/(rebuild_proof\.json|case\.json|root_causes\.(json|md)|effect\.(json|md))$/;

/** Copies a bundle aside and renames it, unless it is there. Without `old`, its case is still to come, and no archive of one is written. */
export async function importBundle(bundle: OldBundle, to: Destination, old: OldRecord | undefined): Promise<ImportedBundle> {
  const result = (kind: ImportItem['result'], detail: string, report?: FailureReport): ImportedBundle => ({
    item: {part: 'bundle', name: bundle.bundleId, result: kind, detail},
    report,
  });
  const meta = await metaOf(bundle, to.target);
  const report = reportOfMeta(meta, bundle);
  if (report === undefined)
    return result('failed', 'its meta.txt, or its row in state.db, names no port (category/port) and target');
  const dir = join(to.root, 'runs', bundle.runId, 'ports', bundle.bundleId);
  if (await isDirectory(dir)) return result(...(await compareWith(dir, bundle)), report);
  if (to.isDryRun) return result('taken', omission((await takeFiles(bundle, undefined)).omitted), report);
  const aside = join(dirname(dir), `.${randomUUID()}`);
  try {
    await mkdir(aside, EVIDENCE_DIR);
    const omitted = await writeBundle(aside, bundle, {meta, report, old, to});
    await rename(aside, dir);
    return result('taken', omission(omitted), report);
  } finally {
    await rm(aside, {recursive: true, force: true});
  }
}

function omission(omitted: readonly string[]): string {
  return omitted.length === 0 ? 'complete' : `without ${omitted.length} files: ${omitted.slice(0, 3).join('; ')}`;
}

async function writeBundle(
  aside: string,
  bundle: OldBundle,
  {
    meta,
    report,
    old,
    to,
  }: {meta: ReadonlyMap<string, string>; report: FailureReport; old: OldRecord | undefined; to: Destination},
): Promise<string[]> {
  const {digest, omitted} = await takeFiles(bundle, aside);
  await writeAtomically(aside, 'meta.txt', serializeJob(meta));
  if (omitted.length > 0) await writeAtomically(aside, 'capture_notes.txt', `${omitted.map(oneLine).join('\n')}\n`);
  if (old !== undefined) {
    await mkdir(join(aside, 'analysis'), EVIDENCE_DIR);
    const archive = {version: 1, ...archiveOf(report, caseId(report), old)};
    await writeAtomically(join(aside, 'analysis'), 'case.json', `${JSON.stringify(archive, null, 2)}\n`);
  }
  await writeAtomically(aside, MARK, `${JSON.stringify({version: 1, from: to.state, digest}, null, 2)}\n`);
  return omitted;
}

function oneLine(text: string): string {
  return text.replace(/\p{Cc}/gu, ' ');
}

/** Compares a bundle that is there with the one of the existing system; its copy is never written again. */
async function compareWith(dir: string, bundle: OldBundle): Promise<[ImportItem['result'], string]> {
  const mark = await readMark(dir);
  if (mark === undefined) return ['left', 'a bundle of this id is there that was not imported'];
  const {digest} = await takeFiles(bundle, undefined);
  return digest === mark
    ? ['unchanged', 'imported before']
    : ['left', 'it has changed since it was imported; the copy stays as it was'];
}

async function readMark(dir: string): Promise<string | undefined> {
  const file = await readBundleFile(dir, MARK, 65_536);
  try {
    const {digest} = JSON.parse(file?.text ?? '') as {digest?: unknown};
    return typeof digest === 'string' ? digest : undefined;
  } catch {
    return undefined;
  }
}

/** Hashes the files of a bundle, and copies them to `to` if that is given. A file that cannot be read is omitted. */
async function takeFiles(bundle: OldBundle, to: string | undefined): Promise<{digest: string; omitted: string[]}> {
  const omitted = [...bundle.omitted];
  const hash = createHash('sha256');
  for (const file of bundle.files) {
    const place = to === undefined || file.relpath === 'meta.txt' ? undefined : join(to, placeOf(file.relpath));
    if (place !== undefined) await mkdir(dirname(place), EVIDENCE_DIR);
    const sha256 = await takeChecked(file, place).catch(async (error: Error) => {
      if ((error as NodeJS.ErrnoException).code === 'ENOSPC') throw error;
      if (place !== undefined) await rm(place, {force: true});
      omitted.push(`${file.relpath}: ${(error as NodeJS.ErrnoException).code ?? error.message}`);
      return 'omitted';
    });
    hash.update(`${file.relpath} ${sha256}\n`);
  }
  return {digest: hash.digest('hex'), omitted};
}

async function takeChecked({relpath, path, sha256}: OldFile, to: string | undefined): Promise<string> {
  const found = await takeFile(path, to, /^logs\/full\.log(\.gz)?$/.test(relpath) ? MAX_LOG : MAX_FILE);
  if (sha256 !== undefined && sha256 !== found) throw new Error('its blob is damaged: its SHA-256 is another');
  return found;
}

function placeOf(relpath: string): string {
  if (OWN.test(relpath)) return relpath.replace('analysis/', 'analysis/imported-');
  return [MARK, 'capture_notes.txt'].includes(relpath) ? `imported-${relpath}` : relpath;
}

/** Returns meta.txt with what its row in state.db knows besides. */
async function metaOf({files, row}: OldBundle, usualTarget: string | undefined): Promise<Map<string, string>> {
  const path = files.find(({relpath}) => relpath === 'meta.txt')?.path;
  const text = path === undefined ? '' : await readSmallText(path).catch(() => '');
  const written = keyValues(text);
  const origin = textOf(row, 'origin').replace(/@.*$/, '');
  const known = {
    ts_utc: textOf(row, 'ts_utc'),
    result: textOf(row, 'result') || 'failure',
    origin,
    origin_base: written.get('origin') ?? origin,
    flavor: textOf(row, 'flavor'),
    target: textOf(row, 'target') || (usualTarget ?? ''),
  };
  const added = Object.entries(known).filter(([key, value]) => !written.get(key) && oneLine(value) !== '');
  return new Map([...written, ...added.map(([key, value]) => [key, oneLine(value)] as const)]);
}
