import type {Command} from 'commander';

/** Registers the commands that read and apply an overlay.dops. */
export function addDopsCommands(program: Command): void {
  const dops = program.command('dops').description('overlay.dops, the language of overlays: check, plan, apply, explain');
  dops
    .command('conform')
    .description('answers requests of a conformance checker, a line of JSON each, from stdin')
    .action(async () => (await import('./dops/conform.ts')).conform());
}
