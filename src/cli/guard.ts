import {readFile} from 'node:fs/promises';
import {buffer} from 'node:stream/consumers';
import type {Effect} from '../case/effect/index.ts';
import {type GuardContext, guardContext, guardDiff} from '../case/guard/index.ts';
import {plainLine} from '../case/text/plain-text.ts';
import {type Finding, isOrigin, SEVERITIES, type Severity} from '../case/types.ts';
import {portEffect} from '../devenv/effect.ts';
import {openNamedDevEnv} from '../devenv/named.ts';
import {restoreOverlay} from '../devenv/overlay.ts';
import {openLog} from '../evidence/plain-log.ts';
import {rootCausesOf} from '../evidence/root-causes.ts';
import {directoryFiles} from './directory-files.ts';
import {UsageError} from './usage-error.ts';

export interface GuardOptions {
  readonly origin: string;
  /** Directory of the port's overlay before the diff. */
  readonly overlay?: string;
  /** Directory of FreeBSD's port. */
  readonly port?: string;
  /** The failing build log. */
  readonly log?: string;
  /** Dev-env in which the effect is evaluated. */
  readonly env?: string;
  readonly json?: boolean;
}

type Verdict = Severity | 'pass';

/** Exit codes by verdict: nothing prevents a proof, an operator decides, the diff is refused. */
const EXIT_CODES: Readonly<Record<Verdict, number>> = {pass: 0, note: 0, ask: 3, refuse: 4};
const WITHOUT_ENV = 'no dev-env was named by --env: only the rules over the diff ran, not the comparison of the composed port.';

/** `portwright guard DIFF`: runs the diff guard on any diff, with default severities, and returns the exit code. */
export async function guard(file: string, options: GuardOptions): Promise<number> {
  const {origin} = options;
  if (!isOrigin(origin)) throw new UsageError(`--origin is category/port; got ${JSON.stringify(origin)}.`);
  const diff = await readBytes(file);
  const context = await contextOf(options);
  const ruled = guardDiff(diff.toString('utf8'), origin, context);
  const {effect, reason} = await effectOf(diff, ruled, context, options);
  const findings = [...ruled, ...(effect?.findings ?? [])];
  const verdict = verdictOf(findings);
  if (reason !== undefined) console.error(`portwright: ${reason}`);
  if (options.json)
    console.log(JSON.stringify({verdict, findings, effect: effect ?? null, effectMissing: reason ?? null}, null, 2));
  else print(verdict, findings, effect);
  return EXIT_CODES[verdict];
}

async function readBytes(file: string): Promise<Buffer> {
  if (file === '-') return buffer(process.stdin);
  return readFile(file).catch((error: NodeJS.ErrnoException) => {
    const problem = error.code === 'ENOENT' ? `there is no ${file}` : error.message.replace(/\.$/, '');
    throw new UsageError(`guard wants the file of a diff, or - for standard input; ${problem}.`);
  });
}

async function contextOf({overlay, port, log}: GuardOptions): Promise<GuardContext> {
  const causes = log === undefined ? undefined : await rootCausesOf(await openFailingLog(log));
  return {
    ...guardContext(causes),
    ...(overlay === undefined ? {} : {overlay: await directoryFiles('--overlay', overlay)}),
    ...(port === undefined ? {} : {port: await directoryFiles('--port', port)}),
  };
}

async function openFailingLog(log: string) {
  return openLog(log).catch((error: NodeJS.ErrnoException) => {
    throw new UsageError(
      `--log wants the file of a build log; ${error.code === 'ENOENT' ? `there is no ${log}` : error.message}.`,
    );
  });
}

/** Evaluates the effect in a dev-env, which is restored. A refused diff is not applied there. */
async function effectOf(
  diff: Buffer,
  ruled: readonly Finding[],
  {failedPatches}: GuardContext,
  {origin, env: name}: GuardOptions,
): Promise<{readonly effect?: Effect; readonly reason?: string}> {
  if (name === undefined) return {reason: WITHOUT_ENV};
  if (verdictOf(ruled) === 'refuse') return {reason: 'the rules over the diff refuse it, so it was not applied in the dev-env.'};
  const env = openNamedDevEnv(name, process.env);
  const caseId = `guard:${origin}`;
  try {
    return {effect: await portEffect(env, {caseId, origin, diff, failedPatches})};
  } finally {
    await restoreOverlay(env, {caseId, origin});
  }
}

function verdictOf(findings: readonly Finding[]): Verdict {
  return SEVERITIES.find((severity) => findings.some((one) => one.severity === severity)) ?? 'pass';
}

function print(verdict: Verdict, findings: readonly Finding[], effect: Effect | undefined): void {
  for (const {severity, rule, path, reason} of findings)
    console.log(`${severity.padEnd(6)}  ${rule}  ${path === '' ? '' : `${plainLine(path)}: `}${plainLine(reason)}`);
  if (effect !== undefined) console.log(`Effect on the port: ${plainLine(effect.summary)}`);
  console.log(`Verdict: ${verdict}`);
}
