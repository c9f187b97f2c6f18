import {evidenceRoots} from '../evidence/bundle.ts';
import {stateDir} from '../setup/paths.ts';
import {rootsToRead} from './roots.ts';
import {startRuntime, type UpOptions} from './runtime.ts';
import {untilStopped} from './until-stopped.ts';

/** `portwright up`: runs server, worker and console on this machine until Ctrl-C or TERM. */
export async function up(options: UpOptions): Promise<void> {
  const print = (line: string): void => console.log(line);
  const stopped = untilStopped();
  const pages = options.console === false ? undefined : {roots: rootsToRead(), env: process.env};
  const runtime = await startRuntime({...options, stateDir: stateDir(process.env), console: pages}, print);
  try {
    print(`Temporal at ${runtime.address}, namespace ${runtime.namespace}`);
    if (runtime.consoleUrl !== undefined) print(`Console: ${runtime.consoleUrl}`);
    if (runtime.uiUrl !== undefined) print(`Web UI: ${runtime.uiUrl}/workflows`);
    if (runtime.workerPid() !== undefined)
      print(`Worker: pid ${runtime.workerPid()}, evidence in ${evidenceRoots(process.env).join(', ')}`);
    print('Ready for hooks; docs/install.md describes how to install them. Ctrl-C stops it.');
    await Promise.race([stopped, runtime.broken]);
    print('Stopping.');
  } finally {
    await runtime.stop();
  }
}
