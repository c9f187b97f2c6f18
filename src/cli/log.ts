import {pipeline} from 'node:stream/promises';
import {rootCauseText} from '../case/evidence/root-causes/index.ts';
import {severalBundles} from '../case/review/attempt-bundle.ts';
import {plainLine, plainText} from '../case/text/plain-text.ts';
import {pluralize} from '../case/text/plural.ts';
import {openContent, readBundleFile} from '../evidence/reading.ts';
import {readRootCauses} from '../evidence/root-causes.ts';
import {causeLine, errorsTxtCauses} from '../evidence/signature.ts';
import {type OpenedBundle, type OpenedCase, openAttemptBundle, openCase} from './open-case.ts';
import {plainStream} from './plain-stream.ts';
import {styled} from './terminal.ts';
import {UsageError} from './usage-error.ts';

export interface LogOptions {
  /** All lines of errors.txt. */
  readonly all?: boolean;
  readonly full?: boolean;
  readonly proof?: boolean;
  readonly json?: boolean;
}

const ERRORS_BYTES = 1 << 20;
/** Causes that are shown without `--all`. */
const SHOWN_CAUSES = 3;
const NOT_OF_LOG = 'No analysis of the log is stored: the line numbers are not those of the log.';
const FULL = 'logs/full.log';

/**
 * `portwright log CASE`: prints the causes of the failure with their lines, all errors of the log, the full log, or the log of the last proof.
 * The first three are those of the failure that the case works on, the last one of the attempt that was proved.
 */
export async function log(name: string, options: LogOptions): Promise<void> {
  if ([options.all, options.full, options.proof].filter(Boolean).length > 1)
    throw new UsageError('--all, --full and --proof are different texts. Give one of them.');
  const opened = await openCase(name);
  if (options.proof) return printProof(opened);
  const note = opened.status && severalBundles(opened.status, opened.bundle);
  if (note !== undefined) console.error(note);
  const errors = (await readBundleFile(opened.dir, 'logs/errors.txt', ERRORS_BYTES))?.text;
  if (options.json) return console.log(JSON.stringify(await asJson(opened, errors), null, 2));
  if (options.full) return printLog(opened, FULL, FULL);
  if (errors === undefined) throw new Error(`${pathOf(opened)} has no logs/errors.txt. See ${opened.dir}.`);
  console.log(`${opened.id}, ${pathOf(opened)}\nCause: ${plainLine(causeLine(errors)) || 'no line of the log names one'}\n`);
  console.log(options.all ? plainText(errors).trimEnd() : await causesText(opened, errors));
}

/** Returns the first causes with their lines, and how to see more. */
async function causesText({dir}: OpenedCase, errors: string): Promise<string> {
  const causes = (await readRootCauses(dir)) ?? {...errorsTxtCauses(errors), note: NOT_OF_LOG};
  const first = {...causes, findings: causes.findings.slice(0, SHOWN_CAUSES)};
  const left = causes.findings.length - first.findings.length;
  const lines = plainText(rootCauseText(first)).trimEnd().split('\n');
  const shown = lines.map((line) => (line.startsWith('> ') ? styled('red', line) : line)).join('\n');
  const more = left === 0 ? '' : `${pluralize(left, 'more line')} may name a cause. `;
  return `${shown}\n\n${more}--all prints all errors of the log, --full the log.`;
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
