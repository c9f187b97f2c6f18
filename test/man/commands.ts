import type {Argument, Command, Option} from 'commander';
import {argument, roffText, tagList, textLines} from './mdoc.ts';

/** Returns the list of commands with their options, from the table of which `--help` is printed. */
export function commandList(program: Command): string[] {
  return tagList(commandsOf(program, []).map(({command, path}) => ({term: termOf(command, path), body: bodyOf(command)})));
}

/** Commands that start with `_` are for the completion. A command with sub-commands is shown by them. */
function commandsOf(parent: Command, path: readonly string[]): {command: Command; path: string[]}[] {
  return parent.commands
    .filter((command) => !command.name().startsWith('_'))
    .flatMap((command) => {
      const own = [...path, command.name()];
      return command.commands.length > 0 ? commandsOf(command, own) : [{command, path: own}];
    });
}

function termOf(command: Command, path: readonly string[]): string {
  return [`Cm ${path.map(roffText).join(' ')}`, ...command.registeredArguments.map(argumentTerm)].join(' ');
}

function argumentTerm(one: Argument): string {
  const name = `Ar ${argument(one.name())}${one.variadic ? ' ...' : ''}`;
  return one.required ? name : `Op ${name}`;
}

function bodyOf(command: Command): string[] {
  const options = command.options.filter((option) => !option.hidden);
  const list = options.map((option) => ({term: optionTerm(option), body: textLines(option.description)}));
  return [...textLines(command.description()), ...(list.length > 0 ? tagList(list) : [])];
}

/** `-V, --version` and `--port <port>`, as commander has them. */
function optionTerm({flags}: Option): string {
  return flags
    .split(/, | /)
    .map((part) => {
      const [, value] = /^[<[](.*)[>\]]$/.exec(part) ?? [];
      if (value !== undefined) return part.startsWith('[') ? `Op Ar ${argument(value)}` : `Ar ${argument(value)}`;
      return `Fl ${roffText(part.slice(1))}`;
    })
    .join(' ');
}
