import type {Stats} from 'node:fs';
import {type FileHandle, readdir, stat} from 'node:fs/promises';
import {dirname, join} from 'node:path';
import {LRUCache} from 'lru-cache';
import {jsonObject} from '../case/text/json-object.ts';
import type {PortId} from '../case/types.ts';
import {archivedBundles} from './archives.ts';
import {logName} from './dsynth-logs.ts';
import {openContent, readBundleFile} from './reading.ts';
import {openUnlinkedFile} from './regular-file.ts';
import {scanLog} from './scan-log.ts';

type Forms = ReadonlySet<string>;

/** Good logs that a selection compares with, and other ports' logs that it tries for them. */
const GOOD_LOGS = 4;
const TRIED_LOGS = 32;
const GOOD_BYTES = 20 << 20;
const END_BYTES = 65536;
const PROOF_BYTES = 1 << 20;

/**
 * What was read of dsynth's logs, by path, size and time of change: failed ones, and the forms of good ones. All failures of a bulk run have the
 * same few neighbours: without this each failure reads them again.
 */
const failedLogs = new LRUCache<string, true>({max: 5000});
const formsOfLogs = new LRUCache<string, Forms>({max: 32});

/**
 * Returns the templates of candidate lines that good builds have too; undefined without a good log. Read are logs of passed proofs of the
 * port, newest first, then good logs in dsynth's log directory: other flavors of the port, then other ports of its category.
 */
export async function baselineForms(root: string, port: PortId): Promise<Forms | undefined> {
  const forms = new Set<string>();
  let logs = 0;
  for await (const found of goodForms(root, port)) {
    logs += 1;
    for (const form of found) forms.add(form);
    // Before the generator opens one more.
    if (logs === GOOD_LOGS) break;
  }
  return logs === 0 ? undefined : forms;
}

async function* goodForms(root: string, port: PortId): AsyncGenerator<Forms> {
  yield* proofForms(root, port);
  const logDir = dirname(root);
  for (const name of await neighbourNames(logDir, port)) {
    const forms = await formsIfGood(join(logDir, name));
    if (forms !== undefined) yield forms;
  }
}

async function* proofForms(root: string, {origin, target}: PortId): AsyncGenerator<Forms> {
  const stem = origin.replace('/', '_');
  const bundles = await archivedBundles([root], ({bundleId}) => bundleId.startsWith(stem));
  for (const {dir} of bundles.filter((one) => one.report.origin === origin && one.report.target === target)) {
    const proof = await readBundleFile(dir, 'analysis/rebuild_proof.json', PROOF_BYTES);
    const {rebuild_ok, log} = jsonObject<{rebuild_ok: unknown; log: unknown}>(proof?.text ?? '') ?? {};
    const named = rebuild_ok === true && typeof log === 'string' && /^analysis\/[\w.-]+$/.test(log);
    const found = named ? await openContent(dir, log) : undefined;
    if (found !== undefined) yield (await scanLog(found)).scan.forms();
  }
}

/** Returns names of logs of other flavors of the port, then of some other ports of its category, the same ones for all its ports. */
async function neighbourNames(logDir: string, port: PortId): Promise<readonly string[]> {
  const own = logName(port);
  const flavors = logName({origin: port.origin}).replace(/\.log$/, '');
  const category = `${port.origin.replace(/\/.*$/, '')}___`;
  const names = (await readdir(logDir).catch(() => [])).filter(
    (name) => name !== own && name.startsWith(category) && name.endsWith('.log'),
  );
  const isFlavor = (name: string): boolean => name === `${flavors}.log` || name.startsWith(`${flavors}@`);
  const others = names.filter((one) => !isFlavor(one)).sort();
  return [...names.filter(isFlavor), ...others.slice(0, TRIED_LOGS)];
}

/** Returns the forms of a log of dsynth if its build succeeded. */
async function formsIfGood(path: string): Promise<Forms | undefined> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined || found.size === 0) return undefined;
  const key = keyOf(path, found);
  const known = formsOfLogs.get(key);
  if (known !== undefined) return known;
  if (failedLogs.has(key)) return undefined;
  const file = await openUnlinkedFile(path).catch(() => undefined);
  if (file === undefined) return undefined;
  return readForms(file, key, found.size);
}

async function readForms(file: FileHandle, key: string, size: number): Promise<Forms | undefined> {
  try {
    if (!(await hasSucceeded(file, size))) {
      failedLogs.set(key, true);
      return undefined;
    }
    const {scan} = await scanLog(file.createReadStream({start: 0, end: GOOD_BYTES, autoClose: false}));
    const forms = scan.forms();
    formsOfLogs.set(key, forms);
    return forms;
  } finally {
    await file.close();
  }
}

const keyOf = (path: string, {size, mtimeMs, ino}: Stats): string => `${ino} ${size} ${mtimeMs} ${path}`;

/** Whether a log of dsynth is that of a successful build: it was packaged, which TOTAL TIME ends, its last phase succeeded, and none failed. `test` installs and deinstalls behind that. */
async function hasSucceeded(file: FileHandle, size: number): Promise<boolean> {
  const start = Math.max(0, size - END_BYTES);
  const {buffer, bytesRead} = await file.read(Buffer.allocUnsafe(END_BYTES), 0, END_BYTES, start);
  const end = buffer.toString('latin1', 0, bytesRead);
  const isPackaged = /^TOTAL TIME |^-- Phase: (?:de)?install$/m.test(end);
  const [last = ''] = end.trimEnd().split('\n').slice(-1);
  return isPackaged && /^(?:SUCCEEDED|TOTAL TIME) /.test(last) && !/^FAILED \d\d:/m.test(end);
}
