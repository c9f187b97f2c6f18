import {join} from 'node:path';
import {DEMO_TARGET, isReady, recreateEnv} from '../demo/envs.ts';
import {installRoot} from '../setup/paths.ts';
import type {CorpusTrees} from './corpus-trees.ts';

/** Returns the options of `dev-env create` for a dev-env with the trees of a corpus, on the demo's ports framework. */
export function corpusEnvOptions({freebsdPorts, deltaPorts, distfiles}: CorpusTrees): string[] {
  const framework = join(installRoot(), 'demo', 'framework');
  const trees = ['--freebsd-ports', freebsdPorts, '--delta-root', deltaPorts, '--distfiles', distfiles];
  return ['--target', DEMO_TARGET, ...trees, '--framework', framework];
}

/** Creates so many dev-envs with the trees of a corpus below `dir`, where they are not ready. Returns the settings of a worker that uses them. */
export async function ensureCorpusEnvs(
  dir: string,
  {trees, count, print}: {trees: CorpusTrees; count: number; print: (line: string) => void},
): Promise<NodeJS.ProcessEnv> {
  const env = {PORTWRIGHT_ENVS_DIR: dir};
  const names = Array.from({length: count}, (_, at) => `corpus-${at + 1}`);
  for (const name of names) {
    if (await isReady(name, env)) continue;
    print(`Creating the dev-env ${name} with the ports of the corpus.`);
    await recreateEnv(name, corpusEnvOptions(trees), env);
  }
  return {...env, DP_HARNESS_ENV: names.join(','), DPORTSV3_CMD: ''};
}
