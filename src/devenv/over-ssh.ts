import {REMOTE_WRAPPER} from './remote-wrapper.ts';

/** Options of ssh that take a value, as the next argument or joined to them. */
const VALUED = /^-[46AaCfGgKkMNnqsTtVvXxYy]*[BbcDEeFIiJLlmOoPpQRSWw]$/;

/** Whether a command line starts with ssh. */
export function isSsh([program = '']: readonly string[]): boolean {
  return /(^|\/)ssh$/.test(program);
}

/** A command line of ssh in its two parts. */
export interface SshCommand {
  /** `ssh`, its options and the host. */
  readonly ssh: readonly string[];
  /** Words after the host: text of sh, as an operator wrote them. */
  readonly words: readonly string[];
}

/** Splits a command line of ssh behind the host: the first word that is neither an option nor the value of one. */
export function splitSsh(command: readonly string[]): SshCommand {
  let at = 1;
  for (let word = command[at]; word?.startsWith('-') && word !== '--'; word = command[at]) at += VALUED.test(word) ? 2 : 1;
  if (command[at] === '--') at++;
  return {ssh: command.slice(0, at + 1), words: command.slice(at + 1)};
}

/** Script that reads another one up to a line with a dot, and runs it. An incomplete one is not run. */
const BOOTSTRAP = `while IFS= read -r line; do
case $line in .) eval "$script"; exit ;; esac
script=$script$line'
'
done
exit 1`;

/**
 * Returns the command line for ssh: `ssh`, options and host, then one short argument that every login shell takes, csh included: there
 * `!` is history even within quotes, and a line break ends a command. `shippedWrapper`, and what it reads, are to follow on standard
 * input. Source: DragonFly's root has csh.
 */
export function overSsh(ssh: readonly string[]): string[] {
  return [...withOptions(ssh), `/bin/sh -c 'eval "$(printf %b "$1")"' portwright '${octal(`script=\n${BOOTSTRAP}`)}'`];
}

/** No terminal, which would change bytes; and ssh is to notice within a minute that the host does not answer. */
const OPTIONS = ['-T', '-o', 'ServerAliveInterval=15', '-o', 'ServerAliveCountMax=4'];

/** Adds our options behind the operator's own, the first of which counts for ssh. */
function withOptions(ssh: readonly string[]): string[] {
  const at = ssh.at(-2) === '--' ? -2 : -1;
  return [...ssh.slice(0, at), ...OPTIONS, ...ssh.slice(at)];
}

/** The wrapper as `overSsh` reads it, without indentation, comments and empty lines. */
export function shippedWrapper(): string {
  return `${REMOTE_WRAPPER.replace(/^\t+/gm, '').replace(/^(#.*)?\n/gm, '')}.\n`;
}

/** Returns words and arguments as text of sh: the words as they are, the arguments quoted. */
export function shellText(words: readonly string[], args: readonly string[]): string {
  return [...words, ...args.map(quoted)].join(' ');
}

/** Quotes a text for a POSIX shell. */
export function quoted(arg: string): string {
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
