import {dirname} from 'node:path';
import {createInterface} from 'node:readline';
import {Client, Connection} from '@temporalio/client';
import {execa} from 'execa';
import {installRoot, stateDir} from '../../src/setup/paths.ts';
import {findTemporalCli} from '../../src/worker/temporal-cli.ts';
import {pidWith} from './process-usage.ts';

const STOP_MS = 30_000;

/** `portwright up` as a process: server, worker and console of the build. */
export class RunningUp {
  readonly console: number;
  readonly worker: number;
  readonly server: number;
  readonly client: Client;
  readonly #stop: () => Promise<void>;

  private constructor(pids: {console: number; worker: number; server: number}, client: Client, stop: () => Promise<void>) {
    this.console = pids.console;
    this.worker = pids.worker;
    this.server = pids.server;
    this.client = client;
    this.#stop = stop;
  }

  /** Returns when it prints that it is ready. Throws an Error with its output if it ends before. */
  static async start(env: NodeJS.ProcessEnv): Promise<RunningUp> {
    const {path} = await findTemporalCli({stateDir: stateDir(process.env), print: () => undefined});
    const up = execa(process.execPath, [`${installRoot()}/bin/portwright.js`, 'up', '--port', '0', '--ui-port', '0'], {
      env: {...env, PATH: `${dirname(path)}:${process.env.PATH}`},
      all: true,
      buffer: false,
      reject: false,
      forceKillAfterDelay: STOP_MS,
    });
    const lines: string[] = [];
    await new Promise<void>((ready, failed) => {
      createInterface({input: up.all}).on('line', (line) => {
        lines.push(line);
        if (line.startsWith('Ready for hooks')) ready();
      });
      up.then(() => failed(new Error(`portwright up ended: ${lines.join(' ')}`)));
    });
    const found = (pattern: RegExp): string =>
      lines.map((line) => pattern.exec(line)?.[1]).find((one) => one !== undefined) ?? '';
    const address = found(/^Temporal at (\S+),/);
    const connection = await Connection.connect({address});
    const pids = {
      console: up.pid ?? 0,
      worker: Number(found(/^Worker: pid (\d+)/)),
      server: pidWith('start-dev', env.PORTWRIGHT_STATE_DIR ?? ''),
    };
    return new RunningUp(pids, new Client({connection}), async () => {
      await connection.close();
      up.kill('SIGTERM');
      await up;
    });
  }

  async stop(): Promise<void> {
    await this.#stop();
  }
}
