import {Command} from 'commander';
import {ACTION_NAMES, actionOf} from '../../../src/case/operator/actions.ts';
import {addOperatorCommands} from '../../../src/cli/operator-commands.ts';
import {OPERATOR_MESSAGES} from '../../../src/protocol/port-case.ts';

test('each action has a message of its name and kind, and no other message is an operator’s', () => {
  const messages = Object.values(OPERATOR_MESSAGES).map(({name, type}) => [name, type]);
  expect(messages).toEqual(ACTION_NAMES.map((name) => [name, actionOf(name).kind]));
});

test('each action has a CLI command with an option for each field; the only other command to a case is a question', () => {
  const program = new Command();
  addOperatorCommands(program);
  const actions = program.commands.filter((one) => one.name() !== 'ask');
  const commands = actions.map((one) => [one.name(), one.options.map(({flags, mandatory}) => [flags, mandatory])]);
  const expected = ACTION_NAMES.map((name) => {
    const {command, fields, kind} = actionOf(name);
    const wait = kind === 'update' ? [['--wait', false]] : [];
    const own = Object.values(fields).map(({option, required}) => [option, required === true]);
    return [command, [['--by <name>', false], ...wait, ...own]];
  });
  expect(commands).toEqual(expected);
});

test('no two actions share a command, a path or a title', () => {
  for (const key of ['command', 'path', 'title'] as const)
    expect(new Set(ACTION_NAMES.map((name) => actionOf(name)[key])).size).toBe(ACTION_NAMES.length);
});
