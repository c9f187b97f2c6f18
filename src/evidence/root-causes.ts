import {readdir, stat} from 'node:fs/promises';
import {dirname, join} from 'node:path';
import {RootCauseScan, type RootCauses, rootCauseText} from '../case/evidence/root-causes/index.ts';
import type {PortId} from '../case/types.ts';
import {archivedBundles} from './archives.ts';
import {writeAnalysis} from './bundle.ts';
import {logName} from './dsynth-logs.ts';
import {openContent, readBundleFile} from './reading.ts';
import {openUnlinkedFile} from './regular-file.ts';
import {DamagedLog} from './unpack.ts';

const FILE = 'root_causes.json';
const FILE_BYTES = 1 << 20;
/** Good logs that a selection compares with, and bytes read of each. */
const GOOD_LOGS = 4;
const GOOD_BYTES = 20 << 20;
const END_BYTES = 65536;

/** Returns the root causes of a log; `mask` removes secrets from their texts. */
export async function rootCausesOf(
  log: AsyncIterable<Uint8Array>,
  baseline?: ReadonlySet<string>,
  mask?: (text: string) => string,
): Promise<RootCauses> {
  const {scan, damage} = await scanned(log, baseline, mask);
  return {...scan.finish(), ...(damage === undefined ? {} : {note: `The log is incomplete: ${damage}.`})};
}

/**
 * Selects the root causes of a bundle's full log, writes analysis/root_causes.json and .md, and returns them; undefined without a log.
 * Lines that logs of passed proofs, or good logs in dsynth's log directory, have too rank lower.
 */
export async function selectRootCauses(
  dir: string,
  about?: {readonly root: string; readonly port: PortId},
  mask?: (text: string) => string,
): Promise<RootCauses | undefined> {
  const log = await openContent(dir, 'logs/full.log');
  if (log === undefined) return undefined;
  try {
    const causes = await rootCausesOf(log, about && (await baselineForms(about.root, about.port)), mask);
    await writeAnalysis(dir, FILE, `${JSON.stringify(causes, null, 1)}\n`);
    await writeAnalysis(dir, 'root_causes.md', rootCauseText(causes));
    return causes;
  } finally {
    log.destroy();
  }
}

/** Returns what `selectRootCauses` wrote into the bundle; undefined if it did not, or for another version. */
export async function readRootCauses(dir: string): Promise<RootCauses | undefined> {
  const file = await readBundleFile(dir, `analysis/${FILE}`, FILE_BYTES);
  if (file === undefined || file.truncated) return undefined;
  const causes = parsed<RootCauses>(file.text);
  return causes?.version === 1 && Array.isArray(causes.findings) ? (causes as RootCauses) : undefined;
}

/** Returns the stored root causes of a bundle, or selects them from its log; undefined without a log. Writes nothing. */
export async function rootCausesIn(dir: string): Promise<RootCauses | undefined> {
  const stored = await readRootCauses(dir);
  if (stored !== undefined) return stored;
  const log = await openContent(dir, 'logs/full.log');
  return log && rootCausesOf(log);
}

/** Of a log that is cut or damaged, what could be unpacked is all that there will ever be; `damage` is what is wrong with it. */
async function scanned(
  log: AsyncIterable<Uint8Array>,
  baseline?: ReadonlySet<string>,
  mask?: (text: string) => string,
): Promise<{readonly scan: RootCauseScan; readonly damage?: string}> {
  const scan = new RootCauseScan({...(baseline && {baseline}), ...(mask && {mask})});
  try {
    for await (const chunk of log) scan.take(chunk);
  } catch (error) {
    if (error instanceof DamagedLog) return {scan, damage: error.message};
    throw error;
  }
  return {scan};
}

/** Undefined for what is no JSON object: a bundle that was brought in from elsewhere may hold anything. */
function parsed<T>(text: string): Partial<T> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Returns the templates of candidate lines that good builds have too; undefined without a good log. */
async function baselineForms(root: string, port: PortId): Promise<ReadonlySet<string> | undefined> {
  const forms = new Set<string>();
  let logs = 0;
  for await (const log of goodLogs(root, port)) {
    logs += 1;
    for (const form of (await scanned(log)).scan.forms()) forms.add(form);
    // Before the generator opens one more.
    if (logs === GOOD_LOGS) break;
  }
  return logs === 0 ? undefined : forms;
}

/** Yields good logs as open streams, the most similar port first. The caller reads each to its end or destroys it. */
async function* goodLogs(root: string, port: PortId): AsyncGenerator<AsyncIterable<Uint8Array>> {
  yield* proofLogs(root, port);
  yield* neighbours(dirname(root), port);
}

/** Logs of passed proofs of this port, newest first. */
async function* proofLogs(root: string, {origin, target}: PortId): AsyncGenerator<AsyncIterable<Uint8Array>> {
  const stem = origin.replace('/', '_');
  const bundles = await archivedBundles([root], ({bundleId}) => bundleId.startsWith(stem));
  for (const {dir} of bundles.filter((one) => one.report.origin === origin && one.report.target === target)) {
    const proof = await readBundleFile(dir, 'analysis/rebuild_proof.json', FILE_BYTES);
    const {rebuild_ok, log} = parsed<{rebuild_ok: unknown; log: unknown}>(proof?.text ?? '') ?? {};
    const named = rebuild_ok === true && typeof log === 'string' && /^analysis\/[\w.-]+$/.test(log);
    const found = named ? await openContent(dir, log) : undefined;
    if (found !== undefined) yield found;
  }
}

/** Good logs in dsynth's log directory: other flavors of the port, then other ports of its category. */
async function* neighbours(logDir: string, port: PortId): AsyncGenerator<AsyncIterable<Uint8Array>> {
  const own = logName(port);
  const flavors = logName({origin: port.origin}).replace(/\.log$/, '');
  const category = `${port.origin.replace(/\/.*$/, '')}___`;
  const names = (await readdir(logDir).catch(() => [])).filter(
    (name) => name !== own && name.startsWith(category) && name.endsWith('.log'),
  );
  const isFlavor = (name: string): boolean => name === `${flavors}.log` || name.startsWith(`${flavors}@`);
  for (const name of [...names.filter(isFlavor), ...names.filter((one) => !isFlavor(one)).sort()]) {
    if (await hasSucceeded(join(logDir, name))) {
      const file = await openUnlinkedFile(join(logDir, name));
      yield file.createReadStream({end: GOOD_BYTES});
    }
  }
}

/** Whether a log of dsynth is that of a successful build: it was packaged, which TOTAL TIME ends, its last phase succeeded, and none failed. `test` installs and deinstalls behind that. */
async function hasSucceeded(path: string): Promise<boolean> {
  const {size} = await stat(path).catch(() => ({size: 0}));
  const file = size > 0 ? await openUnlinkedFile(path).catch(() => undefined) : undefined;
  if (file === undefined) return false;
  try {
    const start = Math.max(0, size - END_BYTES);
    const {buffer, bytesRead} = await file.read(Buffer.alloc(END_BYTES), 0, END_BYTES, start);
    const end = buffer.toString('latin1', 0, bytesRead);
    const isPackaged = /^TOTAL TIME |^-- Phase: (?:de)?install$/m.test(end);
    const [last = ''] = end.trimEnd().split('\n').slice(-1);
    return isPackaged && /^(?:SUCCEEDED|TOTAL TIME) /.test(last) && !/^FAILED \d\d:/m.test(end);
  } finally {
    await file.close();
  }
}
