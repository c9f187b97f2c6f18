import {Envs} from '../test/integration/devenv-linux/support.ts';
import {percentile} from '../test/support/percentile.ts';

/** What a command of the Linux dev-env costs beside its own work; milliseconds. */
export interface StartCost {
  readonly commands: number;
  readonly startMsMin: number;
  readonly startMsMedian: number;
}

/** Runs a command that does nothing in a dev-env of the tests' trees, again and again. Throws if one fails. */
export async function measureDevEnv(commands = 20): Promise<StartCost> {
  const envs = new Envs();
  try {
    await envs.create('env1');
    const times: number[] = [];
    for (let run = 0; run < commands; run += 1) {
      const begun = performance.now();
      const {rc, stderr} = await envs.run(['exec', 'env1', '--', 'true']);
      if (rc !== 0) throw new Error(`dev-env exec ended with ${rc}: ${stderr}`);
      times.push(Math.round(performance.now() - begun));
    }
    return {commands, startMsMin: percentile(times, 0), startMsMedian: percentile(times, 0.5)};
  } finally {
    await envs.remove();
  }
}
