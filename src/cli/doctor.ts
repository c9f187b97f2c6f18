import {spawn} from 'node:child_process';
import {join} from 'node:path';
import {installRoot} from '../setup/paths.ts';
import {checkDevEnvs} from './doctor/dev-envs.ts';
import {type Finding, fail, findingsText} from './doctor/finding.ts';
import {checkHooks} from './doctor/hooks.ts';
import {checkModels} from './doctor/model.ts';
import {checkEvidence, checkLeftBehind, checkPolicyInEffect} from './doctor/settings.ts';
import {checkTemporal} from './doctor/temporal.ts';
import {UsageError} from './usage-error.ts';

export interface DoctorOptions {
  /** Directory of dsynth's hooks; its config base on this machine unless told. */
  readonly hooks?: string;
  readonly buildHost?: boolean;
  readonly json?: boolean;
}

/** `portwright doctor`: looks at all that a case needs, and says what to do about each fault. Returns the exit code: 1 if anything fails. */
export async function doctor(options: DoctorOptions): Promise<number> {
  if (options.buildHost) return buildHost(options);
  const {env} = process;
  const findings = (
    await Promise.all([
      guarded('temporal', checkTemporal()),
      guarded('dev-env', checkDevEnvs(env)),
      guarded('model', checkModels(env)),
      guarded('policy', checkPolicyInEffect(env)),
      guarded('hooks', checkHooks(options.hooks)),
      guarded('evidence', checkEvidence(env)),
      guarded('settings', Promise.resolve(checkLeftBehind(env))),
    ])
  ).flat();
  console.log(options.json ? JSON.stringify(findings, null, 2) : findingsText(findings));
  return findings.some(({level}) => level === 'fail') ? 1 : 0;
}

/** A check that itself goes wrong is a finding too, and hides none of the others. */
async function guarded(name: string, check: Promise<Finding | Finding[]>): Promise<Finding | Finding[]> {
  return check.catch((error: Error) => fail(name, `the check went wrong: ${error.message}`, 'Mend that, and look again.'));
}

/** The part in sh, which the build host runs by itself. */
function buildHost({hooks, json}: DoctorOptions): Promise<number> {
  if (json) throw new UsageError('doctor --build-host is a script in sh and has no --json.');
  const script = join(installRoot(), 'hooks', 'doctor-build-host');
  const child = spawn('/bin/sh', [script, ...(hooks === undefined ? [] : [hooks])], {stdio: 'inherit'});
  return new Promise((done, failed) => {
    child.once('error', failed);
    child.once('exit', (code) => done(code ?? 1));
  });
}
