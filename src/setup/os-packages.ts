import {access, constants, readFile} from 'node:fs/promises';
import {delimiter, isAbsolute, join} from 'node:path';
import {execa} from 'execa';

/** Commands, or absolute paths of programs that users do not have on PATH, and Debian's packages that have them. */
export type Needed = Readonly<Record<string, string>>;

/** What the Linux dev-env and the demo's builds need. */
const NEEDED: Needed = {
  bmake: 'bmake',
  bwrap: 'bubblewrap',
  cc: 'gcc libc6-dev',
  patch: 'patch',
  git: 'git',
  unshare: 'util-linux',
  setpriv: 'util-linux',
  prlimit: 'util-linux',
  flock: 'util-linux',
  mount: 'mount',
  tar: 'tar',
  xz: 'xz-utils',
  gzip: 'gzip',
};

/**
 * What the tests need on top: the browser for the console's pages, shells for completion and hooks, the awk of BSDs, GNU make, mandoc for
 * the man pages, and a build host behind ssh.
 */
export const NEEDED_BY_TESTS: Needed = {
  ...NEEDED,
  '/usr/sbin/sshd': 'openssh-server',
  chromium: 'chromium',
  dash: 'dash',
  make: 'make',
  mandoc: 'mandoc',
  mksh: 'mksh',
  'original-awk': 'original-awk',
  ps: 'procps',
  shellcheck: 'shellcheck',
  ssh: 'openssh-client',
  tcsh: 'tcsh',
  zsh: 'zsh',
};

/** What the rules below have to know of the machine; each part is this one's unless given. */
export interface Machine {
  readonly platform?: NodeJS.Platform;
  readonly path?: string | undefined;
  readonly osRelease?: string;
  readonly uid?: number | undefined;
}

/** Returns the path of `command` on PATH, or `command` itself if it is an absolute path; undefined if it is missing. */
export async function onPath(command: string, path: string | undefined = process.env.PATH): Promise<string | undefined> {
  const dirs = isAbsolute(command) ? ['/'] : (path ?? '').split(delimiter).filter((one) => one !== '');
  for (const dir of dirs) {
    const file = join(dir, command);
    const runs = await access(file, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (runs) return file;
  }
  return undefined;
}

/** Returns the needed commands that are missing, and the Debian packages that have them, each once. */
async function missingPackages(path?: string, needed: Needed = NEEDED): Promise<{commands: string[]; packages: string[]}> {
  const there = await Promise.all(Object.keys(needed).map(async (command) => [command, await onPath(command, path)] as const));
  const commands = there.filter(([, file]) => file === undefined).map(([command]) => command);
  return {commands, packages: [...new Set(commands.flatMap((command) => needed[command]?.split(' ') ?? []))]};
}

/**
 * Installs the Debian packages of the commands that the Linux dev-env needs, or `needed`, as far as they are missing, as root or by
 * `sudo -n`; prints that first. Where it cannot, it throws an Error with the command for an administrator, or the missing commands.
 */
export async function ensureOsPackages(
  print: (line: string) => void,
  machine: Machine = {},
  needed: Needed = NEEDED,
): Promise<void> {
  const {platform = process.platform, path = process.env.PATH, osRelease = '/etc/os-release', uid = process.getuid?.()} = machine;
  if (platform !== 'linux') {
    throw new Error(
      `The Linux dev-env needs Linux; this is ${platform}. Run it on a Linux machine, or point DPORTSV3_CMD at a dev-env elsewhere.`,
    );
  }
  const {commands, packages} = await missingPackages(path, needed);
  if (commands.length === 0) return;
  const names = packages.join(' ');
  if (!(await isDebian(osRelease))) {
    throw new Error(
      `These commands are missing: ${commands.join(' ')}. Install them with this system's package manager (Debian calls the packages ${names}), then run this again.`,
    );
  }
  const env = {...process.env, PATH: path};
  const script = `apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends ${names}`;
  const asRoot = await rootPrefix(uid, env);
  if (asRoot === undefined) {
    throw new Error(
      `These commands are missing: ${commands.join(' ')}. Run this once, then start again:\n\n    sudo sh -c '${script}'\n`,
    );
  }
  print(`Installs the OS packages ${names}, since these commands are missing: ${commands.join(' ')}.`);
  const [command = 'sh', ...args] = [...asRoot, 'sh', '-c', script];
  const done = await execa(command, args, {env, extendEnv: false, reject: false, all: true, stdin: 'ignore'});
  if (done.exitCode !== 0) {
    throw new Error(
      `apt-get could not install ${names}:\n${String(done.all).slice(-2000)}\nFix that, or install them by hand, then run this again.`,
    );
  }
}

async function rootPrefix(uid: number | undefined, env: NodeJS.ProcessEnv): Promise<string[] | undefined> {
  if (uid === 0) return [];
  const sudo = await execa('sudo', ['-n', 'true'], {reject: false, stdin: 'ignore', env, extendEnv: false});
  return sudo.exitCode === 0 ? ['sudo', '-n'] : undefined;
}

async function isDebian(osRelease: string): Promise<boolean> {
  const release = await readFile(osRelease, 'utf8').catch(() => '');
  return /^(ID|ID_LIKE)=.*(debian|ubuntu)/m.test(release);
}
