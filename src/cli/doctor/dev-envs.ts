import type {DevEnv} from '../../devenv/client.ts';
import {devEnvPlace, envNames, openNamedDevEnv} from '../../devenv/named.ts';
import {dirtyPorts, foundText, probeTrees} from '../../devenv/probe.ts';
import {type Finding, fail, ok, warn} from './finding.ts';

const ANSWER_MS = 20_000;
/** A checkout of 39,000 files takes some seconds. */
const TREES_MS = 120_000;

/** Checks each dev-env that DP_HARNESS_ENV of this shell names, and those of the hosts file. */
export async function checkDevEnvs(env: NodeJS.ProcessEnv): Promise<Finding[]> {
  const names = envNames(env);
  if (names.length === 0)
    return [
      warn(
        'dev-env',
        'DP_HARNESS_ENV names none in this shell, nor does the hosts file; without one in the worker’s, cases are triaged and then wait.',
        'Set it to names of dev-envs and restart the worker, or run `portwright host add`.',
      ),
    ];
  return (await Promise.all(names.map((name) => checkDevEnv(env, name)))).flat();
}

async function checkDevEnv(env: NodeJS.ProcessEnv, name: string): Promise<Finding | Finding[]> {
  const what = `dev-env ${name}`;
  try {
    const devEnv = openNamedDevEnv(name, env);
    const {status, target} = await devEnv.status(AbortSignal.timeout(ANSWER_MS));
    if (status === 'ready') return await checkTrees(devEnv, target);
    return fail(
      what,
      `its status is ${status}, not ready; no attempt can run in it.`,
      `${advice(name, env, 'status')}; destroy it and create it again if it does not get ready.`,
    );
  } catch (error) {
    return fail(
      what,
      `it does not answer: ${(error as Error).message}`,
      `${advice(name, env, 'list')}; create it, or remove it from DP_HARNESS_ENV or the hosts file.`,
    );
  }
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
