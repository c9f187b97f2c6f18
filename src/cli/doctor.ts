import {spawn} from 'node:child_process';
import {join} from 'node:path';
import {readHosts} from '../setup/hosts.ts';
import {installRoot} from '../setup/paths.ts';
import {checkDevEnvs} from './doctor/dev-envs.ts';
import {type Finding, fail, findingsText} from './doctor/finding.ts';
import {checkHooks} from './doctor/hooks.ts';
import {checkHost} from './doctor/hosts.ts';
import {checkModels} from './doctor/model.ts';
import {checkDroppedSettings, checkEvidence, checkPolicyInEffect} from './doctor/settings.ts';
import {checkTemporal} from './doctor/temporal.ts';
import {checkBundles} from './doctor/unreadable-bundles.ts';
import {checkUsageReports} from './doctor/usage-reports.ts';
import {askWorker, checkWorker} from './doctor/worker.ts';
import {UsageError} from './usage-error.ts';

export interface DoctorOptions {
  /** Directory of dsynth's hooks; its config base on this machine unless given. */
  readonly hooks?: string;
  readonly buildHost?: boolean;
  readonly json?: boolean;
}

/** `portwright doctor`: checks everything that a case needs and asks the running worker for its settings, and prints what to do about each fault. Returns the exit code: 1 if anything fails. */
export async function doctor(options: DoctorOptions): Promise<number> {
  if (options.buildHost) return buildHost(options);
  const {env} = process;
  // Begun first, so that a server and a worker that both are silent take the time of one.
  const temporal = guarded('temporal', checkTemporal());
  const worker = await askWorker(env);
  const findings = (
    await Promise.all([
      temporal,
      Promise.resolve(checkWorker(worker, env)),
      guarded('dev-env', checkDevEnvs(env, worker?.envs)),
      ...hostChecks(env),
      guarded('model', checkModels(env, worker?.settings?.models)),
      Promise.resolve(checkUsageReports(worker)),
      guarded('policy', checkPolicyInEffect(env)),
      guarded('hooks', checkHooks(options.hooks, buildingHosts(env))),
      guarded('evidence', checkEvidence(env)),
      guarded('bundles', checkBundles(env)),
      guarded('settings', Promise.resolve(checkDroppedSettings(env))),
    ])
  ).flat();
  console.log(options.json ? JSON.stringify(findings, null, 2) : findingsText(findings));
  return findings.some(({level}) => level === 'fail') ? 1 : 0;
}

/** Returns the names of the build hosts on which dsynth builds; none if the hosts file cannot be used, which `hostChecks` reports. */
function buildingHosts(env: NodeJS.ProcessEnv): string[] {
  try {
    return readHosts(env)
      .filter(({logs}) => logs.length > 0)
      .map(({name}) => name);
  } catch {
    return [];
  }
}

/** Returns the checks of all build hosts, or that the hosts file cannot be used. */
function hostChecks(env: NodeJS.ProcessEnv): Promise<Finding | Finding[]>[] {
  try {
    return readHosts(env).map((host) => guarded(`host ${host.name}`, checkHost(host, env)));
  } catch (error) {
    return [Promise.resolve(fail('hosts', (error as Error).message, 'Until then no worker starts.'))];
  }
}

/** Turns the error of a check into a finding, so that it hides none of the others. */
async function guarded(name: string, check: Promise<Finding | Finding[]>): Promise<Finding | Finding[]> {
  return check.catch((error: Error) => fail(name, `the check failed: ${error.message}`, 'Fix that, and run the doctor again.'));
}

/** Runs the checks in sh, which need no Node on the build host. */
function buildHost({hooks, json}: DoctorOptions): Promise<number> {
  if (json) throw new UsageError('doctor --build-host is a script in sh and has no --json.');
  const script = join(installRoot(), 'hooks', 'doctor-build-host');
  const child = spawn('/bin/sh', [script, ...(hooks === undefined ? [] : [hooks])], {stdio: 'inherit'});
  return new Promise((done, failed) => {
    child.once('error', failed);
    child.once('exit', (code) => done(code ?? 1));
  });
}
