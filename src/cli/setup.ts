import {ensureOsPackages, NEEDED_BY_TESTS} from '../setup/os-packages.ts';
import {stateDir} from '../setup/paths.ts';
import {findTemporalCli} from '../worker/temporal-cli.ts';

/** `portwright setup`: installs the OS packages and Temporal's CLI that the demo needs; with `tests` the browser too. */
export async function setup({tests}: {tests?: boolean}): Promise<void> {
  const print = (line: string): void => console.log(line);
  await ensureOsPackages(print, {}, tests ? NEEDED_BY_TESTS : undefined);
  const cli = await findTemporalCli({stateDir: stateDir(process.env), print});
  print(`Ready. Temporal's CLI from ${cli.from}: ${cli.path}`);
}
