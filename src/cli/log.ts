import {pipeline} from 'node:stream/promises';
import {plainLine, plainText} from '../case/text/plain-text.ts';
import {openContent, readBundleFile} from '../evidence/reading.ts';
import {causeLine} from '../evidence/signature.ts';
import {type OpenedCase, openCase} from './open-case.ts';
import {plainStream} from './plain-stream.ts';
import {UsageError} from './usage-error.ts';

export interface LogOptions {
  readonly full?: boolean;
  readonly proof?: boolean;
  readonly json?: boolean;
}

const ERRORS_BYTES = 1 << 20;
const FULL = 'logs/full.log';

/** `portwright log CASE`: what the log says of the cause; with `full` the whole log, with `proof` that of the last proof. */
export async function log(name: string, options: LogOptions): Promise<void> {
  if (options.full && options.proof) throw new UsageError('--full and --proof are two logs. Give one of them.');
  const opened = await openCase(name);
  const errors = (await readBundleFile(opened.dir, 'logs/errors.txt', ERRORS_BYTES))?.text;
  if (options.json) return console.log(JSON.stringify(await asJson(opened, errors), null, 2));
  if (options.full) return whole(opened, FULL, `logs/full.log`);
  if (options.proof) return whole(opened, await proofLog(opened.dir), 'log of a proof');
  if (errors === undefined) throw new Error(`${where(opened)} has no logs/errors.txt. Look into ${opened.dir}.`);
  console.log(`${opened.id}, ${where(opened)}\nCause: ${plainLine(causeLine(errors)) || 'no line of the log names one'}\n`);
  console.log(plainText(errors).trimEnd());
}

async function whole(opened: OpenedCase, relpath: string | undefined, what: string): Promise<void> {
  const stream = relpath === undefined ? undefined : await openContent(opened.dir, relpath);
  if (stream === undefined) throw new Error(`${where(opened)} has no ${what}.`);
  await pipeline(stream, plainStream(), process.stdout, {end: false});
}

/** The log that rebuild_proof.json names, below the bundle. */
async function proofLog(dir: string): Promise<string | undefined> {
  const text = (await readBundleFile(dir, 'analysis/rebuild_proof.json', ERRORS_BYTES))?.text;
  const named = text === undefined ? undefined : (JSON.parse(text) as {log?: unknown}).log;
  return typeof named === 'string' && /^analysis\/[\w.-]+$/.test(named) ? named : undefined;
}

async function asJson(opened: OpenedCase, errors: string | undefined): Promise<object> {
  return {
    case: opened.id,
    bundle: opened.bundle.bundleId,
    dir: opened.dir,
    cause: causeLine(errors ?? ''),
    errors: errors ?? null,
    proofLog: (await proofLog(opened.dir)) ?? null,
  };
}

function where({bundle}: OpenedCase): string {
  return `runs/${bundle.runId}/ports/${bundle.bundleId}`;
}
