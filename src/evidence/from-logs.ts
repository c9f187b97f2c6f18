import {createHash} from 'node:crypto';
import {createReadStream} from 'node:fs';
import {readFile} from 'node:fs/promises';
import {basename, join} from 'node:path';
import type {PortId} from '../case/types.ts';
import {caseId} from '../protocol/workflow-ids.ts';
import {archivedBundles} from './archives.ts';
import {FAILURE_LIST, failedSpecs, findLog, logName, portSpec} from './dsynth-logs.ts';
import {ImportedRun, type ImportOptions} from './imported-run.ts';
import {openContent} from './reading.ts';

/** SHA-256 of a stream, in hex. */
async function digestOf(stream: AsyncIterable<unknown>): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of stream) hash.update(chunk as Buffer);
  return hash.digest('hex');
}

/** The bundle of this port, under any of the evidence roots, whose whole log is this file; undefined if there is none. */
export async function bundleOfLog(roots: readonly string[], port: PortId, log: string): Promise<string | undefined> {
  const wanted = await digestOf(createReadStream(log));
  const stem = port.origin.replace('/', '_');
  for (const {dir, report} of await archivedBundles(roots, ({bundleId}) => bundleId.startsWith(stem))) {
    if (caseId(report) !== caseId(port)) continue;
    const kept = await openContent(dir, 'logs/full.log');
    if (kept !== undefined && (await digestOf(kept)) === wanted) return report.bundleId;
  }
  return undefined;
}

/** What became of each line of a failure list. */
export interface Imported {
  readonly runId: string | null;
  readonly bundles: readonly string[];
  readonly skipped: readonly {readonly port: string; readonly why: string}[];
}

/** Makes a bundle of each failure of a bulk run that is over. A log that has its bundle already gets no second one. */
export async function importLogs(
  logs: string,
  roots: readonly string[],
  options: Omit<ImportOptions, 'word'>,
): Promise<Imported> {
  const list = await readFile(join(logs, FAILURE_LIST), 'utf8').catch(() => undefined);
  if (list === undefined)
    throw new Error(`${logs} has no ${FAILURE_LIST}. Give dsynth's log directory (Directory_logs), after a run.`);
  const skipped: {port: string; why: string}[] = [];
  const wanted: {port: {origin: string; flavor?: string}; log: string}[] = [];
  for (const spec of failedSpecs(list)) {
    const port = portSpec(spec);
    const log = port && (await findLog([logs], port));
    const known = port && log && (await bundleOfLog(roots, {...port, target: options.target}, log));
    if (port === undefined) skipped.push({port: spec, why: 'it is no category/port[@flavor]'});
    else if (log === undefined) skipped.push({port: spec, why: `there is no ${logName(port)}`});
    else if (known) skipped.push({port: spec, why: `${known} has this log already`});
    else wanted.push({port, log});
  }
  if (wanted.length === 0) return {runId: null, bundles: [], skipped};
  const run = await ImportedRun.open({...options, word: 'imported'});
  const bundles: string[] = [];
  try {
    for (const {port, log} of wanted) {
      await run.add(port, log).then(
        (made) => bundles.push(made),
        (error: Error) => skipped.push({port: basename(log), why: error.message}),
      );
    }
  } finally {
    await run.close(logs);
  }
  return {runId: run.runId, bundles, skipped};
}
