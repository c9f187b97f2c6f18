/** A file that a command of a target's recipe names, and what to write in its place; undefined: nothing. */
export interface NamedFile {
  /** As it is written, such as `${WRKSRC}/src/a.c`. */
  readonly word: string;
  readonly replacement: string | undefined;
}

/** Commands that take any number of files, and those that take one and a destination. */
const OF_FILES = /^[@-]*(?:\$\{(?:REINPLACE_CMD|SED|CHMOD)\}|sed|chmod)$/;
const TO_DESTINATION = /^[@-]*(?:\$\{(?:CP|MV)\}|cp|mv)$/;

/**
 * Returns the lines of a recipe without a file, or with another in its place: the command goes if it has no other file. Undefined if no
 * command names the file, or a command that does is not a simple command of known form.
 */
export function withoutFile(lines: readonly string[], file: NamedFile): string[] | undefined {
  const commands = commandsOf(lines);
  if (!commands.some((command) => command.join('\n').includes(file.word))) return undefined;
  const edited = commands.map((command) => (command.join('\n').includes(file.word) ? editCommand(command, file) : command));
  return edited.some((command) => command === undefined) ? undefined : edited.flatMap((command) => command ?? []);
}

/** Returns the lines by command: a line that ends in a backslash continues. */
function commandsOf(lines: readonly string[]): string[][] {
  const commands: string[][] = [];
  let isOpen = false;
  for (const line of lines) {
    if (isOpen) commands.at(-1)?.push(line);
    else commands.push([line]);
    isOpen = /\\[ \t]*$/.test(line);
  }
  return commands;
}

function editCommand(command: readonly string[], {word, replacement}: NamedFile): string[] | undefined {
  const words = wordsIn(command);
  const [name = '', ...rest] = words ?? [];
  if (words === undefined || words.filter((one) => one === word).length !== 1) return undefined;
  if (replacement !== undefined) return command.map((line) => replaceWord(line, word, replacement));
  const files = rest.filter((one) => /^\$\{\w+\}\//.test(one));
  if (TO_DESTINATION.test(name)) return files.length === 2 && files[0] === word ? [] : undefined;
  if (!OF_FILES.test(name)) return undefined;
  return files.length === 1 ? [] : withoutWord(command, word);
}

/** Returns the words of a simple command; undefined if it has an operator of the shell, or the file within another word. */
function wordsIn(command: readonly string[]): string[] | undefined {
  const text = command.map((line) => line.replace(/\\[ \t]*$/, '')).join(' ');
  const words = text.match(/(?:'[^']*'|"(?:\\.|[^"\\])*"|\\.|[^\s'"\\])+/g) ?? [];
  const bare = text.replace(/'[^']*'|"(?:\\.|[^"\\])*"|\\.|\$\{\w+\}/g, '');
  return /[;&|`<>(){}#'"$]/.test(bare) ? undefined : words;
}

function replaceWord(line: string, word: string, replacement: string): string {
  const parts = line.split(/(\s+)/);
  return parts.map((part) => (part === word ? replacement : part)).join('');
}

/** Removes a word with the blanks before it; of lines that have no other, the continuation before them ends with the command. */
function withoutWord(command: readonly string[], word: string): string[] {
  const cut = command.map((line) => {
    const at = line.split(/\s+/).includes(word) ? line.indexOf(word) : -1;
    return at < 0
      ? line
      : line.slice(0, at).replace(/[ \t]+$/, line.slice(0, at).trim() === '' ? '\t' : '') + line.slice(at + word.length);
  });
  const left = cut.filter((line) => line.replace(/\\[ \t]*$/, '').trim() !== '');
  const last = left.length - 1;
  return left.map((line, index) => (index === last ? line.replace(/[ \t]*\\[ \t]*$/, '') : line));
}
