import {mkdir, mkdtemp, readdir, readFile, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {setTimeout as delay} from 'node:timers/promises';
import {execa} from 'execa';
import {type Runtime, startRuntime} from '../../src/cli/runtime.ts';
import {bulkRun, DEMO_TARGET, type DemoEnvs, ensureDemoEnvs} from '../../src/demo/envs.ts';
import {followCase} from '../../src/demo/follow.ts';
import {demoPolicy} from '../../src/demo/policy.ts';
import {type CaseLine, caseLine} from '../../src/demo/report.ts';
import {ownDevEnv} from '../../src/devenv/command.ts';
import {readMeta} from '../../src/evidence/bundle.ts';
import {caseId} from '../../src/protocol/workflow-ids.ts';
import {holdBuildsIn} from './held-builds.ts';
import {besideEachOther, type Kill, type PaidCall, type Run, readJournal, recoveries} from './kill-journal.ts';
import {type CountingModel, startCountingModel} from './kill-model.ts';
import {type KillPoint, readPoints, writePoints} from './kill-points.ts';
import {descendantsOf, type Proc, stillRunning} from './kill-processes.ts';

const PRELOAD = new URL('kill-preload.ts', import.meta.url);

export interface RigOptions {
  /** Names of the dev-envs for repairs. */
  readonly envs: readonly string[];
  /** How long the model takes for its next answer. */
  readonly latencyMs: () => number;
  /** A case that has not come to its verdict after so long is lost. */
  readonly patienceMs: number;
  readonly say?: (line: string) => void;
}

/** A worker that was killed, and what of its processes still ran when the next one was ready. */
export interface RigKill extends Kill {
  readonly orphans: readonly Proc[];
}

/** What became of a failure; without a `line` the case came to no verdict in time. */
export interface CaseEnd {
  readonly origin: string;
  readonly line?: CaseLine;
}

/** Server, worker, dev-envs, bulk runs and a counting model of its own, for killing the worker and looking what comes of it. */
export class KillRig {
  readonly dir: string;
  readonly kills: RigKill[] = [];
  readonly #options: RigOptions;
  readonly #model: CountingModel;
  readonly #envs: DemoEnvs;
  #runtime!: Runtime;
  #batch = 0;
  readonly #batchStarts: number[] = [];
  readonly #closedAt = new Map<string, number>();
  readonly #recoveries: number[] = [];
  #killing: Promise<void> = Promise.resolve();
  #ready: (() => void) | undefined;

  private constructor(dir: string, options: RigOptions, model: CountingModel, envs: DemoEnvs) {
    this.dir = dir;
    this.#options = options;
    this.#model = model;
    this.#envs = envs;
  }

  static async make(options: RigOptions): Promise<KillRig> {
    const dir = await mkdtemp(join(tmpdir(), 'portwright-kills-'));
    const model = await startCountingModel(options.latencyMs);
    const rig = new KillRig(dir, options, model, await ensureDemoEnvs(dir, () => undefined, options.envs));
    try {
      await rig.#start();
    } catch (error) {
      await rig.stop();
      throw error;
    }
    return rig;
  }

  async #start(): Promise<void> {
    await mkdir(join(this.dir, 'kills'));
    await writeFile(this.#journal, '');
    this.arm([]);
    const env = {
      ...this.#envs.env,
      LOGS_ROOT: this.#envs.logs,
      DP_HARNESS_ENV: this.#options.envs.join(' '),
      DP_HARNESS_POLICY: await demoPolicy(this.dir, false, true),
      DP_HARNESS_TRIAGE_MODEL: 'scripted-demo',
      DP_HARNESS_TRIAGE_API_BASE: `${this.#model.url}/v1`,
      DP_HARNESS_TRIAGE_API_KEY: '',
      DP_HARNESS_PATCH_MODEL: '',
      PORTWRIGHT_KILLS: join(this.dir, 'kills'),
      NODE_OPTIONS: `${process.env.NODE_OPTIONS ?? ''} --disable-warning=ExperimentalWarning --import=${PRELOAD.href}`,
    };
    this.#runtime = await startRuntime({stateDir: this.dir, port: 0, uiPort: 0, env}, (line) => this.#hear(line));
  }

  get #journal(): string {
    return join(this.dir, 'kills', 'journal');
  }

  get #points(): string {
    return join(this.dir, 'kills', 'points');
  }

  #hear(line: string): void {
    this.#options.say?.(line);
    if (line.startsWith('The worker runs again')) this.#ready?.();
    if (line.startsWith('worker: kill me: ')) void this.kill();
  }

  /** Has the worker killed at these points, each once. */
  arm(points: readonly KillPoint[]): void {
    writePoints(this.#points, points);
  }

  /** Armed points that no worker has come to yet. */
  get ahead(): readonly KillPoint[] {
    return readPoints(this.#points);
  }

  /** Whether a build of this worker's runs, or waits for its turn, in a dev-env. */
  get isBuilding(): boolean {
    const own = descendantsOf(this.#runtime.workerPid() ?? 0);
    return own.some(({command}) => /^(\/bin\/)?sh (\S*\/)?dsynth /.test(command));
  }

  /** Holds builds in the repair envs until the function that it returns is called. */
  async holdBuilds(): Promise<() => Promise<void>> {
    const releases = await Promise.all(this.#options.envs.map((name) => holdBuildsIn(name, this.#envs.env)));
    return async () => {
      await Promise.all(releases.map((release) => release()));
    };
  }

  /** Kills the worker now and returns when the next one is ready. */
  kill(): Promise<void> {
    this.#killing = this.#killing.then(() => this.#kill());
    return this.#killing;
  }

  async #kill(): Promise<void> {
    const pid = this.#runtime.workerPid() ?? 0;
    const ready = new Promise<void>((done) => {
      this.#ready = done;
    });
    // It stands still while its processes are listed, so that none is missed.
    process.kill(pid, 'SIGSTOP');
    const children = descendantsOf(pid);
    const at = Date.now();
    process.kill(pid, 'SIGKILL');
    await ready;
    this.kills.push({at, pid, orphans: stillRunning(children)});
  }

  /** Lets these ports fail for real, and follows their cases until each is closed; those that wait are closed as an operator does. */
  async batch(origins: readonly string[]): Promise<CaseEnd[]> {
    this.#batch += 1;
    this.#batchStarts.push(Date.now());
    const startedAt = Date.now();
    const before = await this.#bundles();
    await bulkRun(origins, this.#envs, (line) => this.#options.say?.(line));
    const fresh = (await this.#bundles()).filter((one) => !before.includes(one));
    const ends = await Promise.all(origins.map((origin) => this.#end(origin, fresh)));
    await this.#killing;
    await this.#measure(startedAt);
    return ends;
  }

  async #end(origin: string, bundles: readonly string[]): Promise<CaseEnd> {
    const late = new AbortController();
    const patience = delay(this.#options.patienceMs, {origin}, {signal: late.signal});
    const line = this.#follow(origin, bundles).then((one) => ({origin, line: one}));
    try {
      return await Promise.race([line, patience]);
    } finally {
      late.abort();
      patience.catch(() => undefined);
    }
  }

  async #follow(origin: string, bundles: readonly string[]): Promise<CaseLine> {
    const dir = await bundleOf(origin, bundles);
    const workflowId = caseId({target: DEMO_TARGET, origin});
    const {client} = this.#runtime;
    const say = (line: string): void => this.#options.say?.(`${origin} ${line}`);
    const ending = await followCase(client, workflowId, dir.split('/').at(-1) ?? '', say);
    const handle = client.workflow.getHandle(workflowId);
    if (ending.outcome === 'awaiting-operator')
      await handle.executeUpdate('resolve', {args: [{by: 'bench', outcome: 'manual', note: 'as expected'}]});
    await handle.result();
    this.#closedAt.set(workflowId, Date.now());
    return caseLine(ending, dir);
  }

  /** A batch at a time: the next one's cases have the same names. */
  async #measure(since: number): Promise<void> {
    const runs = (await this.runs()).filter((run) => run.start >= since);
    const kills = this.kills.filter((kill) => kill.at >= since);
    this.#recoveries.push(...recoveries(runs, kills, this.#closedAt));
  }

  async #bundles(): Promise<string[]> {
    const runs = join(this.#envs.logs, 'evidence', 'runs');
    const names = await readdir(runs, {recursive: true}).catch(() => []);
    return names.filter((name) => /^[^/]+\/ports\/[^./][^/]*$/.test(name)).map((name) => join(runs, name));
  }

  async runs(): Promise<Run[]> {
    return readJournal(await readFile(this.#journal, 'utf8'));
  }

  /** Milliseconds from a kill to a case's next step, of all cases that were at work, batch by batch. */
  get recoveriesMs(): readonly number[] {
    return this.#recoveries;
  }

  async besideEachOther(): Promise<[Run, Run][]> {
    return besideEachOther(await this.runs(), this.kills);
  }

  /** The model's calls; a case is one of its batch. */
  get paidCalls(): PaidCall[] {
    return this.#model.calls.map(({at, origin, place, cut}) => {
      const batch = this.#batchStarts.filter((start) => start <= at).length;
      return {at, cut, caseId: `${batch} ${origin}`, key: `${batch} ${origin} ${place}`};
    });
  }

  /** Repair envs whose overlay is not as it was, with what git says of it. */
  async dirtyTrees(): Promise<string[]> {
    const look = 'cd /work/DeltaPorts && git status --porcelain --ignored && ls .git/portwright-case 2>/dev/null; true';
    const states = this.#options.envs.map(async (name) => {
      const {stdout} = await execa(ownDevEnv(), ['dev-env', 'exec', name, '--', 'sh', '-c', look], {env: this.#envs.env});
      return stdout === '' ? [] : [`${name}: ${stdout}`];
    });
    return (await Promise.all(states)).flat();
  }

  async stop(): Promise<void> {
    await this.#runtime?.stop();
    await this.#model.close();
    await rm(this.dir, {recursive: true, force: true});
  }
}

async function bundleOf(origin: string, dirs: readonly string[]): Promise<string> {
  for (const dir of dirs) if ((await readMeta(dir)).get('origin') === origin) return dir;
  throw new Error(`The bulk run left no bundle of ${origin}.`);
}
