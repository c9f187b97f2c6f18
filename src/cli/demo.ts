import {mkdir, readdir} from 'node:fs/promises';
import {join} from 'node:path';
import {bundleOfAttempt} from '../case/review/attempt-bundle.ts';
import {bulkRun, DEMO_TARGET, type DemoEnvs, ensureDemoEnvs, REPAIR_ENV} from '../demo/envs.ts';
import {followCase} from '../demo/follow.ts';
import {deleteOutdatedDatabase} from '../demo/outdated-database.ts';
import {demoPolicy} from '../demo/policy.ts';
import type {DemoPort} from '../demo/ports.ts';
import {allAsExpected, allLine, type CaseLine, caseLine, endingText, summaryTable} from '../demo/report.ts';
import {startScriptedModel} from '../demo/scripted-model.ts';
import {readMeta} from '../evidence/bundle.ts';
import {resolve, status} from '../protocol/port-case.ts';
import {caseId} from '../protocol/workflow-ids.ts';
import {NO_HOSTS} from '../setup/hosts.ts';
import {ensureOsPackages} from '../setup/os-packages.ts';
import {stateDir} from '../setup/paths.ts';
import {privateDir} from '../setup/private-dir.ts';
import {lockStateDir} from '../setup/state-dir-lock.ts';
import {choosePorts} from './demo/choose-ports.ts';
import {offerPorts} from './demo/further-ports.ts';
import {dsynthLine, ENDING_STYLES, stepLine} from './demo/lines.ts';
import {type Runtime, startRuntime} from './runtime.ts';
import {untilStopped} from './until-stopped.ts';

export interface DemoOptions {
  readonly once?: boolean;
  /** Origins of the ports that are to fail; the first of the demo's unless given. */
  readonly port?: readonly string[];
  readonly all?: boolean;
}

type Print = (line: string) => void;

/**
 * `portwright demo`: makes ports fail for real and prints their cases live. Returns the exit code: 0 only if each case ended as expected.
 * Without `once` it stays up until Ctrl-C, and lets further ports fail that standard input names.
 */
export async function demo(options: DemoOptions): Promise<number> {
  const print: Print = (line) => console.log(line);
  const ports = choosePorts(options);
  const stopped = untilStopped();
  await ensureOsPackages(print);
  const dir = join(stateDir(process.env), 'demo');
  for (const own of [stateDir(process.env), dir]) await privateDir(own, print);
  await mkdir(join(dir, 'envs'), {recursive: true});
  const unlock = await lockStateDir(join(dir, 'envs'));
  const envs = await ensureDemoEnvs(dir, print);
  await deleteOutdatedDatabase(dir, print);
  const model = await modelEnv(print);
  const policy = process.env.DP_HARNESS_POLICY || (await demoPolicy(dir, !options.once));
  const settings = {LOGS_ROOT: envs.logs, DP_HARNESS_ENV: REPAIR_ENV, DP_HARNESS_POLICY: policy, ...NO_HOSTS};
  const worker = {...envs.env, ...model.env, ...settings};
  // With `once` nobody opens it.
  const pages = options.once ? undefined : {roots: [join(envs.logs, 'evidence')], env: {...process.env, ...settings}};
  const runtime = await startRuntime({stateDir: dir, env: worker, console: pages}, print);
  let last: string | undefined;
  let stopOffering = (): void => undefined;
  try {
    if (runtime.consoleUrl !== undefined) print(`Console: ${runtime.consoleUrl}`);
    if (runtime.uiUrl) print(`Web UI: ${runtime.uiUrl}/workflows`);
    print(`Worker: pid ${runtime.workerPid()}`);
    const lines = await Promise.race([runPorts(ports, envs, runtime, print), stopped, runtime.broken]);
    if (lines === undefined) return 130;
    if (ports.length > 1) print(`\n${summaryTable(lines)}`);
    const code = allAsExpected(lines, ports) ? 0 : 1;
    if (options.once) {
      last = JSON.stringify(ports.length > 1 ? allLine(lines) : lines[0]);
      return code;
    }
    print(
      '\nIt stays up: open the console or the Web UI, or act as operator: `portwright show ORIGIN`, `accept`, `reject`, `context` (in a checkout `npx portwright …`). Ctrl-C stops it.\n',
    );
    stopOffering = offerPorts(process.stdin, print, async (port) => void (await runPorts([port], envs, runtime, print)));
    await Promise.race([stopped, runtime.broken]);
    return code;
  } finally {
    stopOffering();
    await runtime.stop();
    await model.close();
    await unlock();
    if (last !== undefined) print(last);
  }
}

