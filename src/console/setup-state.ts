import {stat} from 'node:fs/promises';
import {dirname, join} from 'node:path';
import {envNames} from '../devenv/named.ts';
import {modelSettings} from '../llm/settings.ts';
import {stateDir} from '../setup/paths.ts';
import type {Health} from './watch/health.ts';

/** Whether something is set up; `unknown` where only the worker has the setting, and it does not answer. */
export type IsSet = 'set' | 'missing' | 'unknown';

/** What a console needs before it can show a repaired port. */
export interface SetupState {
  readonly logs: {readonly state: IsSet /** Log directories that are read. */; readonly dirs: readonly string[]};
  readonly model: {readonly state: IsSet /** Of triages. */; readonly name?: string};
  readonly devEnvs: {readonly state: IsSet; readonly names: readonly string[]};
}

interface Parts {
  readonly env: NodeJS.ProcessEnv;
  /** Evidence roots. */
  readonly roots: readonly string[];
  readonly health: Health;
}

/** What a worker reports about its settings. */
interface Reported {
  readonly envs?: readonly string[];
  readonly models?: Readonly<Record<string, string | null>>;
  readonly model?: Readonly<Record<string, {readonly model?: string | null} | null>>;
}

/** Reads whether log directories, a model and dev-envs are set up: from the worker's report, and from the settings of this process. */
export async function readSetup({env, roots, health}: Parts): Promise<SetupState> {
  const reported = (health.runner.extra ?? {}) as Reported;
  const answers = !health.runner.stale;
  return {
    logs: await logsOf(env, roots),
    model: modelOf(env, reported, answers),
    devEnvs: devEnvsOf(env, reported, health, answers),
  };
}

/** Returns whether all that a repair needs is set up, as far as it is known. */
export function isSetUp({logs, model, devEnvs}: SetupState): boolean {
  return ![logs, model, devEnvs].some(({state}) => state === 'missing');
}

/** The demo's directory does not count among others: it has no failures of a build host. */
async function logsOf(env: NodeJS.ProcessEnv, roots: readonly string[]): Promise<SetupState['logs']> {
  const demo = join(stateDir(env), 'demo', 'logs', 'evidence');
  const others = roots.filter((root) => root !== demo);
  const dirs = (others.length === 0 ? roots : others).map((root) => dirname(root));
  const found = await Promise.all(dirs.map(isDirectory));
  return {state: found.includes(true) ? 'set' : 'missing', dirs};
}

async function isDirectory(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}

function modelOf(env: NodeJS.ProcessEnv, reported: Reported, answers: boolean): SetupState['model'] {
  const name = reported.models?.triage ?? calledModel(reported) ?? configuredModel(env);
  if (name) return {state: 'set', name};
  return {state: answers ? 'missing' : 'unknown'};
}

/** The name of a model that was called, for workers that do not report their settings. */
function calledModel({model = {}}: Reported): string | undefined {
  return Object.values(model).find((call) => call?.model)?.model ?? undefined;
}

function configuredModel(env: NodeJS.ProcessEnv): string | undefined {
  const settings = modelSettings('triage', env);
  return 'model' in settings ? settings.model : undefined;
}

function devEnvsOf(env: NodeJS.ProcessEnv, {envs = []}: Reported, {pools}: Health, answers: boolean): SetupState['devEnvs'] {
  const leased = pools.flatMap(({leases}) => leases.map((lease) => lease.env));
  const names = [...new Set([...namesIn(env), ...envs, ...leased])];
  if (names.length > 0) return {state: 'set', names};
  return {state: answers ? 'missing' : 'unknown', names};
}

/** A hosts file that cannot be read is the doctor's to report. */
function namesIn(env: NodeJS.ProcessEnv): string[] {
  try {
    return envNames(env);
  } catch {
    return [];
  }
}
