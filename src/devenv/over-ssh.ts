/** Options of ssh that take a value, as the next argument or joined to them. */
const VALUED = /^-[46AaCfGgKkMNnqsTtVvXxYy]*[BbcDEeFIiJLlmOoPpQRSWw]$/;

/** Whether a command line starts with ssh. */
export function isSsh([program = '']: readonly string[]): boolean {
  return /(^|\/)ssh$/.test(program);
}

/**
 * Returns the command line for ssh: its options and host, then one argument that every login shell takes, csh included: there `!` is history
 * even within quotes, and a line break ends a command. What is run is `/bin/sh` with the command as octal numbers. Words of `command` after
 * the host are text of sh, as an operator wrote them; `args` are passed as they are. Source: DragonFly's root has csh.
 */
export function overSsh(command: readonly string[], args: readonly string[]): string[] {
  const host = hostAt(command);
  const line = [...command.slice(host + 1), ...args.map(quoted)].join(' ');
  return [...command.slice(0, host + 1), `/bin/sh -c 'eval "$(printf %b "$0")"' '${octal(line)}'`];
}

/** Index of the host: the first word that is neither an option nor the value of one. */
function hostAt(command: readonly string[]): number {
  let at = 1;
  for (let word = command[at]; word?.startsWith('-'); word = command[at]) {
    if (word === '--') return at + 1;
    at += VALUED.test(word) ? 2 : 1;
  }
  return at;
}

function quoted(arg: string): string {
  return `'${arg.replaceAll("'", `'\\''`)}'`;
}

/** Every byte but those that no shell and no `printf %b` takes for more than itself, as `\0ooo`. */
function octal(line: string): string {
  return [...Buffer.from(line, 'utf8')]
    .map((byte) =>
      /[\w/.-]/.test(String.fromCharCode(byte)) ? String.fromCharCode(byte) : `\\0${byte.toString(8).padStart(3, '0')}`,
    )
    .join('');
}
