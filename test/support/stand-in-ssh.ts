import {chmod, mkdir, mkdtemp, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {BsdTools, type Shell} from './bsd-tools/bsd-tools.ts';

/** A stand-in for ssh: the login shell runs the command on this machine, in a session of its own as under sshd, with a BSD's tools. */
export interface StandInSsh {
  /** Command line that ends with the host. */
  readonly command: string[];
  /** A directory for the test's own files. */
  readonly dir: string;
  /** Directory where the wrapper registers commands. */
  readonly registry: string;
  /** The host's tools, and what they refused. */
  readonly tools: BsdTools;
  end(): Promise<void>;
}

/** Creates a stand-in for a host with `login` as login shell, and with `shell` in place of /bin/sh for the wrapper. */
export async function standInSsh(login: string, shell: Shell = 'dash'): Promise<StandInSsh> {
  const dir = await mkdtemp(join(tmpdir(), 'portwright-ssh-'));
  await mkdir(join(dir, 'run'));
  const tools = new BsdTools(dir, {shell});
  const script = `#!/bin/sh
PORTWRIGHT_RUN_DIR=${dir}/run PATH=${tools.dir}
export PORTWRIGHT_RUN_DIR PATH
for command; do :; done
exec /usr/bin/setsid -w ${login} -c "${tools.dir}/sh\${command#/bin/sh}"
`;
  await writeFile(join(dir, 'ssh'), script);
  await chmod(join(dir, 'ssh'), 0o755);
  return {
    command: [join(dir, 'ssh'), 'host'],
    dir,
    registry: join(dir, 'run', `portwright-${process.getuid?.()}`),
    tools,
    end: () => rm(dir, {recursive: true}),
  };
}
