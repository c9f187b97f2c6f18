import {Command, InvalidArgumentError} from 'commander';
import {buildId} from '../worker/build-id.ts';
import {addCheckCommands} from './check-commands.ts';
import {addDopsCommands} from './dops-commands.ts';
import {addEvalCommand} from './eval-command.ts';
import {addHostCommands} from './host-commands.ts';
import {addOperatorCommands} from './operator-commands.ts';
import {addPortCommands} from './port-commands.ts';
import {addReadingCommands} from './reading-commands.ts';

/** The command line: commands, options and their texts, of which completion and manual page are made too. */
export const program = new Command('portwright')
  .description('Repairs broken DragonFly BSD ports.')
  .version(buildId(), '-V, --version', 'version and commit of this installation')
  .showHelpAfterError('(run it with --help for its options)')
  .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2))
  .enablePositionalOptions()
  .addHelpText(
    'after',
    `
Examples:
  portwright cases --waiting                       cases that wait for you
  portwright show net/foo                          what failed, what was tried, what you decide
  portwright accept net/foo                        accepts its proved fix
  portwright export --out patches/                 accepted fixes, for git am
  portwright COMMAND --help                        options of a command

Exit status: 0 success; 1 a failure or no result; 2 a wrong command line; 130 stopped by Ctrl-C. \`guard\`: 3 it asks, 4 it refuses.
Environment: NO_COLOR and FORCE_COLOR decide on colours, which terminals get; PORTWRIGHT_DEBUG=1 prints errors with their stack.`,
  );

program.commandsGroup('Install and run:');
program
  .command('up')
  .description(
    'embedded Temporal server (or the cluster that TEMPORAL_ADDRESS or temporal.toml names), worker, console; until Ctrl-C',
  )
  .option('--port <port>', 'port of the embedded server (default: 7233, or any other if it is taken)', toPort)
  .option('--ui-port <port>', 'port of its Web UI (default: 8233, or any other if it is taken)', toPort)
  .option('--no-worker', 'without a worker')
  .option('--no-console', 'without the console')
  .action(async (options) => (await import('./up.ts')).up(options));

program
  .command('console')
  .description('pages, REST and events over all cases, as part of `up` or alone; PORTWRIGHT_CONSOLE is its address')
  .action(async () => (await import('./console.ts')).runConsole());

program
  .command('setup')
  .description("installs what demo and tests need: OS packages (as root or with sudo), Temporal's CLI")
  .option('--tests', 'what the tests need too: Chromium, shells, shellcheck')
  .action(async (options) => (await import('./setup.ts')).setup(options));

program
  .command('worker')
  .description('only a worker, for the cluster that TEMPORAL_ADDRESS or temporal.toml names')
  .action(async () => void (await import('../worker/main.ts')));

program.commandsGroup('Take in failures:');
program
  .command('report')
  .description('delivers the failures that hooks left in the spool')
  .option('--evidence <dir>', 'evidence root; by default those of LOGS_ROOT, with --from-logs the one below its directory')
  .option('--from-logs <dir>', "dsynth's log directory after a bulk run: a bundle and a case of each failure that has none yet")
  .option('--target <target>', 'with --from-logs: the branch that was built, as @2026Q2')
  .option('--profile <profile>', "with --from-logs: dsynth's profile")
  .option('--config <dir>', 'with --from-logs: where dsynth.ini is')
  .option('--json', 'with --from-logs: for scripts')
  .action(async ({fromLogs, ...options}) => {
    if (fromLogs === undefined) await (await import('./report.ts')).report(options);
    else await (await import('./import.ts')).reportFromLogs(fromLogs, options);
  });

program
  .command('receive <host>')
  .description('stores the evidence that a build host pushes to standard input; a forced command of its key')
  .action(async (host) => (await import('./receive.ts')).receive(host));

program
  .command('start <port>')
  .description('opens a case by hand: category/port or category/port@flavor')
  .option('--log <file>', "its build log; by default the port's log in LOGS_ROOT")
  .option('--target <target>', 'the branch that was built, as @2026Q2')
  .option('--profile <profile>', "dsynth's profile")
  .option('--config <dir>', 'where dsynth.ini is; /etc/dsynth or /usr/local/etc/dsynth by default')
  .action(async (port, options) => (await import('./import.ts')).start(port, options));

program
  .command('import <state>')
  .description('takes over bundles, runs, queue, policy and settings of the existing Python system, and only reads its directory')
  .option('--dry-run', 'prints the report, and writes nothing')
  .option('--evidence <dir>', 'evidence root that gets bundles, runs and jobs; by default the first of LOGS_ROOT')
  .option('--target <target>', 'branch of failures that have none, as @2026Q2; by default @<profile>')
  .option('--policy <file>', 'its agentic-policy.json; by default that in the directory')
  .option('--hooks-conf <file>', "its dportsv3-hooks.conf; by default that in the directory or beside dsynth's hooks")
  .option('--env-file <file>', "its runner's variables as KEY=value lines; by default those of this shell")
  .option('--out <dir>', 'directory for the proposed policy and conf; by default imported/ in PORTWRIGHT_STATE_DIR')
  .option('--json', 'for scripts')
  .action(async (state, options) => {
    process.exitCode = await (await import('./import-state.ts')).importDeltaports(state, options);
  });

program.commandsGroup('Try and measure:');
program
  .command('demo')
  .description('makes a port fail for real and repairs it, on this machine')
  .option('--once', 'end when the case closes or waits for an operator; the last line is JSON')
  .option('--port <origin...>', 'other failing ports of the demo')
  .option('--all', 'all failing ports')
  .action(async (options) => {
    process.exitCode = await (await import('./demo.ts')).demo(options);
  });

addEvalCommand(program);

program.commandsGroup('Read cases and runs:');
program
  .command('cases')
  .description('the open cases')
  .option('--waiting', 'only those that wait for an operator')
  .option('--json', 'for scripts')
  .action(async (options) => (await import('./cases.ts')).cases(options));

program
  .command('show <case>')
  .description('a case, by its id or its origin: what failed, what was tried, its phase')
  .option('--page <n>', 'page of a long timeline (default: 1, which has the latest 200 entries)', toPage)
  .option('--json', 'for scripts; without --page it has all of the timeline')
  .action(async (name, options) => (await import('./show.ts')).show(name, options));

addReadingCommands(program);
program.commandsGroup('Answer a case:');
addOperatorCommands(program);
addPortCommands(program);
program.commandsGroup('Check:');
addCheckCommands(program);
program.commandsGroup('Build hosts and overlays:');
addHostCommands(program);
addDopsCommands(program);

program.commandsGroup('Build hosts and overlays:');
program
  .command('dev-env')
  .description('the Linux dev-env: create, status, path, exec, fetch, reset, destroy, list')
  .helpOption(false)
  .allowUnknownOption()
  .argument('[args...]')
  .passThroughOptions()
  .action(async (args: string[]) => {
    process.exitCode = await (await import('./dev-env.ts')).devEnv(args);
  });

function toPage(text: string): number {
  if (!/^[1-9]\d{0,5}$/.test(text)) throw new InvalidArgumentError('a page is an integer from 1.');
  return Number(text);
}

function toPort(text: string): number {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new InvalidArgumentError('a port is an integer from 0 to 65535.');
  return port;
}
