import {type Command, Option} from 'commander';
import {ACTION_NAMES, type ActionName, actionOf} from '../case/operator/actions.ts';
import type {Field} from '../case/operator/fields.ts';
import {loginName, requireName} from './login-name.ts';
import {WAIT_HELP} from './wait-option.ts';

/** Registers a command for each operator action, which sends the action's signal or update to a case and prints the answer; and `ask`. */
export function addOperatorCommands(program: Command): void {
  for (const name of ACTION_NAMES) addOperatorCommand(program, name);
  addAskCommand(program);
}

/** Registers `ask`, which decides nothing. */
function addAskCommand(program: Command): void {
  program
    .command('ask <case> <question>')
    .description('answers a question about a waiting case from its evidence, with the lines that show it; changes nothing')
    .option('--by <name>', 'your name, for the log of the case', loginName())
    .option('--wait', WAIT_HELP)
    .option('--json', 'for scripts')
    .addHelpText(
      'after',
      '\nIts tokens count against the budget of the case. Exit code 1: there is no answer, or the case refuses the question.',
    )
    .action(async (caseName: string, question: string, options) => {
      const asked = {...options, by: requireName(options.by)};
      process.exitCode = await (await import('./question.ts')).askAbout(caseName, question, asked);
    });
}

function addOperatorCommand(program: Command, name: ActionName): void {
  const {command: commandName, summary, effect, fields, kind} = actionOf(name);
  const command = program
    .command(`${commandName} <case>`)
    .description(summary)
    .option('--by <name>', 'your name, for the log of the case', loginName())
    .addHelpText('after', `\n${effect}`)
    .action(async (caseName: string, {wait, ...options}: Readonly<Record<string, string>> & {readonly wait?: boolean}) => {
      const input = await inputFrom(name, {...options, by: requireName(options.by)});
      await (await import('./cases.ts')).send(caseName, name, input, {wait});
    });
  if (kind === 'update') command.option('--wait', WAIT_HELP);
  for (const field of Object.values(fields)) command.addOption(optionOf(field));
}

function optionOf({option, help, required}: Field): Option {
  return new Option(option, help).makeOptionMandatory(required ?? false);
}

/** Returns the input of the action's message. What is not of its field's type is passed on, for the case to refuse. */
async function inputFrom(name: ActionName, options: Readonly<Record<string, string>>): Promise<Record<string, unknown>> {
  const input: Record<string, unknown> = {by: options.by};
  for (const [key, field] of Object.entries(actionOf(name).fields)) {
    const value = options[optionOf(field).attributeName()];
    if (value !== undefined) input[key] = await parse(field, value);
  }
  return input;
}

async function parse(field: Field, value: string): Promise<unknown> {
  switch (field.type) {
    case 'integer':
      return /^\d+$/.test(value) ? Number(value) : value;
    case 'list':
      return value.split(',').map((one) => one.trim());
    case 'diff':
      return (await import('./diff-option.ts')).readDiff(`--${optionOf(field).name()}`, value);
    default:
      return value;
  }
}
