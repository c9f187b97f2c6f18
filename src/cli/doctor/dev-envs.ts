import {envNames} from '../../activities/dev-env.ts';
import {devEnvCommand, openDevEnv} from '../../devenv/exec.ts';
import {type Finding, fail, ok, warn} from './finding.ts';

const ANSWER_MS = 20_000;

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
  return Promise.all(names.map((name) => checkDevEnv(env, name)));
}

async function checkDevEnv(env: NodeJS.ProcessEnv, name: string): Promise<Finding> {
  const what = `dev-env ${name}`;
  const command = devEnvCommand(env);
  const shown = command.join(' ');
  try {
    const {status, target} = await openDevEnv(name, {command, env}).status(AbortSignal.timeout(ANSWER_MS));
    if (status === 'ready') return ok(what, `ready, target ${target}.`);
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
