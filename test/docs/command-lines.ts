import type {Command} from 'commander';

/** Words before which a command stands: they start it, or decide whether it runs. */
const STARTERS: ReadonlySet<string> = new Set([
  'until',
  'while',
  'if',
  'do',
  'then',
  '!',
  'npx',
  'exec',
  'sudo',
  'env',
  'setpriv',
]);
const DEV_ENV: ReadonlySet<string> = new Set(['create', 'status', 'path', 'exec', 'fetch', 'reset', 'destroy', 'list']);

/** Returns the arguments of each `portwright` and `npm run demo --` command of a text of shell lines, with the brackets of a synopsis taken off. */
export function portwrightCommands(text: string): string[][] {
  const plain = text.replace(/\\\n\s*/g, ' ').replace(/<([\w ]+)>/g, '$1');
  return simpleCommands(plain).flatMap((words) => {
    const args = argumentsOf(words);
    return args === undefined
      ? []
      : [args.map((word) => word.replace(/^\[+|\]+(?:\.\.\.)?$/g, '')).filter((word) => word !== '')];
  });
}

function argumentsOf(words: readonly string[]): string[] | undefined {
  const [first = ''] = words;
  if (words.slice(0, 3).join(' ') === 'npm run demo') return ['demo', ...words.slice(3).filter((word) => word !== '--')];
  if (first === 'portwright') return words.slice(1);
  if (!STARTERS.has(first) && !/^[A-Z_]+=/.test(first)) return undefined;
  // `--reuid portwright` is a user and `HOME=/x portwright` a command: an assignment, a starter or nothing stands before a command.
  const at = words.findIndex((word, i) => word === 'portwright' && /^[A-Z_]+=|^[a-z!]+$/.test(words[i - 1] ?? ''));
  return at < 0 ? undefined : words.slice(at + 1);
}

/** Splits shell lines into simple commands and these into words. Quotes are taken off; comments and redirections are left out. */
function simpleCommands(text: string): string[][] {
  const commands: string[][] = [[]];
  for (const [, space, quoted, end, word] of text.matchAll(
    /(#[^\n]*|[ \t]+)|((?:[^\s'"|&;()<>#]*(?:'[^']*'|"[^"]*"))[^\s'"|&;()<>]*)|(\$\(|[|&;()\n]|\d?[<>]{1,2}&?\d?[ \t]*[^\s|&;()]*)|([^\s|&;()<>]+)/g,
  )) {
    if (space !== undefined) continue;
    if (end !== undefined) {
      if (!/[<>]/.test(end)) commands.push([]);
    } else commands.at(-1)?.push((quoted ?? word ?? '').replace(/['"]/g, ''));
  }
  return commands.filter((words) => words.length > 0);
}

/**
 * Returns why a command line is not one of the program, or undefined. A mention in running text may leave out arguments and required options.
 * Placeholders, as `FILE` and `…`, count as values.
 */
export function problemOf(program: Command, args: readonly string[], isMention: boolean): string | undefined {
  let command = program;
  let rest = [...args];
  for (let next = subcommand(command, rest[0]); next !== undefined; next = subcommand(command, rest[0])) {
    command = next;
    rest = rest.slice(1);
  }
  if (command === program) return rest.every((word) => /^-/.test(word)) ? optionProblem(command, rest) : `no command ${rest[0]}`;
  if (command.name() === 'dev-env') return devEnvProblem(rest);
  if (command.commands.length > 0)
    return rest.length === 0 && isMention ? undefined : `${command.name()} has no command ${rest[0]}`;
  return optionProblem(command, rest, isMention) ?? (isMention ? undefined : argumentProblem(command, rest));
}

function subcommand(command: Command, name: string | undefined): Command | undefined {
  return command.commands.find((one) => one.name() === name);
}

function devEnvProblem([name]: readonly string[]): string | undefined {
  return name === undefined || DEV_ENV.has(name) ? undefined : `dev-env has no command ${name}`;
}

/** Takes options with their values out of the words, and returns what is left: operands. Throws on an unknown option or a missing value. */
function operandsOf(command: Command, words: readonly string[], isMention = false): string[] {
  const operands: string[] = [];
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? '';
    if (!/^--?[A-Za-z]/.test(word)) {
      if (!/^\.\.\.$/.test(word)) operands.push(word);
      continue;
    }
    const [name = '', value] = word.split('=');
    const option = command.options.find(({long, short}) => long === name || short === name);
    if (option === undefined && !['--help', '-h'].includes(name)) throw new Error(`${command.name()} has no option ${name}`);
    if (!option?.required || value !== undefined) continue;
    at += 1;
    if (at >= words.length && !isMention) throw new Error(`${name} without a value`);
  }
  return operands;
}

function optionProblem(command: Command, words: readonly string[], isMention = false): string | undefined {
  try {
    operandsOf(command, words, isMention);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

function argumentProblem(command: Command, words: readonly string[]): string | undefined {
  const {length} = operandsOf(command, words);
  const {registeredArguments: expected, options} = command;
  const least = expected.filter(({required}) => required).length;
  const most = expected.some(({variadic}) => variadic) ? Number.POSITIVE_INFINITY : expected.length;
  const names = options.filter(({mandatory}) => mandatory).map(({long}) => long ?? '');
  const missing = names.filter((name) => !words.some((word) => word.split('=')[0] === name));
  if (missing.length > 0) return `${missing.join(', ')} are required`;
  return length < least || length > most ? `${length} arguments; expected are ${least} to ${most}` : undefined;
}
