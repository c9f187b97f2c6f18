import type {Command} from 'commander';

/** Registers the commands that check settings and evidence, and change nothing. */
export function addCheckCommands(program: Command): void {
  const policy = program.command('policy').description('the policy: what automation may do');
  policy
    .command('check [file]')
    .description('checks a policy file and prints what it means; by default the one in effect')
    .option('--json', 'for scripts')
    .action(async (file, options) => {
      process.exitCode = await (await import('./policy.ts')).policyCheck(file, options);
    });

  program
    .command('doctor')
    .description('checks Temporal, worker, dev-envs, models, policy, hooks and evidence, and prints what to do')
    .option('--build-host', "only the checks of dsynth's side, in plain sh")
    .option('--hooks <dir>', "where dsynth's hooks are; /etc/dsynth or /usr/local/etc/dsynth by default")
    .option('--json', 'for scripts')
    .action(async (options) => {
      process.exitCode = await (await import('./doctor.ts')).doctor(options);
    });

  program
    .command('guard <diff>')
    .description('the diff guard on any diff of an overlay; - is standard input. Exit code 3: it asks, 4: it refuses')
    .requiredOption('--origin <port>', 'the port, category/port')
    .option('--overlay <dir>', "the port's overlay before the diff, so that changed lines are read in their file")
    .option('--port <dir>', "FreeBSD's port")
    .option('--log <file>', 'the failing build log, which names the patches that do not apply')
    .option('--env <name>', 'a free dev-env, in which the composed port is compared before and after the diff')
    .option('--json', 'for scripts')
    .action(async (diff, options) => {
      process.exitCode = await (await import('./guard.ts')).guard(diff, options);
    });

  program
    .command('triage <bundle>')
    .description('with --dry-run: prints the prompt of a bundle, its tokens and price, and calls nothing')
    .option('--dry-run', 'required: nothing is sent')
    .option('--json', 'for scripts')
    .action(async (bundle, options) => (await import('./triage.ts')).triage(bundle, options));

  program
    .command('completion <shell>')
    .description('prints a script that completes commands and cases, for bash, zsh or tcsh')
    .action(async (shell) => (await import('./completion.ts')).completion(program, shell));

  program.command('__complete <what>', {hidden: true}).action(async (what) => {
    const {completeCases, completeHosts} = await import('./completion.ts');
    if (what === 'hosts') completeHosts();
    else await completeCases();
  });
}
