import {readFile} from 'node:fs/promises';
import {join} from 'node:path';
import {Client, Connection} from '@temporalio/client';
import {execa} from 'execa';
import {ownDevEnv} from '../../src/devenv/command.ts';
import {attemptOf} from './attempt.ts';
import {DemoRun} from './demo-run.ts';
import {holdBuildsIn} from './held-builds.ts';
import {until} from './processes.ts';

/** A case of the demo during a build that is held at its start until `release`. */
export class HeldBuild {
  static readonly caseId = 'port:@demo:net/wifimedia';
  readonly run: DemoRun;
  readonly #connection: Connection;
  readonly client: Client;
  /** Lets the build continue. */
  readonly release: () => Promise<void>;

  private constructor(run: DemoRun, connection: Connection, release: () => Promise<void>) {
    this.run = run;
    this.#connection = connection;
    this.client = new Client({connection});
    this.release = release;
  }

  /** Starts a demo, and returns once a build of its case waits inside. Cleans up if that fails. */
  static async begin(): Promise<HeldBuild> {
    const run = await DemoRun.make();
    try {
      run.start('--port', 'net/wifimedia');
      await run.line(/It should end/);
      const release = await holdBuildsIn('demo', {PORTWRIGHT_ENVS_DIR: join(run.dir, 'demo', 'envs')});
      const address = (await readFile(join(run.dir, 'demo', 'temporal-address'), 'utf8')).trim();
      const held = new HeldBuild(run, await Connection.connect({address}), release);
      await until('a build waits inside', async () => (await held.#isBuilding()) && run.processes('dsynth').length > 0);
      return held;
    } catch (error) {
      await run.remove();
      throw error;
    }
  }

  /** Runs a command in the demo's repair env. */
  inEnv(...command: string[]) {
    return inEnv(this.run, ...command);
  }

  async remove(): Promise<void> {
    await this.#connection.close();
    await this.release();
    await this.run.remove();
  }

  async #isBuilding(): Promise<boolean> {
    const described = await attemptOf(this.client.workflow.getHandle(HeldBuild.caseId))
      .then((id) => this.client.workflow.getHandle(id).describe())
      .catch(() => undefined);
    return described?.raw.pendingActivities?.some((one) => one.activityType?.name === 'dsynth_build') === true;
  }
}

function inEnv(run: DemoRun, ...command: string[]) {
  const env = {PORTWRIGHT_ENVS_DIR: join(run.dir, 'demo', 'envs')};
  return execa(ownDevEnv(), ['dev-env', 'exec', 'demo', '--', ...command], {env, reject: false});
}
