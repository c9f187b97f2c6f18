import {stateDir} from '../setup/paths.ts';
import {rootsToRead} from './roots.ts';
import {startRuntime, type UpOptions} from './runtime.ts';
import {untilStopped} from './until-stopped.ts';

/** `portwright up`: everything on this machine, until Ctrl-C or TERM. */
export async function up(options: UpOptions): Promise<void> {
  const say = (line: string): void => console.log(line);
  const stopped = untilStopped();
  const pages = options.console === false ? undefined : {roots: rootsToRead(), env: process.env};
  const runtime = await startRuntime({...options, stateDir: stateDir(process.env), console: pages}, say);
  try {
    say(`Temporal at ${runtime.address}, namespace ${runtime.namespace}`);
    if (runtime.consoleUrl !== undefined) say(`Console: ${runtime.consoleUrl}`);
    if (runtime.uiUrl !== undefined) say(`Web UI: ${runtime.uiUrl}/workflows`);
    if (runtime.workerPid() !== undefined)
      say(`Worker: pid ${runtime.workerPid()}, evidence below ${process.env.LOGS_ROOT || '/build/synth/logs'}`);
    say('Ready for hooks: copy hooks/* to where dsynth.ini is, see docs/evidence.md. Ctrl-C ends it.');
    await Promise.race([stopped, runtime.broken]);
    say('Stops.');
  } finally {
    await runtime.stop();
  }
}
