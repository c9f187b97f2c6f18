import {mkdir} from 'node:fs/promises';
import {join} from 'node:path';
import {ensureDemoEnvs, REPAIR_ENV} from '../demo/envs.ts';
import {ensureCorpusEnvs} from '../eval/corpus-envs.ts';
import {corpusTrees} from '../eval/corpus-trees.ts';
import type {EvalDir, EvalSettings} from '../eval/run-dir.ts';
import {NO_HOSTS} from '../setup/hosts.ts';
import {ensureOsPackages} from '../setup/os-packages.ts';
import {stateDir} from '../setup/paths.ts';
import {lockStateDir} from '../setup/state-dir-lock.ts';

type Print = (line: string) => void;

/**
 * Returns the environment with which the worker of an evaluation finds its dev-envs, and creates those of the demo and of a corpus with
 * sources. Steps that end their use are added to `undo`.
 */
export async function evalEnvs(
  dir: EvalDir,
  settings: EvalSettings,
  undo: (() => Promise<void>)[],
  print: Print,
): Promise<NodeJS.ProcessEnv> {
  if (!settings.repair) return {DP_HARNESS_ENV: '', ...NO_HOSTS};
  const {envs = settings.cases[0]?.report.target === '@demo' ? 'demo' : 'settings'} = settings;
  if (envs === 'settings') return {};
  await ensureOsPackages(print);
  if (envs === 'demo') return {...(await demoEnvs(undo, print)), ...NO_HOSTS};
  const count = Math.min(settings.parallel, settings.cases.length);
  return {...(await ensureCorpusEnvs(dir.envs, {trees: corpusTrees(dir.trees), count, print})), ...NO_HOSTS};
}

async function demoEnvs(undo: (() => Promise<void>)[], print: Print): Promise<NodeJS.ProcessEnv> {
  const dir = join(stateDir(process.env), 'demo');
  await mkdir(join(dir, 'envs'), {recursive: true});
  undo.push(await lockStateDir(join(dir, 'envs')));
  const {env} = await ensureDemoEnvs(dir, print);
  return {...env, DP_HARNESS_ENV: REPAIR_ENV};
}
