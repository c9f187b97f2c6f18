import type {Command} from 'commander';

const TARGET = 'the target that is composed: @main or a quarter, as @2026Q3';

/** Registers the commands that read and apply an overlay.dops. */
export function addDopsCommands(program: Command): void {
  const dops = program.command('dops').description('overlay.dops, the language of overlays: check, plan, apply, explain');
  dops
    .command('check <file...>')
    .description('errors, and warnings of what a composer silently does wrong; with --port also of a run on the port')
    .option('--port <dir>', 'the port as FreeBSD has it')
    .option('--target <target>', TARGET, '@main')
    .option('--json', 'for scripts')
    .action(async (files, options) => {
      process.exitCode = (await import('./dops/check.ts')).check(files, options);
    });
  dops
    .command('plan <file...>')
    .description('the operations in order, with the targets that they are for')
    .option('--json', 'for scripts')
    .action(async (files, options) => {
      process.exitCode = (await import('./dops/plan.ts')).plan(files, options);
    });
  dops
    .command('apply <file>')
    .description('changes a port on disk as the composer does')
    .requiredOption('--port-root <dir>', 'the port')
    .requiredOption('--target <target>', TARGET)
    .option('--dry-run', 'change nothing')
    .option('--strict', 'end at the first operation that fails, and write nothing')
    .option('--diff', 'with --dry-run: print what would change')
    .option('--json', 'for scripts')
    .action(async (file, options) => {
      process.exitCode = (await import('./dops/apply.ts')).apply(file, options);
    });
  dops
    .command('explain <file...>')
    .description('what each statement does to the port, as a diff')
    .requiredOption('--port <dir>', 'the port as FreeBSD has it')
    .option('--target <target>', TARGET, '@main')
    .option('--json', 'for scripts')
    .action(async (files, options) => {
      process.exitCode = (await import('./dops/explain.ts')).explain(files, options);
    });
  dops
    .command('conform')
    .description('answers requests of a conformance checker, a line of JSON each, from stdin')
    .action(async () => (await import('./dops/conform.ts')).conform());
}
