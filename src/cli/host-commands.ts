import {type Command, Option} from 'commander';

/** Registers the commands about build hosts. */
export function addHostCommands(program: Command): void {
  const host = program.command('host').description('build hosts: where dsynth runs and dev-envs are');
  host
    .command('add <name>')
    .description('adds a build host to the hosts file')
    .option('--ssh <address>', 'reached over ssh: [user@]address[:port], an IPv6 address with a port in brackets')
    .option('--local', 'this machine')
    .option('--identity <file>', 'private key for it; then no other key is offered')
    .option('--known-hosts <file>', 'file that has its host key')
    .option('--dportsv3 <command>', 'command of the dev-env there; over ssh /build/synth/DeltaPorts/dportsv3 by default')
    .option('--dev-env <name...>', 'its dev-envs, by their names there')
    .option('--target <target...>', 'targets for which its dev-envs are used, as @2026Q2; all by default')
    .option('--logs <dir...>', "dsynth's log directories there (Directory_logs)")
    .addOption(
      new Option('--evidence <way>', 'how the worker gets its evidence; over ssh collect by default').choices([
        'collect',
        'mount',
        'push',
      ]),
    )
    .action(async (name, options) => (await import('./host/add.ts')).hostAdd(name, options));

  host
    .command('list')
    .description('the build hosts: how they are reached, their dev-envs, targets and log directories')
    .option('--json', 'for scripts')
    .action(async (options) => (await import('./host/list.ts')).hostList(options));

  host
    .command('check [name]')
    .description('checks everything that a case needs on one host, or on all: ssh, tools, clock, dsynth, evidence, dev-envs')
    .option('--json', 'for scripts')
    .action(async (name, options) => {
      process.exitCode = await (await import('./host/check.ts')).hostCheck(name, options);
    });

  host
    .command('remove <name>')
    .description('removes a build host from the hosts file, unless a case works in one of its dev-envs')
    .action(async (name) => (await import('./host/remove.ts')).hostRemove(name));
}
