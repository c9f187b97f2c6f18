import {stateDir} from '../setup/paths.ts';
import {startLocalConsole, webUi} from './attached-console.ts';
import {temporalPlace} from './client.ts';
import {rootsToRead} from './roots.ts';
import {untilStopped} from './until-stopped.ts';

/** `portwright console`: serves REST, events and pages until Ctrl-C. */
export async function runConsole(): Promise<void> {
  const stopped = untilStopped();
  const {env} = process;
  const running = await startLocalConsole({
    env,
    stateDir: stateDir(env),
    roots: rootsToRead(),
    place: temporalPlace,
    workerUrl: () => env.PORTWRIGHT_WORKER_URL || 'http://127.0.0.1:8789',
    webUi,
    print: (line) => console.log(line),
  });
  try {
    console.log(`Console: ${running.url}`);
    await stopped;
  } finally {
    await running.stop();
  }
}
