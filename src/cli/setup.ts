import {ensureOsPackages} from '../setup/os-packages.ts';
import {stateDir} from '../setup/paths.ts';
import {findTemporalCli} from '../worker/temporal-cli.ts';

/** `portwright setup`: OS packages and Temporal's CLI, so that demo and tests find all that they need. */
export async function setup(): Promise<void> {
  const say = (line: string): void => console.log(line);
  await ensureOsPackages(say);
  const cli = await findTemporalCli({stateDir: stateDir(process.env), say});
  say(`Ready. Temporal's CLI from ${cli.from}: ${cli.path}`);
}
