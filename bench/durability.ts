import {mkdtemp, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {startRuntime} from '../src/cli/runtime.ts';
import {bulkRun, ensureDemoEnvs} from '../src/demo/envs.ts';
import {demoPolicy} from '../src/demo/policy.ts';
import {DEMO_PORTS, type DemoPort} from '../src/demo/ports.ts';
import {percentile} from '../test/support/percentile.ts';
import {CountingModel} from './durability/counting-model.ts';
import {EnvInspector} from './durability/env-inspector.ts';
import {latestFailures, reportCopies} from './durability/failures.ts';
import {type CaseVerdict, waitForVerdict} from './durability/verdicts.ts';
import {ReadyEvent, WorkerKiller} from './durability/worker-killer.ts';

/** Result of cases whose worker is killed repeatedly. All but `cases` and `recoveryMsP95` should be 0. */
export interface Durability {
  readonly cases: number;
  /** Cases whose verdict differs from the one without kills. */
  readonly lost: number;
  /** Repeated model calls, except those that were open at a kill. */
  readonly repeatedPaidCalls: number;
  /** Processes of a killed worker that still ran when the next one was ready, and concurrent builds in one dev-env. */
  readonly orphans: number;
  /** Dev-envs whose overlay was not restored at the end. */
  readonly dirtyTrees: number;
  /** Time from the start of the next worker until interrupted work resumed, 95th percentile, milliseconds. */
  readonly recoveryMsP95: number;
}

export interface DurabilityOptions {
  readonly cases: number;
  readonly seed: number;
  readonly log: (line: string) => void;
}

const ENVS = ['demo', 'demo-2', 'demo-3'];

/** Gives one or two kills in each round of ten cases, which takes about half a minute. */
const MAX_PAUSE_MS = 10_000;

/** Result of a run, with the counts of activity types that were open at kills. */
export interface DurabilityRun extends Durability {
  readonly kills: number;
  readonly hit: Readonly<Record<string, number>>;
  /** Descriptions of what went wrong. */
  readonly faults: readonly string[];
}

/**
 * Runs cases with real parts: the embedded server, the worker as a separate process, Linux dev-envs, builds of the demo's ports, and the
 * demo's scripted model over HTTP, slowed to 150 ms per call. The ports fail once for real; each further case is a copy of that failure
 * with its own bundle. The ten ports of a round are concurrent cases; the seed determines when the worker is killed.
 */
export async function measureDurability({cases, seed, log}: DurabilityOptions): Promise<DurabilityRun> {
  log(`seed ${seed}`);
  const dir = await mkdtemp(join(tmpdir(), 'portwright-durability-'));
  const model = await CountingModel.start();
  const envs = await ensureDemoEnvs(dir, log, ENVS);
  const policy = await demoPolicy(dir, false);
  const settings = {
    ...envs.env,
    LOGS_ROOT: envs.logs,
    DP_HARNESS_ENV: ENVS.join(' '),
    DP_HARNESS_POLICY: policy,
    DP_HARNESS_TRIAGE_MODEL: 'scripted-demo',
    DP_HARNESS_TRIAGE_API_BASE: `${model.url}/v1`,
    DP_HARNESS_TRIAGE_API_KEY: '',
    DP_HARNESS_PATCH_MODEL: '',
  };
  const ready = new ReadyEvent();
  const runtime = await startRuntime({stateDir: dir, env: settings, port: 0, uiPort: 0}, (line) => {
    if (line.startsWith('The worker runs again')) ready.set();
    else if (!line.startsWith('The worker')) log(line);
  });
  const inspector = new EnvInspector(dir, envs);
  try {
    const killer = new WorkerKiller(runtime, inspector, seed, ready, MAX_PAUSE_MS);
    const ends: CaseVerdict[] = [];
    const round = async (first: boolean, ports: readonly DemoPort[]): Promise<void> => {
      if (first)
        await bulkRun(
          ports.map((port) => port.origin),
          envs,
          () => undefined,
        );
      else await reportCopies(runtime.client, envs.logs, ports);
      const failures = await latestFailures(envs.logs, ports);
      ends.push(
        ...(await killer.runWithKills(() => Promise.all(failures.map((failure) => waitForVerdict(runtime.client, failure))))),
      );
    };
    for (let at = 0; ends.length < cases; at += 1) {
      await round(at === 0, DEMO_PORTS.slice(0, Math.max(1, cases - ends.length)));
      log(`${ends.length} cases, ${killer.kills} kills`);
    }
    const dirty = await inspector.dirtyTrees(ENVS);
    const wrong = ends.filter((end) => end.got !== end.expected);
    return {
      cases: ends.length,
      lost: wrong.length,
      repeatedPaidCalls: model.repeated(killer.openCalls),
      orphans: killer.orphans.length,
      dirtyTrees: dirty.length,
      recoveryMsP95: percentile(await killer.recoveries(), 0.95),
      kills: killer.kills,
      hit: killer.hit,
      faults: [
        ...wrong.map((end) => `${end.origin} ended ${end.got}, not ${end.expected}: ${end.reason}`),
        ...killer.orphans,
        ...dirty,
      ],
    };
  } finally {
    await runtime.stop();
    await model.close();
    await rm(dir, {recursive: true, force: true});
  }
}
