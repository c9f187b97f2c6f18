import {program} from '../../src/cli/program.ts';

const visible = program.commands.filter((command) => !command.name().startsWith('_'));

test('each command of --help is in a group', () => {
  expect(visible.length).toBeGreaterThan(30);
  expect(visible.filter((command) => !command.helpGroup()).map((command) => command.name())).toEqual([]);
});

test('the examples of --help are commands that exist, with options that they have', () => {
  let help = '';
  program.configureOutput({writeOut: (text) => (help += text)});
  program.outputHelp();
  const examples = [...help.slice(help.indexOf('Examples:')).matchAll(/^ {2}portwright ([a-z]\S*)(.*?) {2,}/gm)];
  expect(examples.length).toBeGreaterThan(2);
  for (const [, name = '', rest = ''] of examples) {
    const options = visible.find((command) => command.name() === name)?.options.map(({long}) => long);
    expect(options).toEqual(expect.arrayContaining(rest.match(/--[a-z-]+/g) ?? []));
  }
});
