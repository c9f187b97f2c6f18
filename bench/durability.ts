import {mkdtemp, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {startRuntime} from '../src/cli/runtime.ts';
import {bulkRun, ensureDemoEnvs} from '../src/demo/envs.ts';
import {demoPolicy} from '../src/demo/policy.ts';
import {DEMO_PORTS, type DemoPort} from '../src/demo/ports.ts';
import {percentile} from '../test/support/percentile.ts';
import {CountingModel} from './durability/counting-model.ts';
import {EnvWatch} from './durability/env-watch.ts';
import {copyFailure, failuresIn} from './durability/failures.ts';
import {type CaseEnd, endOf} from './durability/verdicts.ts';
import {Bell, WorkerKiller} from './durability/worker-killer.ts';

/** What 100 cases come to whose worker is killed again and again. All but `cases` and `recoveryMsP95` should be 0. */
export interface Durability {
  readonly cases: number;
  /** Cases that did not come to the verdict that they have without kills. */
  readonly lost: number;
  /** Model calls made again, beyond those that were open at a kill. */
  readonly repeatedPaidCalls: number;
  /** Processes of a killed worker that were there when the next one worked, and builds beside another in one dev-env. */
  readonly orphans: number;
  /** Dev-envs whose overlay was not as before at the end. */
  readonly dirtyTrees: number;
  /** From the start of the next worker until what was interrupted was worked on again, 95th percentile, milliseconds. */
  readonly recoveryMsP95: number;
}

export interface DurabilityOptions {
  readonly cases: number;
  readonly seed: number;
  readonly say: (line: string) => void;
}

const ENVS = ['demo', 'demo-2', 'demo-3'];

/** One or two kills in each round of seven cases: a round takes about half a minute so. */
const LONGEST_PAUSE_MS = 10_000;

/** What was measured, and where the kills hit: activity types that were open, with their counts. */
export interface DurabilityRun extends Durability {
  readonly kills: number;
  readonly hit: Readonly<Record<string, number>>;
  /** What went wrong, in words. */
  readonly faults: readonly string[];
}

/**
 * Real parts: the embedded server, the worker as a process of its own, Linux dev-envs, builds of the demo's ports, and the demo's
 * scripted model over HTTP, slowed to 150 ms a call. The ports fail once for real; each further case is that failure
 * again, as a bundle of its own. All seven ports of a round are cases at once; the worker is killed at moments from the seed.
 */
export async function measureDurability({cases, seed, say}: DurabilityOptions): Promise<DurabilityRun> {
  say(`seed ${seed}`);
  const dir = await mkdtemp(join(tmpdir(), 'portwright-durability-'));
  const model = await CountingModel.start();
  const envs = await ensureDemoEnvs(dir, say, ENVS);
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
  const ready = new Bell();
  const runtime = await startRuntime({stateDir: dir, env: settings, port: 0, uiPort: 0}, (line) => {
    if (line.startsWith('The worker runs again')) ready.ring();
    else if (!line.startsWith('The worker')) say(line);
  });
  const watch = new EnvWatch(dir, envs);
  try {
    const killer = new WorkerKiller(runtime, watch, seed, ready, LONGEST_PAUSE_MS);
    const ends: CaseEnd[] = [];
    const round = async (first: boolean, ports: readonly DemoPort[]): Promise<void> => {
      if (first)
        await bulkRun(
          ports.map((port) => port.origin),
          envs,
          () => undefined,
        );
      else await copyFailure(runtime.client, envs.logs, ports);
      const failures = await failuresIn(envs.logs, ports);
      ends.push(...(await killer.during(() => Promise.all(failures.map((failure) => endOf(runtime.client, failure))))));
    };
    for (let at = 0; ends.length < cases; at += 1) {
      await round(at === 0, DEMO_PORTS.slice(0, Math.max(1, cases - ends.length)));
      say(`${ends.length} cases, ${killer.kills} kills`);
    }
    const dirty = await watch.dirtyTrees(ENVS);
    const wrong = ends.filter((end) => end.got !== end.wanted);
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
        ...wrong.map((end) => `${end.origin} ended ${end.got}, not ${end.wanted}: ${end.reason}`),
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
