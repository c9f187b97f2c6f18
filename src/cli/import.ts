import {dirname, resolve} from 'node:path';
import {type Client, WorkflowNotFoundError} from '@temporalio/client';
import {plainLine} from '../case/text/plain-text.ts';
import type {PortId} from '../case/types.ts';
import {evidenceRoots} from '../evidence/bundle.ts';
import {CONFIG_BASES, type DsynthConfig, dsynthConfig} from '../evidence/dsynth-config.ts';
import {findLog, portSpec} from '../evidence/dsynth-logs.ts';
import {importLogs} from '../evidence/from-logs.ts';
import {ImportedRun} from '../evidence/imported-run.ts';
import {isProfile, isTarget} from '../evidence/names.ts';
import {plainLog} from '../evidence/plain-log.ts';
import {caseId, holdId} from '../protocol/workflow-ids.ts';
import {missingWorker} from '../report/worker-answer.ts';
import {START_TEMPORAL, withClient} from './client.ts';
import {existingRoot, readRoots, rootForCase, rootForLogs} from './import-root.ts';
import {report} from './report.ts';
import {withProgress} from './terminal.ts';
import {UsageError} from './usage-error.ts';

export interface ImportOptions {
  readonly target?: string;
  readonly profile?: string;
  /** Directory with dsynth.ini and the hooks' conf; dsynth's own two unless given. */
  readonly config?: string;
}

/** `portwright start ORIGIN`: opens a case by hand, from the port's log in LOGS_ROOT or from `log`. */
export async function start(spec: string, options: ImportOptions & {readonly log?: string}): Promise<void> {
  const port = portSpec(spec);
  if (port === undefined) throw new UsageError(`A port is category/port or category/port@flavor; got ${JSON.stringify(spec)}.`);
  const settings = await settingsOf(options);
  const root = await rootForCase(await readRoots());
  const source = options.log ?? (await ownLog(port, root));
  const {runId, bundle} = await storeLog(port, source, {...settings, root});
  console.log(`Stored ${source} as runs/${runId}/ports/${bundle} below ${root}.`);
  await report({evidence: root});
  const lines = await outcomeOf(port.origin, caseId({...port, target: settings.target}));
  console.log(lines.join('\n'));
}

/** `portwright report --from-logs DIR`: bundles and cases of a bulk run that is over, in the evidence root below DIR or in `evidence`. */
export async function reportFromLogs(
  dir: string,
  options: ImportOptions & {readonly evidence?: string; readonly json?: boolean},
): Promise<void> {
  const settings = await settingsOf(options);
  const read = await readRoots();
  const root = await existingRoot(await rootForLogs(dir, options.evidence, read));
  const made = await withProgress(`reading the logs of ${dir}`, () =>
    importLogs(dir, [...new Set([root, ...read.roots])], {...settings, root}),
  );
  if (options.json) console.log(JSON.stringify(made, null, 2));
  else {
    console.log(
      made.runId === null
        ? 'No new bundle.'
        : `${made.bundles.length} bundle${made.bundles.length === 1 ? '' : 's'} in runs/${made.runId} below ${root}.`,
    );
    for (const {port, why} of made.skipped) console.log(`  skipped ${plainLine(port)}: ${plainLine(why)}`);
  }
  if (made.bundles.length > 0) await report({evidence: root, ...(options.json ? {quiet: true} : {})});
}

/** Makes a run by hand with one bundle. A log that cannot be read leaves nothing behind. */
async function storeLog(
  port: Pick<PortId, 'origin' | 'flavor'>,
  source: string,
  options: Omit<Parameters<typeof ImportedRun.open>[0], 'suffix'>,
): Promise<{runId: string; bundle: string}> {
  const plain = await plainLog(source).catch((error: NodeJS.ErrnoException) => {
    if (error.code === undefined) throw error;
    throw new Error(`${source} is not there, or not readable (${error.code}). Give the port's build log by --log FILE.`);
  });
  try {
    const run = await ImportedRun.open({...options, suffix: 'by-hand'});
    const bundle = await run.add(port, plain.path, source).finally(() => run.close());
    return {runId: run.runId, bundle};
  } finally {
    await plain.remove();
  }
}

async function ownLog(port: Pick<PortId, 'origin' | 'flavor'>, root: string): Promise<string> {
  const dirs = [...new Set([root, ...evidenceRoots(process.env)].map((one) => dirname(resolve(one))))];
  const found = await findLog(dirs, port);
  if ('path' in found) return found.path;
  const problem = `${found.problem[0]?.toUpperCase()}${found.problem.slice(1)}`;
  throw new Error(`${problem}. Give the log by --log FILE, or set LOGS_ROOT to dsynth's log directory.`);
}

/** Returns target and profile by the command line, else by the hooks' conf and dsynth.ini of this machine. */
async function settingsOf({
  target: asked,
  profile: named,
  config: base,
}: ImportOptions): Promise<{target: string; profile: string; config: DsynthConfig}> {
  const config = await dsynthConfig(base === undefined ? CONFIG_BASES : [base], named);
  const target = asked?.replace(/^@*/, '@') ?? config.target ?? (config.profile === undefined ? undefined : `@${config.profile}`);
  if (target === undefined)
    throw new UsageError(
      'Which branch is it about? Give --target @BRANCH, as @2026Q2; there is no dsynth.ini here that names it.',
    );
  if (!isTarget(target))
    throw new UsageError(`A target is a branch with one leading @, as @2026Q2; got ${JSON.stringify(target)}.`);
  const profile = config.profile ?? target.slice(1);
  if (!isProfile(profile))
    throw new UsageError(`A profile's name has 1 to 128 characters and no slash; got ${JSON.stringify(profile)}.`);
  return {target, profile, config: {...config, deltaports: config.deltaports ?? process.env.DELTAPORTS_ROOT}};
}

/** Returns how the server has taken the failure, as lines to print; the last one if no worker polls. */
async function outcomeOf(origin: string, id: string): Promise<string[]> {
  return withClient(START_TEMPORAL, async (client) => {
    if (await isHeld(client, origin))
      return [`${origin} is held, so it is only recorded. \`portwright release ${origin}\` ends that.`];
    const missing = await missingWorker(client);
    const opened = `${id} has it. \`portwright show ${id}\` shows its progress.`;
    return missing === undefined ? [opened] : [opened, `${missing} Until then the case waits.`];
  });
}

async function isHeld(client: Client, origin: string): Promise<boolean> {
  const described = await client.workflow
    .getHandle(holdId(origin))
    .describe()
    .catch((error: unknown) => {
      if (error instanceof WorkflowNotFoundError) return undefined;
      throw error;
    });
  return described?.status.name === 'RUNNING';
}
