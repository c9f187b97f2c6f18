import {copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';

const TOOLS = join(import.meta.dirname, 'tools');
const PARTS = readdirSync(TOOLS);

/** Tools that take the options of both systems. */
const PLAIN = (
  'awk basename cat chmod chown cmp comm cut date dd df diff dirname du env grep gzip hostname id install ln ls mkdir mkfifo mv ' +
  'nice nohup od paste ps readlink realpath rm rmdir sort tee timeout touch tr uname uniq'
).split(' ');
/** Tools without options that matter, and programs of ports. */
const PASSED = [
  '[',
  'bmake',
  'dash',
  'echo',
  'expr',
  'false',
  'git',
  'kill',
  'printf',
  'pwd',
  'sleep',
  'test',
  'true',
  'bzip2',
  'xz',
  'zstd',
];
/** Tools that are absent from a BSD; scripts may not ask for them. */
const ABSENT = (
  'base64 bash flock gawk gsed ionice mawk md5sum nproc numfmt perl prlimit python3 rename setpriv setsid sha1sum sha256sum sha512sum shred ' +
  'shuf stdbuf tac taskset unshare wget xxd'
).split(' ');

/** Shells of scripts: DragonFly's sh is an ash like dash; mksh shows what only that has. */
export const SHELLS = ['dash', 'mksh'] as const;
export type Shell = (typeof SHELLS)[number];

export interface BsdToolsOptions {
  /** Directory of this machine's tools, as the tools will see it; default /usr/bin. */
  readonly real?: string;
  /** File that gets the refusals, as the tools will see it; default `refusals` beside the directory. */
  readonly log?: string;
  readonly shell?: Shell;
}

/**
 * A directory with the tools of DragonFly's base system, as a PATH: they refuse every option that only GNU's have, behave as a BSD where
 * the two differ, awk is the one true awk, and what a BSD does not have is not there. Each refusal is recorded.
 */
export class BsdTools {
  readonly dir: string;
  readonly refusals: string;

  /** Creates the directory below `top`. */
  constructor(top: string, {real = '/usr/bin', log, shell = 'dash'}: BsdToolsOptions = {}) {
    this.dir = join(top, 'bsd-bin');
    this.refusals = join(top, 'refusals');
    mkdirSync(this.dir, {recursive: true});
    writeFileSync(this.refusals, '');
    writeFileSync(join(this.dir, 'settings.sh'), `real=${real} log=${log ?? this.refusals}\n`);
    for (const part of PARTS) copyFileSync(join(TOOLS, part), join(this.dir, part));
    for (const tool of PLAIN) symlinkSync('plain', join(this.dir, tool));
    for (const tool of ABSENT) symlinkSync('absent', join(this.dir, tool));
    for (const tool of PASSED) symlinkSync(join(real, tool), join(this.dir, tool));
    symlinkSync(join(real, shell), join(this.dir, 'sh'));
    symlinkSync(join(real, 'bmake'), join(this.dir, 'make'));
  }

  /** Options and absent tools that were refused, a line each. */
  get refused(): string {
    return existsSync(this.refusals) ? readFileSync(this.refusals, 'utf8') : '';
  }
}
