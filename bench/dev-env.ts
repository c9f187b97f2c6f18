import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import {createDemoTrees} from '../src/demo/trees.ts';
import {compose} from '../src/devenv/compose.ts';
import {portEffect} from '../src/devenv/effect.ts';
import {openDevEnv} from '../src/devenv/exec.ts';
import {applyDiff, beginAttempt, restoreOverlay} from '../src/devenv/overlay.ts';
import {installRoot} from '../src/setup/paths.ts';
import {DEV_ENV, Envs} from '../test/integration/devenv-linux/support.ts';
import {percentile} from '../test/support/percentile.ts';

/** Overhead of a command in the Linux dev-env and of a diff's effect there, milliseconds. */
export interface DevEnvCost {
  readonly commands: number;
  readonly startMsMin: number;
  readonly startMsMedian: number;
  /** Two snapshots of a port of the demo and their comparison, with the two composes that they need. */
  readonly effectMsMedian: number;
  /** Those composes alone. */
  readonly composeMsMedian: number;
}

const ORIGIN = 'net/wifimedia';
const MINE = {caseId: `port:@demo:${ORIGIN}`, origin: ORIGIN};

async function measureEffect(envs: Envs): Promise<Pick<DevEnvCost, 'effectMsMedian' | 'composeMsMedian'>> {
  await envs.createDemo('env2', await createDemoTrees(join(envs.root, 'demo-trees')));
  const env = openDevEnv('env2', {command: [DEV_ENV], env: {...process.env, ...envs.env}});
  const diff = readFileSync(join(installRoot(), 'demo', 'answers', 'net_wifimedia.diff'), 'utf8');
  const [effects, composes]: [number[], number[]] = [[], []];
  for (let run = 0; run < 5; run += 1) {
    const begun = performance.now();
    const {missing} = await portEffect(env, {...MINE, diff, failedPatches: new Set()});
    if (missing.length > 0) throw new Error(`The effect must be evaluated; it is not: ${missing.join(' ')}`);
    effects.push(Math.round(performance.now() - begun));
    await restoreOverlay(env, MINE);
    const composing = performance.now();
    await beginAttempt(env, MINE);
    for (let count = 0; count < 2; count += 1) await compose(env, ORIGIN);
    await applyDiff(env, diff);
    composes.push(Math.round(performance.now() - composing));
    await restoreOverlay(env, MINE);
  }
  return {effectMsMedian: percentile(effects, 0.5), composeMsMedian: percentile(composes, 0.5)};
}

/** Runs `true` repeatedly in a dev-env with the tests' trees. Throws if one run fails. */
export async function measureDevEnv(commands = 20): Promise<DevEnvCost> {
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
    return {commands, startMsMin: percentile(times, 0), startMsMedian: percentile(times, 0.5), ...(await measureEffect(envs))};
  } finally {
    await envs.remove();
  }
}