/** Returns the environment of the user's own model if DP_HARNESS_TRIAGE_MODEL is set; else starts a scripted one, and prints that. */
async function modelEnv(print: Print): Promise<{env: NodeJS.ProcessEnv; close(): Promise<void>}> {
  if (process.env.DP_HARNESS_TRIAGE_MODEL) {
    print(`Model: your own, ${process.env.DP_HARNESS_TRIAGE_MODEL}; the demo's port files and logs are sent to it.`);
    return {env: {}, close: async () => undefined};
  }
  const server = await startScriptedModel();
  print(`Model: SCRIPTED, at ${server.url}. A small server answers by a script for these ports, in place of a model.`);
  print('       Set DP_HARNESS_TRIAGE_MODEL, _API_BASE and _API_KEY (and the PATCH ones) to use a real one.');
  const env = {
    DP_HARNESS_TRIAGE_MODEL: 'scripted-demo',
    DP_HARNESS_TRIAGE_API_BASE: `${server.url}/v1`,
    DP_HARNESS_TRIAGE_API_KEY: '',
    DP_HARNESS_PATCH_MODEL: '',
  };
  return {env, close: () => server.close()};
}

async function runPorts(ports: readonly DemoPort[], envs: DemoEnvs, runtime: Runtime, print: Print): Promise<CaseLine[]> {
  const evidence = join(envs.logs, 'evidence');
  await discardWaiting(ports, runtime);
  const before = await bundleDirs(evidence);
  for (const port of ports) print(`${port.origin}: ${port.what}. It should end ${port.ends}.`);
  await bulkRun(
    ports.map((port) => port.origin),
    envs,
    (line) => print(dsynthLine(line)),
  );
  const fresh = (await bundleDirs(evidence)).filter((one) => !before.includes(one));
  return Promise.all(ports.map((port) => follow(port, fresh, {evidence, runtime, many: ports.length > 1}, print)));
}

/** Closes cases of an earlier run that wait for an operator: the new failure would join them. */
async function discardWaiting(ports: readonly DemoPort[], {client}: Runtime): Promise<void> {
  for (const {origin} of ports) {
    const handle = client.workflow.getHandle(caseId({target: DEMO_TARGET, origin}));
    const state = await handle.query(status).catch(() => undefined);
    if (state?.phase !== 'awaiting-operator') continue;
    await handle.executeUpdate(resolve, {args: [{by: 'demo', outcome: 'discarded', note: 'a new run of the demo'}]});
    await handle.result();
  }
}

async function follow(
  port: DemoPort,
  bundles: readonly string[],
  {evidence, runtime, many}: {evidence: string; runtime: Runtime; many: boolean},
  print: Print,
): Promise<CaseLine> {
  const dir = await bundleOf(port.origin, bundles);
  const workflowId = caseId({target: DEMO_TARGET, origin: port.origin});
  const prefix = many ? `${port.origin.padEnd(18)} ` : '';
  if (runtime.uiUrl) print(`${prefix}${runtime.uiUrl}/workflows/${encodeURIComponent(workflowId)}`);
  const ending = await followCase(runtime.client, workflowId, dir.split('/').at(-1) ?? '', (_, entry) =>
    print(stepLine(entry, prefix)),
  );
  const bundle = bundleOfAttempt(ending.status);
  const line = await caseLine(
    ending,
    bundle === undefined ? dir : join(evidence, 'runs', bundle.runId, 'ports', bundle.bundleId),
  );
  print(`\n${await endingText(line, ending.status.reason, ENDING_STYLES)}\n`);
  return line;
}

async function bundleDirs(evidence: string): Promise<string[]> {
  const runs = await readdir(join(evidence, 'runs')).catch(() => []);
  const dirs = runs.map(async (run) => {
    const ports = join(evidence, 'runs', run, 'ports');
    const names = await readdir(ports).catch(() => []);
    return names.filter((name) => !name.startsWith('.')).map((name) => join(ports, name));
  });
  return (await Promise.all(dirs)).flat();
}

async function bundleOf(origin: string, dirs: readonly string[]): Promise<string> {
  for (const dir of dirs) if ((await readMeta(dir)).get('origin') === origin) return dir;
  throw new Error(
    `The bulk run left no evidence of ${origin}. See dsynth's output above, and portwright-hooks.log in its log directory.`,
  );
}
