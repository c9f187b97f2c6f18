import {access} from 'node:fs/promises';
import {dirname, join, resolve} from 'node:path';
import {WorkflowNotFoundError} from '@temporalio/client';
import {plainLine} from '../case/text/plain-text.ts';
import {evidenceRoots} from '../evidence/bundle.ts';
import {CONFIG_BASES, type DsynthConfig, dsynthConfig} from '../evidence/dsynth-config.ts';
import {findLog, logName, portSpec} from '../evidence/dsynth-logs.ts';
import {importLogs} from '../evidence/from-logs.ts';
import {ImportedRun} from '../evidence/imported-run.ts';
import {isProfile, isTarget} from '../evidence/names.ts';
import {caseId, holdId} from '../protocol/workflow-ids.ts';
import {OTHERWISE, withClient} from './client.ts';
import {report} from './report.ts';
import {UsageError} from './usage-error.ts';

export interface ImportWords {
  readonly target?: string;
  readonly profile?: string;
  /** Directory with dsynth.ini and the hooks' conf; dsynth's own two unless told. */
  readonly config?: string;
}

/** `portwright start ORIGIN`: opens a case by hand, from the port's log in LOGS_ROOT or from `log`. */
export async function start(spec: string, options: ImportWords & {readonly log?: string}): Promise<void> {
  const port = portSpec(spec);
  if (port === undefined) throw new UsageError(`A port is category/port or category/port@flavor; got ${JSON.stringify(spec)}.`);
  const roots = evidenceRoots(process.env);
  const log = await logOf(port, roots, options.log);
  const about = await aboutOf(options);
  const run = await ImportedRun.open({...about, root: roots[0] as string, word: 'by-hand'});
  const bundle = await run.add(port, log).finally(() => run.close());
  console.log(`Kept ${log} as runs/${run.runId}/ports/${bundle} below ${roots[0]}.`);
  await report({evidence: roots[0] as string});
  const id = caseId({...port, target: about.target});
  const held = await isHeld(port.origin);
  console.log(
    held
      ? `${port.origin} is held, so it is only recorded. \`portwright release ${port.origin}\` ends that.`
      : `${id} has it. \`portwright show ${id}\` tells how it goes.`,
  );
}

/** `portwright report --from-logs DIR`: bundles and cases of a bulk run that is over. */
export async function reportFromLogs(dir: string, options: ImportWords & {readonly json?: boolean}): Promise<void> {
  const roots = evidenceRoots(process.env).map((root) => resolve(root));
  const own = join(resolve(dir), 'evidence');
  const root = roots.find((one) => one === own) ?? (roots[0] as string);
  await mustHave(dirname(root));
  const made = await importLogs(dir, roots, {...(await aboutOf(options)), root});
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

async function logOf(
  port: {origin: string; flavor?: string},
  roots: readonly string[],
  given: string | undefined,
): Promise<string> {
  const dirs = roots.map(dirname);
  await mustHave(dirs[0] as string);
  if (given !== undefined) {
    await mustHave(given);
    return given;
  }
  const found = await findLog(dirs, port);
  if (found !== undefined) return found;
  throw new Error(
    `There is no ${logName(port)} in ${dirs.join(', ')}. Give the log by --log FILE, or set LOGS_ROOT to dsynth's log directory.`,
  );
}

async function mustHave(path: string): Promise<void> {
  await access(path).catch(() => {
    throw new Error(
      `${path} is not there, or not readable. LOGS_ROOT names dsynth's log directories; the evidence goes below the first.`,
    );
  });
}

/** Target and profile by the command line, else by the hooks' conf and dsynth.ini of this machine. */
async function aboutOf({
  target: asked,
  profile: named,
  config: base,
}: ImportWords): Promise<{target: string; profile: string; config: DsynthConfig}> {
  const config = await dsynthConfig(base === undefined ? CONFIG_BASES : [base], named);
  const target = asked?.replace(/^@*/, '@') ?? config.target ?? (config.profile === undefined ? undefined : `@${config.profile}`);
  if (target === undefined)
    throw new UsageError(
      'Which branch is it about? Give --target @BRANCH, as @2026Q2; there is no dsynth.ini here that would tell.',
    );
  if (!isTarget(target))
    throw new UsageError(`A target is a branch with one leading @, as @2026Q2; got ${JSON.stringify(target)}.`);
  const profile = config.profile ?? target.slice(1);
  if (!isProfile(profile))
    throw new UsageError(`A profile's name has 1 to 128 characters and no slash; got ${JSON.stringify(profile)}.`);
  return {target, profile, config: {...config, deltaports: config.deltaports ?? process.env.DELTAPORTS_ROOT}};
}

async function isHeld(origin: string): Promise<boolean> {
  return withClient(OTHERWISE, async (client) => {
    const described = await client.workflow
      .getHandle(holdId(origin))
      .describe()
      .catch((error: unknown) => {
        if (error instanceof WorkflowNotFoundError) return undefined;
        throw error;
      });
    return described?.status.name === 'RUNNING';
  });
}
