import {mkdtemp, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {ApplicationFailure} from '@temporalio/activity';
import {maskFor} from '../case/evidence/secrets.ts';
import type {DeliverySettings} from '../case/policy/policy.ts';
import {bundleOfAttempt} from '../case/review/attempt-bundle.ts';
import {deliveryId, firstLink, lastLines} from '../case/review/delivery.ts';
import {type AcceptedFix, acceptedFix, isAuthor} from '../case/review/export.ts';
import {pullRequest} from '../case/review/pull-request.ts';
import type {DeliveryResult} from '../case/status.ts';
import {plainText} from '../case/text/plain-text.ts';
import {type ExecResult, succeeded} from '../devenv/client.ts';
import {run} from '../devenv/run.ts';
import {type FixToDeliver, mailOf, readFixToDeliver} from '../evidence/accepted-fix.ts';
import {gitAuthor} from '../evidence/git-author.ts';
import type {ControlActivities} from '../protocol/activities.ts';
import {FAILURES} from '../protocol/failure-types.ts';
import {cancelSignal, openBundle, type WorkerContext} from './context.ts';

/** Variables of the worker that the command gets without being named in the policy. */
const PASSED = ['PATH', 'HOME', 'USER', 'LOGNAME', 'LANG', 'LC_ALL', 'TZ', 'TMPDIR', 'SSH_AUTH_SOCK', 'XDG_CONFIG_HOME'] as const;
const GRACE_SECONDS = 10;
/** Exit codes of a program that cannot be executed or is not there. */
const NOT_RUN: ReadonlySet<number> = new Set([126, 127]);

/**
 * Returns the activity that runs the policy's delivery command. The command gets the files of the fix in a new directory; texts of
 * models and logs are in those files only, never among its arguments or in its environment.
 */
export function deliveryActivities(context: WorkerContext): Pick<ControlActivities, 'deliverFix'> {
  return {
    async deliverFix({status, settings}) {
      const fix = acceptedFix({...status, outcome: 'fixed'});
      if ('fault' in fix) throw failure(fix.fault, {}, 'final');
      const read = await readFix(context, fix);
      const author = settings.author ?? (await gitAuthor(context.env));
      if (!isAuthor(author)) throw failure(NO_AUTHOR, {}, 'final');
      const dir = await mkdtemp(join(tmpdir(), 'portwright-delivery-'));
      try {
        await writeFiles(dir, read, author);
        return await runCommand(context.env, settings, fix, dir);
      } finally {
        await rm(dir, {recursive: true, force: true});
      }
    },
  };
}

const NO_AUTHOR =
  "git's configuration of the worker's user names no author (user.name and user.email). Set it, or deliver.author in the policy";

async function readFix(context: WorkerContext, fix: AcceptedFix): Promise<FixToDeliver> {
  const ref = bundleOfAttempt(fix.status, fix.attempt);
  if (ref === undefined) throw failure('the case has no bundle', {}, 'final');
  const place = await openBundle(context, ref);
  return readFixToDeliver(fix, place).catch((error: Error) => {
    throw failure(error.message, {}, 'retried');
  });
}

async function writeFiles(dir: string, read: FixToDeliver, author: string): Promise<void> {
  const {title, body} = pullRequest([read]);
  const {status, attempt, accepted} = read.fix;
  const {origin, flavor, target} = status.port;
  const facts = {
    version: 1,
    id: deliveryId(status, attempt),
    case: status.workflowId,
    origin,
    flavor: flavor ?? null,
    target,
    accepted_by: accepted.by,
    accepted_utc: accepted.atUtc,
    diff_sha256: attempt.proof?.diffSha256 ?? null,
    overlay_commit: read.proof.overlayCommit || null,
  };
  await writeFile(join(dir, 'fix.patch'), mailOf(read, {author, number: 1, of: 1}));
  await writeFile(join(dir, 'title.txt'), `${title}\n`);
  await writeFile(join(dir, 'body.md'), body);
  await writeFile(join(dir, 'delivery.json'), `${JSON.stringify(facts, null, 2)}\n`);
}

/** Runs the command until it has ended with all that it started. Throws `DeliveryFailed` with its output unless it exits with 0. */
async function runCommand(
  env: NodeJS.ProcessEnv,
  settings: DeliverySettings,
  {status, attempt}: AcceptedFix,
  dir: string,
): Promise<DeliveryResult> {
  const {workflowId, port} = status;
  const done = await run(settings.command, {
    env: {
      ...pick(env, [...PASSED, ...settings.env]),
      PORTWRIGHT_DELIVERY_DIR: dir,
      PORTWRIGHT_DELIVERY_ID: deliveryId(status, attempt),
      PORTWRIGHT_DELIVERY_CASE: workflowId,
      PORTWRIGHT_DELIVERY_ORIGIN: port.origin,
      PORTWRIGHT_DELIVERY_TARGET: port.target,
    },
    timeoutSeconds: settings.timeout_minutes * 60,
    graceSeconds: GRACE_SECONDS,
    signal: cancelSignal(),
  });
  const result = resultOf(done, deliveryMask(env, settings.env));
  if (succeeded(done)) return result;
  throw failure(problemOf(done, settings), result, NOT_RUN.has(done.rc) ? 'final' : 'retried');
}

function resultOf({rc, stdout, stderr}: ExecResult, mask: (text: string) => string): DeliveryResult {
  const out = mask(plainText(stdout));
  const tail = lastLines(`${out}\n${mask(plainText(stderr))}`);
  const link = firstLink(out);
  return {exit: rc, ...(tail === '' ? {} : {tail}), ...(link === undefined ? {} : {link})};
}

function problemOf({rc, timedOut}: ExecResult, {command, timeout_minutes}: DeliverySettings): string {
  const [program] = command;
  if (timedOut !== undefined) return `${program} was ended after ${timeout_minutes} minutes (deliver.timeout_minutes)`;
  if (NOT_RUN.has(rc)) return `${program} cannot be run (exit code ${rc}); deliver.command of the policy names it`;
  return `${program} ended with exit code ${rc}`;
}

/** Returns a function that masks secrets, and the values of the variables that the policy passes on, whatever their names. */
function deliveryMask(env: NodeJS.ProcessEnv, names: readonly string[]): (text: string) => string {
  return maskFor({...env, ...Object.fromEntries(names.map((name) => [`${name}_SECRET`, env[name]]))});
}

function pick(env: NodeJS.ProcessEnv, names: readonly string[]): NodeJS.ProcessEnv {
  return Object.fromEntries(names.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]])));
}

function failure(message: string, result: DeliveryResult, retry: 'retried' | 'final'): ApplicationFailure {
  return ApplicationFailure.create({
    message,
    type: FAILURES.deliveryFailed,
    nonRetryable: retry === 'final',
    details: [result],
  });
}
