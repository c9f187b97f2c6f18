import {envNames} from '../../activities/dev-env.ts';
import type {DevEnv} from '../../devenv/client.ts';
import {devEnvCommand, openDevEnv} from '../../devenv/exec.ts';
import {dirtyPorts, foundText, probeTrees} from '../../devenv/probe.ts';
import {type Finding, fail, ok, warn} from './finding.ts';

const ANSWER_MS = 20_000;
/** A checkout of 39,000 files takes some seconds. */
const TREES_MS = 120_000;

/** Checks each dev-env that DP_HARNESS_ENV of this shell names. */
export async function checkDevEnvs(env: NodeJS.ProcessEnv): Promise<Finding[]> {
  const names = envNames(env);
  if (names.length === 0)
    return [
      warn(
        'dev-env',
        'DP_HARNESS_ENV names none in this shell; without one in the worker’s, cases are triaged and then wait.',
        'Set it to names of dev-envs, and restart the worker.',
      ),
    ];
  return (await Promise.all(names.map((name) => checkDevEnv(env, name)))).flat();
}

async function checkDevEnv(env: NodeJS.ProcessEnv, name: string): Promise<Finding | Finding[]> {
  const what = `dev-env ${name}`;
  const command = devEnvCommand(env);
  const shown = command.join(' ');
  try {
    const devEnv = openDevEnv(name, {command, env});
    const {status, target} = await devEnv.status(AbortSignal.timeout(ANSWER_MS));
    if (status === 'ready') return await checkTrees(devEnv, target);
    return fail(
      what,
      `its status is ${status}, not ready; no attempt can run in it.`,
      `Run \`${shown} dev-env status ${name}\`; destroy it and create it again if it does not get ready.`,
    );
  } catch (error) {
    return fail(
      what,
      `it does not answer: ${(error as Error).message}`,
      `Run \`${shown} dev-env list\`; create it, or remove it from DP_HARNESS_ENV.`,
    );
  }
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
