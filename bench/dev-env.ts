import {Envs} from '../test/integration/devenv-linux/support.ts';
import {percentile} from '../test/support/percentile.ts';

/** Overhead of a command in the Linux dev-env, milliseconds. */
export interface StartCost {
  readonly commands: number;
  readonly startMsMin: number;
  readonly startMsMedian: number;
}

/** Runs `true` repeatedly in a dev-env with the tests' trees. Throws if one run fails. */
export async function measureDevEnv(commands = 20): Promise<StartCost> {
  const envs = new Envs();
  try {
    await envs.create('env1');
    const times: number[] = [];
    for (let run = 0; run < commands; run += 1) {
      const begun = performance.now();
      const {rc, stderr} = await envs.run(['exec', 'env1', '--', 'true']);
      if (rc !== 0) throw new Error(`dev-env exec failed with exit code ${rc}: ${stderr}`);
      times.push(Math.round(performance.now() - begun));
    }
    return {commands, startMsMin: percentile(times, 0), startMsMedian: percentile(times, 0.5)};
  } finally {
    await envs.remove();
  }
}
