import {spawn} from 'node:child_process';
import {mkdtemp, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {createInterface} from 'node:readline';
import {jest} from '@jest/globals';
import {Client, Connection} from '@temporalio/client';
import {NativeConnection} from '@temporalio/worker';
import type {CaseStatus} from '../../../src/case/status.ts';
import {startScriptedModel} from '../../../src/demo/scripted-model.ts';
import {installRoot, stateDir} from '../../../src/setup/paths.ts';
import {type EmbeddedServer, startEmbeddedServer} from '../../../src/worker/embedded-server.ts';
import {findTemporalCli} from '../../../src/worker/temporal-cli.ts';
import {CaseServer, quietRuntime, until} from '../../support/case-worker.ts';
import {DemoRun} from '../../support/demo-run.ts';
import {reply, ScriptedCase} from '../../support/scripted-case.ts';

jest.setTimeout(120_000);

beforeAll(() => quietRuntime());

/** Ends a server, gently or at once, and waits until its port can be had again. */
async function end(server: EmbeddedServer, signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
  if (signal === 'SIGTERM') return server.stop();
  process.kill(server.pid, signal);
  await server.died;
}

test.each(['SIGTERM', 'SIGKILL'] as const)(
  'the server ends by %s and restarts on its database: the case continues',
  async (signal) => {
    const {path: cli} = await findTemporalCli({stateDir: stateDir(process.env), print: () => undefined});
    const dir = await mkdtemp(join(tmpdir(), 'portwright-server-'));
    let server = await startEmbeddedServer({stateDir: dir, cli, port: 0, uiPort: 0});
    const {address} = server;
    const connection = await Connection.connect({address});
    const native = await NativeConnection.connect({address});
    const stop = async (): Promise<void> => {
      await native.close();
      await connection.close();
      await server.stop();
      await rm(dir, {recursive: true});
    };
    const cases = await CaseServer.make({address, client: new Client({connection}), native, stop});
    const made = new ScriptedCase();
    let reach = (): void => undefined;
    let goOn = (): void => undefined;
    const reached = new Promise<void>((done) => {
      reach = done;
    });
    const back = new Promise<void>((done) => {
      goOn = done;
    });
    made.turns = [
      () => {
        reach();
        return back.then(() => reply('put_file'));
      },
      () => reply('dsynth_build'),
      () => reply(),
    ];
    await cases.withWorker(made, async (start) => {
      const handle = await start('net/outlives');
      await reached;
      await end(server, signal);
      server = await startEmbeddedServer({stateDir: dir, cli, port: Number(address.split(':')[1]), uiPort: 0});
      goOn();
      await until(handle, (one) => one.phase === 'closed');
      expect(await handle.result()).toMatchObject({outcome: 'fixed', attempts: 1});
    });
    expect(made.overlaps).toBe(0);
    expect(made.inUse.size).toBe(0);
    await stop();
  },
);

test('everything ends at once, as when a machine stops, and `portwright up` resumes the case', async () => {
  const run = await DemoRun.make();
  const model = await startScriptedModel();
  let up: ReturnType<typeof startUp> | undefined;
  try {
    run.start('--port', 'net/wifimedia');
    await run.line(/make_patch ok/);
    await run.killed();
    expect(run.leftovers()).toEqual([]);
    up = startUp(run, `${model.url}/v1`);
    const address = await up.address;
    const connection = await Connection.connect({address});
    const handle = new Client({connection}).workflow.getHandle('port:@demo:net/wifimedia');
    const state: CaseStatus = await until(handle, (one) => one.pendingOutcome !== null);
    expect(state).toMatchObject({pendingOutcome: 'fixed', attempts: [{end: 'reported', proof: {rebuildOk: true}}]});
    await connection.close();
  } finally {
    await up?.stop();
    await model.close();
    await run.remove();
  }
});

/** `portwright up` over what the demo left, as an operator starts it again. */
function startUp(run: DemoRun, modelBase: string) {
  const demo = join(run.dir, 'demo');
  const env = {
    ...process.env,
    ...run.env,
    PORTWRIGHT_STATE_DIR: demo,
    PORTWRIGHT_ENVS_DIR: join(demo, 'envs'),
    LOGS_ROOT: join(demo, 'logs'),
    DP_HARNESS_ENV: 'demo',
    DP_HARNESS_POLICY: join(demo, 'policy.json'),
    DP_HARNESS_TRIAGE_MODEL: 'scripted-demo',
    DP_HARNESS_TRIAGE_API_BASE: modelBase,
  };
  const args = [join(installRoot(), 'bin', 'portwright.js'), 'up', '--port', '0', '--ui-port', '0'];
  const child = spawn(process.execPath, args, {env});
  const ended = new Promise<void>((done) => child.once('close', () => done()));
  const address = new Promise<string>((done, failed) => {
    createInterface({input: child.stdout}).on('line', (line) => {
      const found = /^Temporal at (\S+),/.exec(line)?.[1];
      if (found !== undefined) done(found);
    });
    void ended.then(() => failed(new Error('up ended before it was ready.')));
  });
  return {
    address,
    async stop() {
      child.kill('SIGTERM');
      await ended;
    },
  };
}
