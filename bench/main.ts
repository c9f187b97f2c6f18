import {Command} from 'commander';

const program = new Command('bench').description('Measures what the documents promise.').showHelpAfterError();

program
  .command('history')
  .description('size of the histories of the longest allowed case: 4 attempts of 30 turns with 3 tool calls each')
  .option('--json', 'one line for scripts')
  .action(async ({json}: {json?: boolean}) => {
    const {measureHistory} = await import('./history.ts');
    show(await measureHistory(), json);
  });

/** One line of JSON, or a line a figure. */
function show(figures: object, json = false): void {
  if (json) console.log(JSON.stringify(figures));
  else for (const [name, value] of Object.entries(figures)) console.log(`${name.padEnd(20)} ${value}`);
}

await program.parseAsync();
