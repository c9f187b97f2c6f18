import {chmod, mkdir, mkdtemp, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';

/** A stand-in for ssh: the login shell runs the command on this machine, in a session of its own as under sshd. */
export interface StandInSsh {
  /** Command line that ends with the host. */
  readonly command: string[];
  /** A directory for the test's own files. */
  readonly dir: string;
  /** Directory where the wrapper registers commands. */
  readonly registry: string;
  end(): Promise<void>;
}

/** Creates a stand-in for a host with `shell` as login shell, and with `sh` in place of /bin/sh for the wrapper. */
export async function standInSsh(shell: string, sh = '/bin/sh'): Promise<StandInSsh> {
  const dir = await mkdtemp(join(tmpdir(), 'portwright-ssh-'));
  await mkdir(join(dir, 'run'));
  const script = `#!/bin/sh
PORTWRIGHT_RUN_DIR=${dir}/run
export PORTWRIGHT_RUN_DIR
for command; do :; done
exec setsid -w ${shell} -c "${sh}\${command#/bin/sh}"
`;
  await writeFile(join(dir, 'ssh'), script);
  await chmod(join(dir, 'ssh'), 0o755);
  return {
    command: [join(dir, 'ssh'), 'host'],
    dir,
    registry: join(dir, 'run', `portwright-${process.getuid?.()}`),
    end: () => rm(dir, {recursive: true}),
  };
}
