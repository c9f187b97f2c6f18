import {access, constants, readFile} from 'node:fs/promises';
import {delimiter, join} from 'node:path';
import {execa} from 'execa';

/** Commands that the Linux dev-env and the demo's builds need, and Debian's packages that have them. */
const NEEDED: Readonly<Record<string, string>> = {
  bmake: 'bmake',
  bwrap: 'bubblewrap',
  cc: 'gcc libc6-dev',
  patch: 'patch',
  git: 'git',
  unshare: 'util-linux',
  prlimit: 'util-linux',
  flock: 'util-linux',
  tar: 'tar',
  xz: 'xz-utils',
  gzip: 'gzip',
};

/** Whether `command` is on PATH. */
export async function onPath(command: string, path: string | undefined = process.env.PATH): Promise<string | undefined> {
  for (const dir of (path ?? '').split(delimiter).filter((one) => one !== '')) {
    const file = join(dir, command);
    const runs = await access(file, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (runs) return file;
  }
  return undefined;
}

/** Names of Debian packages for the commands that are missing, without doubles. */
export async function missingPackages(path?: string): Promise<{commands: string[]; packages: string[]}> {
  const there = await Promise.all(Object.keys(NEEDED).map(async (command) => [command, await onPath(command, path)] as const));
  const commands = there.filter(([, file]) => file === undefined).map(([command]) => command);
  return {commands, packages: [...new Set(commands.flatMap((command) => NEEDED[command]?.split(' ') ?? []))]};
}

/**
 * Sees to it that the commands that the Linux dev-env needs are there: installs Debian packages as root or by `sudo -n`, and says so first.
 * Without either it throws an Error with the one command that a person must run.
 */
export async function ensureOsPackages(say: (line: string) => void): Promise<void> {
  if (process.platform !== 'linux') {
    throw new Error(
      `The Linux dev-env needs Linux; this is ${process.platform}. Run Portwright's demo on a Linux machine, or point DPORTSV3_CMD at a dev-env elsewhere.`,
    );
  }
  const {commands, packages} = await missingPackages();
  if (commands.length === 0) return;
  if (!(await isDebian())) {
    throw new Error(
      `These commands are missing: ${commands.join(', ')}. Install them with this system's package manager (Debian calls the packages ${packages.join(', ')}), then run this again.`,
    );
  }
  const asRoot = await rootPrefix();
  const install = `apt-get update && apt-get install -y --no-install-recommends ${packages.join(' ')}`;
  if (asRoot === undefined)
    throw new Error(
      `Some OS packages are missing and this is not root. Run this once, then start again:\n\n    sudo sh -c '${install}'\n`,
    );
  say(
    `Installs the OS packages ${packages.join(', ')} (missing: ${commands.join(', ')}): ${[...asRoot, 'apt-get'].join(' ')} install`,
  );
  const env = {DEBIAN_FRONTEND: 'noninteractive'};
  const [command = 'sh', ...args] = [...asRoot, 'sh', '-c', install];
  const done = await execa(command, args, {env, reject: false, all: true, stdin: 'ignore'});
  if (done.exitCode !== 0)
    throw new Error(
      `apt-get could not install ${packages.join(', ')}:\n${String(done.all).slice(-2000)}\nMend that, or install them by hand, then run this again.`,
    );
}

async function rootPrefix(): Promise<string[] | undefined> {
  if (process.getuid?.() === 0) return [];
  const sudo = await execa('sudo', ['-n', 'true'], {reject: false, stdin: 'ignore'});
  return sudo.exitCode === 0 ? ['sudo', '-n'] : undefined;
}

async function isDebian(): Promise<boolean> {
  const release = await readFile('/etc/os-release', 'utf8').catch(() => '');
  return /^(ID|ID_LIKE)=.*(debian|ubuntu)/m.test(release);
}
