import {realpath} from 'node:fs/promises';
import {join, resolve} from 'node:path';
import {type ImportReport, reportText} from '../case/migration/report.ts';
import {CONFIG_BASES} from '../evidence/dsynth-config.ts';
import {importSettings} from '../evidence/migration/import-settings.ts';
import {importState} from '../evidence/migration/import-state.ts';
import {firstPresent, locateOldState, type OldState} from '../evidence/migration/old-state.ts';
import {isTarget} from '../evidence/names.ts';
import {stateDir} from '../setup/paths.ts';
import {existingRoot, readRoots, rootForCase} from './import-root.ts';
import {withProgress} from './terminal.ts';
import {UsageError} from './usage-error.ts';

export interface ImportStateOptions {
  readonly evidence?: string;
  readonly policy?: string;
  readonly hooksConf?: string;
  readonly envFile?: string;
  readonly target?: string;
  readonly out?: string;
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

/** `portwright import DELTAPORTS_STATE`: takes over what an installation of the existing system has. Returns the exit code: 1 if anything failed. */
export async function importDeltaports(dir: string, options: ImportStateOptions): Promise<number> {
  const target = options.target?.replace(/^@*/, '@');
  if (target !== undefined && !isTarget(target))
    throw new UsageError(`A target is a branch, as @2026Q2; got ${JSON.stringify(options.target)}.`);
  const isDryRun = options.dryRun === true;
  const old = await locateOldState(dir);
  const root =
    options.evidence === undefined ? await rootForCase(await readRoots()) : await existingRoot(resolve(options.evidence));
  const evidence = await withProgress(`taking over ${old.dir}`, () => importState(old, {root, isDryRun, target, state: old.dir}));
  const settings = await importSettings({...(await filesOf(old, options)), env: process.env, isDryRun});
  const report: ImportReport = {
    state: old.dir,
    evidence: root,
    isDryRun,
    items: [...evidence, ...settings.items],
    settings: settings.lines,
  };
  console.log(options.json ? JSON.stringify(report, null, 2) : reportText(report));
  return report.items.some(({result}) => result === 'failed') ? 1 : 0;
}

/** Files that are not named are searched in the directory of the existing system, and the hooks' conf also where dsynth has its hooks. */
async function filesOf({dir, evidence}: OldState, {policy, hooksConf, envFile, out}: ImportStateOptions) {
  const policies = [dir, evidence].flatMap((one) => [
    join(one, 'config', 'agentic-policy.json'),
    join(one, 'agentic-policy.json'),
  ]);
  const confs = [dir, join(dir, 'hooks')].map((one) => join(one, 'dportsv3-hooks.conf'));
  const installed = await firstPresent(CONFIG_BASES.map((one) => join(one, 'dportsv3-hooks.conf')));
  return {
    policy: (await followed(policy)) ?? (await firstPresent(policies)),
    hooksConf: (await followed(hooksConf)) ?? (await firstPresent(confs)) ?? (await followed(installed)),
    envFile: await followed(envFile),
    proposals: resolve(out ?? join(stateDir(process.env), 'imported')),
  };
}

/** Returns what a link leads to, for a path that an operator named: below the directory of the existing system links are not followed. */
async function followed(path: string | undefined): Promise<string | undefined> {
  return path === undefined ? undefined : realpath(path).catch(() => path);
}
