import {lstat, readdir} from 'node:fs/promises';
import {join} from 'node:path';
import type {BundleRef} from '../../case/types.ts';
import {archivedBundle, archivedCase} from '../../evidence/archives.ts';
import {readMeta} from '../../evidence/bundle.ts';
import {readBundleFile} from '../../evidence/reading.ts';
import {readRootCauses} from '../../evidence/root-causes.ts';
import {causeLine, errorSignature} from '../../evidence/signature.ts';
import {parseArchivedStatus} from '../cache/archived-status.ts';
import type {ReadBundle} from '../cache/projector.ts';

/** How much of a triage is searched, bytes. */
const TRIAGE_BYTES = 8192;
const ERRORS_BYTES = 200_000;
const ERROR_LINE = 300;

/** Reads a bundle; undefined if its meta.txt names no port. Lists the files of analysis/ that changed after `since`, milliseconds. */
export async function readBundle(root: string, ref: BundleRef, since: number): Promise<ReadBundle | undefined> {
  const archive = await archivedBundle(root, ref);
  if (archive === undefined) return undefined;
  const meta = await readMeta(archive.dir).catch(() => new Map<string, string>());
  const analysed = await analysedAt(archive.dir);
  const causes = analysed === 0 ? undefined : await readRootCauses(archive.dir);
  const errors = causes === undefined ? ((await readBundleFile(archive.dir, 'logs/errors.txt', ERRORS_BYTES))?.text ?? '') : '';
  return {
    archive,
    tsUtc: meta.get('ts_utc') ?? '',
    result: meta.get('result') || 'failure',
    signature: causes === undefined ? errorSignature(errors) : causes.signature,
    errorLine: (causes === undefined ? causeLine(errors) : (causes.findings[0]?.text ?? '')).slice(0, ERROR_LINE),
    triage: analysed === 0 ? '' : ((await readBundleFile(archive.dir, 'analysis/triage.md', TRIAGE_BYTES))?.text ?? ''),
    status: analysed === 0 ? undefined : parseArchivedStatus(await archivedCase(archive.dir).catch(() => undefined)),
    analysed,
    changed: await changedSince(archive.dir, since, analysed),
  };
}

/** When analysis/ last changed, milliseconds; 0 without one. */
export async function analysedAt(dir: string): Promise<number> {
  const found = await lstat(join(dir, 'analysis')).catch(() => undefined);
  return found?.isDirectory() ? found.mtimeMs : 0;
}

/** A file is renamed into place, which sets its time of change and its directory's. */
async function changedSince(dir: string, since: number, analysed: number): Promise<ReadBundle['changed']> {
  if (analysed <= since) return [];
  const entries = await readdir(join(dir, 'analysis'), {withFileTypes: true}).catch(() => []);
  const files = entries.filter((entry) => entry.isFile() && !entry.name.startsWith('.'));
  const found = await Promise.all(
    files.map(async ({name}) => ({
      relpath: `analysis/${name}`,
      stat: await lstat(join(dir, 'analysis', name)).catch(() => undefined),
    })),
  );
  return found.flatMap(({relpath, stat}) => (stat !== undefined && stat.ctimeMs > since ? [{relpath, size: stat.size}] : []));
}
