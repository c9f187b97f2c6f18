import {createHash} from 'node:crypto';
import {createReadStream} from 'node:fs';
import {join} from 'node:path';
import type {PortId} from '../case/types.ts';
import {caseId} from '../protocol/workflow-ids.ts';
import {archivedBundles} from './archives.ts';
import {FAILURE_LIST, failedSpecs, findLog, portSpec} from './dsynth-logs.ts';
import {ImportedRun, type ImportOptions} from './imported-run.ts';
import {plainLog} from './plain-log.ts';
import {openContent} from './reading.ts';
import {openRegularFile} from './regular-file.ts';

/** Returns the SHA-256 of a stream, in hex. */
async function digestOf(stream: AsyncIterable<unknown>): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of stream) hash.update(chunk as Buffer);
  return hash.digest('hex');
}

/** Finds the bundle of this port, under any of the evidence roots, whose full log equals the plain log `log`. */
export async function bundleOfLog(roots: readonly string[], port: PortId, log: string): Promise<string | undefined> {
  const wanted = await digestOf(createReadStream(log));
  const stem = port.origin.replace('/', '_');
  for (const {dir, report} of await archivedBundles(roots, ({bundleId}) => bundleId.startsWith(stem))) {
    if (caseId(report) !== caseId(port)) continue;
    const stored = await openContent(dir, 'logs/full.log');
    if (stored !== undefined && (await digestOf(stored)) === wanted) return report.bundleId;
  }
  return undefined;
}

/** What became of each line of a failure list. */
export interface Imported {
  readonly runId: string | null;
  readonly bundles: readonly string[];
  readonly skipped: readonly {readonly port: string; readonly why: string}[];
}

/**
 * Makes a bundle of each failure of a bulk run that is over. A log that has its bundle already gets no second one, and a log that
 * cannot be read is skipped with the reason.
 */
export async function importLogs(
  logs: string,
  roots: readonly string[],
  options: Omit<ImportOptions, 'suffix'>,
): Promise<Imported> {
  const specs = failedSpecs(await failureList(logs));
  const skipped: {port: string; why: string}[] = [];
  const bundles: string[] = [];
  let run: ImportedRun | undefined;
  const openRun = async (): Promise<ImportedRun> => {
    run ??= await ImportedRun.open({...options, suffix: 'imported'});
    return run;
  };
  try {
    for (const spec of specs) {
      const made = await importLog(spec, logs, roots, options.target, openRun).catch((error: Error) => ({why: error.message}));
      if ('why' in made) skipped.push({port: spec, why: made.why});
      else bundles.push(made.bundle);
    }
  } finally {
    await run?.close(logs);
  }
  return {runId: run?.runId ?? null, bundles, skipped};
}

async function failureList(logs: string): Promise<string> {
  const file = await openRegularFile(join(logs, FAILURE_LIST)).catch((error: Error) => {
    throw new Error(
      `${logs} has no ${FAILURE_LIST} (${error.message}). Give dsynth's log directory (Directory_logs), after a run.`,
    );
  });
  return file.readFile('utf8').finally(() => file.close());
}

/** Makes a bundle of the log of one failure, in the run that `openRun` returns. */
async function importLog(
  spec: string,
  logs: string,
  roots: readonly string[],
  target: string,
  openRun: () => Promise<ImportedRun>,
): Promise<{readonly bundle: string} | {readonly why: string}> {
  const port = portSpec(spec);
  if (port === undefined) return {why: 'it is no category/port[@flavor]'};
  const found = await findLog([logs], port);
  if ('problem' in found) return {why: found.problem};
  const plain = await plainLog(found.path);
  try {
    const known = await bundleOfLog(roots, {...port, target}, plain.path);
    if (known !== undefined) return {why: `${known} has this log already`};
    return {bundle: await (await openRun()).add(port, plain.path, found.path)};
  } finally {
    await plain.remove();
  }
}
