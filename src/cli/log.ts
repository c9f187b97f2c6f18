import {pipeline} from 'node:stream/promises';
import {severalBundles} from '../case/review/attempt-bundle.ts';
import {plainLine, plainText} from '../case/text/plain-text.ts';
import {openContent, readBundleFile} from '../evidence/reading.ts';
import {causeLine} from '../evidence/signature.ts';
import {type OpenedBundle, type OpenedCase, openAttemptBundle, openCase} from './open-case.ts';
import {plainStream} from './plain-stream.ts';
import {UsageError} from './usage-error.ts';

export interface LogOptions {
  readonly full?: boolean;
  readonly proof?: boolean;
  readonly json?: boolean;
}

const ERRORS_BYTES = 1 << 20;
const FULL = 'logs/full.log';

/**
 * `portwright log CASE`: prints the errors of the failing log, the full log, or the log of the last proof. The first two are those of the
 * failure that the case works on, the last one of the attempt that was proved.
 */
export async function log(name: string, options: LogOptions): Promise<void> {
  if (options.full && options.proof) throw new UsageError('--full and --proof are two logs. Give one of them.');
  const opened = await openCase(name);
  if (options.proof) return printProof(opened);
  const note = opened.status && severalBundles(opened.status, opened.bundle);
  if (note !== undefined) console.error(note);
  const errors = (await readBundleFile(opened.dir, 'logs/errors.txt', ERRORS_BYTES))?.text;
  if (options.json) return console.log(JSON.stringify(await asJson(opened, errors), null, 2));
  if (options.full) return printLog(opened, FULL, FULL);
  if (errors === undefined) throw new Error(`${pathOf(opened)} has no logs/errors.txt. See ${opened.dir}.`);
  console.log(`${opened.id}, ${pathOf(opened)}\nCause: ${plainLine(causeLine(errors)) || 'no line of the log names one'}\n`);
  console.log(plainText(errors).trimEnd());
}

async function printProof(opened: OpenedCase): Promise<void> {
  const proved = await provedBundle(opened);
  await printLog(proved, await proofLog(proved.dir), 'log of a proof');
}

/** Opens the bundle of the last attempt that was proved, or of the last attempt. */
function provedBundle(opened: OpenedCase): Promise<OpenedBundle> {
  return openAttemptBundle(
    opened,
    opened.status?.attempts.findLast(({proof}) => proof !== undefined),
  );
}

async function printLog(opened: OpenedBundle, relpath: string | undefined, what: string): Promise<void> {
  const stream = relpath === undefined ? undefined : await openContent(opened.dir, relpath);
  if (stream === undefined) throw new Error(`${pathOf(opened)} has no ${what}.`);
  await pipeline(stream, plainStream(), process.stdout, {end: false});
}

/** Returns the path, below the bundle, of the log that rebuild_proof.json names. */
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
    proofLog: (await proofLog((await provedBundle(opened)).dir)) ?? null,
  };
}

function pathOf({bundle}: OpenedBundle): string {
  return `runs/${bundle.runId}/ports/${bundle.bundleId}`;
}
