import {type DevEnv, type ExecOptions, type ExecResult, succeeded} from './client.ts';
import {type ComposeFailure, failureText} from './compose-failure.ts';
import {readComposeReport} from './compose-report.ts';
import {MATERIALIZE} from './port-scripts.ts';
import {runScript} from './scripts.ts';
import {DevEnvUnavailable} from './unavailable.ts';

/** Result of composing a port; `stdout` is text for readers, also where the composer answers in JSON. */
export interface Composed extends ExecResult {
  /** Hash of the port's overlay before it was composed; undefined where it could not be taken. */
  readonly tree: string | undefined;
  /** Failures that the composer reports, with their places; none where it answers in text only. */
  readonly failures: readonly ComposeFailure[];
}

const SECONDS = 600;
/** Bytes of the end of the output; a report of one port has some KB. */
const MOST_BYTES = 1 << 20;
const OVERLAY = '\nportwright-overlay\n';

/** Codes of faults of the dev-env, which no change of the overlay repairs. */
const ENVIRONMENT = new Set([
  'E_COMPOSE_TARGET_BRANCH_MISMATCH',
  'E_COMPOSE_FREEBSD_NOT_GIT',
  'E_COMPOSE_GIT_BRANCH_CHECK_FAILED',
  'E_COMPOSE_INVALID_FREEBSD_ROOT',
  'E_COMPOSE_INCREMENTAL_OUTPUT_MISSING',
]);

/** Ports whose overlay directories a case may edit: its own and, where it repairs a slave port's master, that. */
export type OverlayScope = string | readonly string[];

/** Returns the origins of a scope, in the order in which they are composed. */
export function originsOf(scope: OverlayScope): readonly string[] {
  return typeof scope === 'string' ? [scope] : scope;
}

/**
 * Runs `reapply` of the ports, up to the first that does not compose; exit code 0 means that all of them composed. The result is that of the
 * last port, with the hashes of all, joined by dots; among several ports, the file of a failure is named from the top of the overlay.
 */
export async function compose(env: DevEnv, scope: OverlayScope, signal?: AbortSignal): Promise<Composed> {
  const [first = '', ...others] = originsOf(scope);
  let composed = await composeOne(env, first, signal);
  if (others.length > 0) composed = fromTop(composed, first);
  for (const origin of others) {
    if (!succeeded(composed)) return composed;
    const next = fromTop(await composeOne(env, origin, signal), origin);
    composed = {...next, tree: joined(composed.tree, next.tree)};
  }
  return composed;
}

function fromTop(composed: Composed, origin: string): Composed {
  const failures = composed.failures.map((one) => (one.file === undefined ? one : {...one, file: `ports/${origin}/${one.file}`}));
  return {...composed, failures};
}

function joined(before: string | undefined, tree: string | undefined): string | undefined {
  return before === undefined || tree === undefined ? undefined : `${before}.${tree}`;
}

async function composeOne(env: DevEnv, origin: string, signal?: AbortSignal): Promise<Composed> {
  const options: ExecOptions = {timeoutSeconds: SECONDS, tailBytes: MOST_BYTES, editsOverlay: true, signal};
  const result = await runScript(env, MATERIALIZE, [origin], options);
  const end = /\nportwright-tree (\S+)\n$/.exec(result.stdout);
  const printed = end === null ? result.stdout : result.stdout.slice(0, end.index);
  const [output = '', overlay = ''] = splitAt(printed, OVERLAY);
  const report = readComposeReport(output, overlay);
  const failures = report?.failures ?? [];
  const stdout = report === undefined ? output : [...failures.map(failureText), report.summary].join('\n');
  return {...result, stdout, tree: end?.[1], failures};
}

/** Throws `DevEnvUnavailable` where a port was not composed because of the dev-env, such as a wrong branch of freebsd-ports. */
export function requireEnvironment({name}: DevEnv, {failures}: Composed): void {
  const fault = failures.find(({code}) => ENVIRONMENT.has(code));
  if (fault !== undefined) throw new DevEnvUnavailable(`The dev-env ${name} cannot compose: ${fault.code}: ${fault.message}`);
}

function splitAt(text: string, separator: string): string[] {
  const at = text.indexOf(separator);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + separator.length)];
}
