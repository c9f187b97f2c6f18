import {servesTarget} from '../../case/host/host.ts';
import type {DevEnv} from '../../devenv/client.ts';
import {devEnvPlace, envNames, openNamedDevEnv, plainNames} from '../../devenv/named.ts';
import {dirtyPorts, foundText, probeTrees} from '../../devenv/probe.ts';
import {runScript} from '../../devenv/scripts.ts';
import {type Finding, fail, ok, warn} from './finding.ts';
import {DEV_ENV_TOOLS, missingTools, TOOLS_SCRIPT} from './host/tools.ts';

const ANSWER_MS = 20_000;
const TOOLS_SECONDS = 60;
/** A checkout of 39,000 files takes some seconds. */
const TREES_MS = 120_000;

/** Checks each dev-env that DP_HARNESS_ENV of this shell names; those of the hosts file are checked with their hosts. */
export async function checkDevEnvs(env: NodeJS.ProcessEnv, ofWorker: readonly string[] = []): Promise<Finding[]> {
  const names = plainNames(env);
  if (envNames(env).length === 0 && ofWorker.length > 0)
    return [ok('dev-env', `the worker uses ${ofWorker.join(', ')}; this shell names none, so they were not checked.`)];
  if (envNames(env).length === 0)
    return [
      warn(
        'dev-env',
        'DP_HARNESS_ENV names none in this shell, nor does the hosts file; without one in the worker’s, cases are triaged and then wait.',
        'Set it to names of dev-envs and restart the worker, or run `portwright host add`.',
      ),
    ];
  return (await Promise.all(names.map((name) => checkDevEnv(env, name)))).flat();
}

/** Checks a dev-env: that it is ready, of a target of its host, and has what cases need. */
export async function checkDevEnv(env: NodeJS.ProcessEnv, name: string): Promise<Finding | Finding[]> {
  const what = `dev-env ${name}`;
  try {
    const devEnv = openNamedDevEnv(name, env);
    const {status, target} = await devEnv.status(AbortSignal.timeout(ANSWER_MS));
    const {host} = devEnvPlace(name, env);
    if (host !== undefined && !servesTarget(host, target))
      return fail(
        what,
        `its target is ${target}, and the hosts file has ${host.targets.join(', ')} for ${host.name}, so it is never used.`,
        'Correct the targets in the hosts file.',
      );
    if (status === 'ready') return [await checkTrees(devEnv, target), await checkTools(devEnv)].flat();
    return fail(
      what,
      `its status is ${status}, not ready; no attempt can run in it.`,
      `${advice(name, env, 'status')}; destroy it and create it again if it does not get ready.`,
    );
  } catch (error) {
    return fail(
      what,
      `it does not answer: ${(error as Error).message.replace(/\.?$/, '.')}`,
      `${advice(name, env, 'list')}; if there is no such command, correct \`dportsv3\` in the hosts file, or DPORTSV3_CMD; else create the dev-env, or remove it from the hosts file or DP_HARNESS_ENV.`,
    );
  }
}

async function checkTools(env: DevEnv): Promise<Finding[]> {
  const {stdout} = await runScript(env, TOOLS_SCRIPT, [DEV_ENV_TOOLS], {timeoutSeconds: TOOLS_SECONDS});
  const missing = missingTools(stdout);
  if (missing.length === 0) return [];
  return [fail(`dev-env ${env.name}`, `not there: ${missing.join(', ')}.`, 'Install them in the dev-env, or create it again.')];
}

/** Returns which command to run, and where. */
function advice(name: string, env: NodeJS.ProcessEnv, verb: 'status' | 'list'): string {
  const {command, nameThere, host} = devEnvPlace(name, env);
  const args = verb === 'list' ? 'dev-env list' : `dev-env status ${nameThere}`;
  if (host === undefined || host.reach === 'local') return `Run \`${command.join(' ')} ${args}\``;
  return `On the host ${host.name}, run \`${host.dportsv3} ${args}\``;
}

/** Checks the trees of a dev-env that is ready: as at a lease, and which ports have changes, which a case would be refused for. */
async function checkTrees(env: DevEnv, target: string): Promise<Finding[]> {
  const what = `dev-env ${env.name}`;
  const signal = AbortSignal.timeout(TREES_MS);
  const {fault, notice} = await probeTrees(env, target, signal);
  if (fault !== undefined) return [fail(what, `no attempt can run in it: ${foundText(fault)}`, fault.todo)];
  const dirty = await dirtyPorts(env, signal);
  const warnings = [notice, dirty].flatMap((one) => (one === undefined ? [] : [warn(what, foundText(one), one.todo)]));
  return [ok(what, `ready, target ${target}.`), ...warnings];
}
