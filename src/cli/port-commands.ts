import type {Command} from 'commander';
import {loginName, requireName} from './login-name.ts';
import {WAIT_HELP} from './wait-option.ts';

/** Registers the commands about a port and not one of its cases: hold, release; and prove, which any case allows. */
export function addPortCommands(program: Command): void {
  program
    .command('hold [origin]')
    .description('records the failures of a port without starting a case; without an origin: lists the holds')
    .option('--until <time>', 'as 12h, 3d or 2026-12-31; by default until it is released')
    .option('--reason <text>', 'why')
    .option('--by <name>', 'your name, for the log of the hold', loginName())
    .option('--json', 'for scripts, without an origin')
    .action(async (origin, options) => {
      const by = origin === undefined ? '' : requireName(options.by);
      await (await import('./hold.ts')).hold(origin, {...options, by});
    });

  program
    .command('release <origin>')
    .description('ends a hold')
    .option('--by <name>', 'your name, for the log of the hold', loginName())
    .option('--wait', WAIT_HELP)
    .action(async (origin, options) => {
      await (await import('./hold.ts')).release(origin, {...options, by: requireName(options.by)});
    });

  program
    .command('prove <case>')
    .description("repeats the rebuild proof of the case's last diff, and stores both; exit code 0 only if it passes")
    .option('--wait', WAIT_HELP)
    .option('--json', 'for scripts')
    .action(async (name, options) => {
      process.exitCode = await (await import('./prove.ts')).prove(name, options);
    });
}
