import {join} from 'node:path';
import {type RunningConsole, startConsole} from '../console/server.tsx';
import {consoleSettings} from '../console/settings.ts';
import type {Place} from '../console/watch/connect.ts';
import {privateDir} from '../setup/private-dir.ts';
import {lockStateDir} from '../setup/state-dir-lock.ts';
import {connectionOptions} from '../worker/connection.ts';

interface LocalConsoleOptions {
  readonly env: NodeJS.ProcessEnv;
  readonly stateDir: string;
  readonly roots: readonly string[];
  /** Rejects while Temporal's address is not known. */
  readonly place: () => Promise<Place>;
  readonly workerUrl: () => string | undefined;
  readonly webUi: () => string | undefined;
  /** Gets the corrections of modes. */
  readonly print: (line: string) => void;
}

/** Starts a console whose cache is below `stateDir`. Throws if another console uses that directory, or its address is taken. */
export async function startLocalConsole(local: LocalConsoleOptions): Promise<RunningConsole> {
  const {env} = local;
  const dir = join(local.stateDir, 'console');
  await privateDir(local.stateDir, local.print);
  await privateDir(dir, local.print);
  const unlock = await lockStateDir(dir);
  const options = {...local, cacheFile: join(dir, 'console.sqlite')};
  try {
    const running = await startConsole({...options, settings: consoleSettings(env, {})}).catch((error: NodeJS.ErrnoException) => {
      // As the embedded server does: the default port is not required.
      if (error.code !== 'EADDRINUSE' || env.PORTWRIGHT_CONSOLE || env.STATE_SERVER_PORT) throw error;
      return startConsole({...options, settings: consoleSettings(env, {port: 0})});
    });
    return {
      url: running.url,
      async stop() {
        await running.stop();
        await unlock();
      },
    };
  } catch (error) {
    await unlock();
    throw error;
  }
}

/** What an attached console reads of the runtime that it belongs to. */
export interface AttachedRuntime {
  readonly address: string;
  readonly namespace: string;
  readonly uiUrl: string | undefined;
  workerHealthUrl(): string | undefined;
}

/** A console that starts before the server and the worker that it shows. */
export interface AttachedConsole {
  readonly url: string;
  /** Starts to show them. */
  attach(runtime: AttachedRuntime): void;
  stop(): Promise<void>;
}

/** Starts a console for a runtime that starts after it, since the worker needs the console's address. */
export async function startAttachedConsole(
  local: Pick<LocalConsoleOptions, 'env' | 'roots' | 'stateDir' | 'print'>,
): Promise<AttachedConsole> {
  let runtime: AttachedRuntime | undefined;
  const place = async (): Promise<Place> => {
    if (runtime === undefined) throw new Error('it is being started');
    const {address, namespace} = runtime;
    return {address, namespace, options: connectionOptions(process.env)?.connectionOptions ?? {}};
  };
  const running = await startLocalConsole({
    ...local,
    place,
    workerUrl: () => runtime?.workerHealthUrl(),
    webUi: () => runtime?.uiUrl ?? webUi(),
  });
  return {
    url: running.url,
    attach(started) {
      runtime = started;
    },
    stop: () => running.stop(),
  };
}

/** Returns the base of the Web UI's addresses for a cluster, which only its operator can set. */
export function webUi(): string | undefined {
  const base = process.env.PORTWRIGHT_WEB_UI;
  return base ? `${base.replace(/\/+$/, '')}/namespaces/${process.env.TEMPORAL_NAMESPACE || 'default'}` : undefined;
}
