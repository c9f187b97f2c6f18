import {once} from 'node:events';
import {readFile} from 'node:fs/promises';
import {join} from 'node:path';
import {jest} from '@jest/globals';
import {Client, Connection, type WorkflowHandle} from '@temporalio/client';
import {execa} from 'execa';
import type {LeaseState} from '../../../src/case/lease-book.ts';
import type {CaseStatus} from '../../../src/case/status.ts';
import {ownDevEnv} from '../../../src/devenv/command.ts';
import {keptBundles} from '../../../src/evidence/archives.ts';
import {DemoRun} from '../../support/demo-run.ts';
import {until} from '../../support/processes.ts';

jest.setTimeout(120_000);

const CASE = 'port:@demo:net/wifimedia';
const CLEAN = 'cd /work/DeltaPorts && git status --porcelain --ignored && ls /work/.portwright-case 2>/dev/null; true';

let run: DemoRun;
let client: Client;
let connection: Connection;
let release: () => Promise<void>;

beforeEach(async () => {
  run = await DemoRun.make();
  run.start('--port', 'net/wifimedia');
  await run.line(/It should end/);
  release = await holdBuilds();
  const address = (await readFile(join(run.dir, 'demo', 'temporal-address'), 'utf8')).trim();
  connection = await Connection.connect({address});
  client = new Client({connection});
  await until('a build waits inside', async () => (await isBuilding()) && run.processes('dsynth').length > 0);
});
afterEach(async () => {
  await connection?.close();
  await release?.();
  await run?.remove();
});

function inEnv(...command: string[]) {
  const env = {PORTWRIGHT_ENVS_DIR: join(run.dir, 'demo', 'envs')};
  return execa(ownDevEnv(), ['dev-env', 'exec', 'demo', '--', ...command], {env, reject: false});
}

/** Another build's lock: the attempt's build waits inside for as long as the test wants. */
async function holdBuilds(): Promise<() => Promise<void>> {
  const holder = inEnv('sh', '-c', 'exec 9>/work/dsynth/build/.lock; flock 9; echo held; exec sleep 600');
  await once(holder.stdout, 'data');
  return async () => {
    holder.kill('SIGTERM');
    await holder;
  };
}

async function isBuilding(): Promise<boolean> {
  const described = await client.workflow
    .getHandle(`${CASE}/attempt-1`)
    .describe()
    .catch(() => undefined);
  return described?.raw.pendingActivities?.some((one) => one.activityType?.name === 'dsynth_build') === true;
}

async function archive(): Promise<CaseStatus> {
  const [kept] = await keptBundles([join(run.dir, 'demo', 'logs', 'evidence')]);
  return JSON.parse(await readFile(join(kept?.dir ?? '', 'analysis', 'case.json'), 'utf8'));
}

const leases = (): Promise<LeaseState> => client.workflow.getHandle('dev-envs:@demo').query<LeaseState>('pool');

/** As the Web UI's buttons do it. */
const WAYS: Record<string, (handle: WorkflowHandle) => Promise<unknown>> = {
  'is cancelled': (handle) => handle.cancel(),
  'is terminated': (handle) => handle.terminate('from the Web UI'),
};

test.each(Object.keys(WAYS))(
  'a case that %s in the middle of a build leaves nothing behind, and its bundle says so',
  async (way) => {
    await WAYS[way]?.(client.workflow.getHandle(CASE));
    await client.workflow
      .getHandle(`${CASE}/attempt-1`)
      .result()
      .catch(() => undefined);
    expect(run.processes('dsynth')).toEqual([]);
    expect((await inEnv('sh', '-c', CLEAN)).stdout).toBe('');
    await until('the lease is free', async () => (await leases()).leases.length === 0);
    await until('the archive is closed', async () => (await archive()).outcome !== null);
    const verb = way.replace('is ', '');
    expect(await archive()).toMatchObject({
      phase: 'closed',
      outcome: 'discarded',
      reason: `it was ${verb} in Temporal`,
      currentAttempt: null,
    });
  },
);
