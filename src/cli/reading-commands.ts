import {type Command, InvalidArgumentError} from 'commander';

/** Registers the commands that read the evidence of a case: its log, its diff, the model's turns. */
export function addReadingCommands(program: Command): void {
  program
    .command('log <case>')
    .description('what made the build fail: the first causes with their lines of the log')
    .option('--all', 'all errors of the log')
    .option('--full', 'the full log')
    .option('--proof', "the last proof's log")
    .option('--json', 'for scripts')
    .action(async (name, options) => (await import('./log.ts')).log(name, options));

  program
    .command('evidence <logfile...>')
    .description('the root causes of any build log, plain or packed (gzip, zstd, xz, bzip2); - is standard input')
    .option('--port-dir <dir>', "the port's directory: which tool chains and recipes fit it")
    .option('--json', 'for scripts: an object a line for each file')
    .action(async (logfiles, options) => (await import('./evidence.ts')).evidence(logfiles, options));

  program
    .command('diff <case>')
    .description('the newest recorded diff, as `git apply` takes it')
    .option('--attempt <n>', 'the diff of this attempt', toCount)
    .option('--json', 'for scripts')
    .action(async (name, options) => (await import('./diff.ts')).diff(name, options));

  program
    .command('session <case>')
    .description("each turn: the model's text, its tool calls with the first lines of their results, tokens")
    .option('--json', 'for scripts')
    .action(async (name, options) => (await import('./session.ts')).session(name, options));

  program
    .command('runs')
    .description('the latest dsynth runs: counts, causes, cases, tokens')
    .option('--all', 'all that are on disk')
    .option('--json', 'for scripts')
    .action(async (options) => (await import('./runs.ts')).runs(options));

  program
    .command('run <run>')
    .description('one dsynth run: its failures by their cause, and its cases')
    .option('--json', 'for scripts')
    .action(async (id, options) => (await import('./runs.ts')).run(id, options));

  program
    .command('fixes')
    .description('fixes that a clean rebuild has proved, with the operators’ verdict; later cases are offered them')
    .option('--origin <port>', 'of one port')
    .option('--signature <signature>', 'of one failure')
    .option('--class <class>', 'of one class')
    .option('--diff', 'with their diffs')
    .option('--rebuild', 'rebuilds the index from the archives of all cases')
    .option('--json', 'for scripts')
    .action(async (options) => (await import('./fixes.ts')).fixes(options));

  program
    .command('export [case...]')
    .description('accepted fixes as patches that `git am` takes; by default all')
    .option('--accepted', 'all accepted fixes, as by default')
    .option('--out <dir>', 'where they go', '.')
    .option('--author <author>', "'Name <mail>'; git's own configuration by default")
    .option('--json', 'for scripts')
    .action(async (names, options) => (await import('./export.ts')).exportFixes(names, options));
}

function toCount(text: string): number {
  if (!/^[1-9]\d{0,5}$/.test(text)) throw new InvalidArgumentError('it is an integer from 1.');
  return Number(text);
}
