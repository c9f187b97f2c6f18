import {ensureOsPackages, NEEDED_BY_TESTS} from '../setup/os-packages.ts';
import {stateDir} from '../setup/paths.ts';
import {findTemporalCli} from '../worker/temporal-cli.ts';

/** `portwright setup`: OS packages and Temporal's CLI, so that the demo finds all that it needs; with `tests` the browser too. */
export async function setup({tests}: {tests?: boolean}): Promise<void> {
  const say = (line: string): void => console.log(line);
  await ensureOsPackages(say, {}, tests ? NEEDED_BY_TESTS : undefined);
  const cli = await findTemporalCli({stateDir: stateDir(process.env), say});
  say(`Ready. Temporal's CLI from ${cli.from}: ${cli.path}`);
}
