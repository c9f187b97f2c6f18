import {outcome} from './results.ts';
import {schema} from './schema.ts';
import type {Tool} from './tool.ts';

/** Is the dev-env ready? Its directory on the host is nobody's business inside, so `env_dir` is the inner root of the work. */
export const envVerify: Tool = {
  name: 'env_verify',
  description: 'Check again that the environment is ready.',
  parameters: schema({}),
  timeoutSeconds: 60,
  async run(_args, {env, target, signal}) {
    const status = await env.status(signal);
    const {name, origin, backend, oracle_profile, root_mounted} = status;
    const problem =
      status.status !== 'ready'
        ? `its status is ${status.status}`
        : status.target !== target
          ? `its target is ${status.target}, not ${target}`
          : '';
    const error = problem ? {error: `The environment must be ready for ${target}; ${problem}. Stop and report it.`} : {};
    const keys = {
      name,
      target: status.target,
      origin,
      status: status.status,
      backend,
      oracle_profile,
      root_mounted,
      env_dir: '/work',
    };
    return outcome({ok: problem === '', ...keys, ...error}, problem || `${name} is ready`);
  },
};
