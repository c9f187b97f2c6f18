import {execa} from 'execa';

/**
 * Script that runs before a program, `sh -c LIFELINE name PROGRAM...`, as leader of a new process group. A watcher reads
 * descriptor 3, whose other end the parent holds: when the parent is gone, also by kill -9, the read ends and the entire group is
 * killed. It outlives the program, so that a child left behind dies as well. By `exec` the program stays a direct child of the
 * parent, for `bwrap --die-with-parent`.
 */
export const LIFELINE = `
( trap '' TERM INT HUP; read -r nothing <&3; kill -s KILL -- "-$$" ) </dev/null >/dev/null 2>&1 &
exec 3<&-
exec "$@"
`;

export interface LifelineOptions {
  /** The complete environment of the child. */
  readonly env: NodeJS.ProcessEnv;
  /** Standard error goes where the output goes. */
  readonly stdout: 'pipe' | {readonly file: string; readonly append?: boolean};
}

/** Starts a program that cannot outlive this process. Ctrl-C of the terminal does not reach it. */
export function startWithLifeline(argv: readonly string[], options: LifelineOptions) {
  const child = execa('/bin/sh', ['-c', LIFELINE, 'portwright', ...argv], {
    detached: true,
    cleanup: false,
    reject: false,
    buffer: false,
    extendEnv: false,
    env: options.env,
    stdio: ['ignore', options.stdout, options.stdout, {value: 'pipe', input: true}],
  });
  const lifeline = child.nodeChildProcess.stdio[3];
  lifeline?.on('error', () => undefined);
  // The watcher outlives the program, so that the program's own children die as well; then it must end too.
  child.nodeChildProcess.once('exit', () => {
    if (lifeline && 'end' in lifeline) lifeline.end();
  });
  return child;
}

export type LifelineChild = ReturnType<typeof startWithLifeline>;

/** Ends a program with TERM, with KILL after `graceMs`, and returns when it is gone. */
export async function endChild(child: LifelineChild, graceMs: number): Promise<void> {
  child.kill('SIGTERM');
  const late = setTimeout(() => child.kill('SIGKILL'), graceMs);
  await child;
  clearTimeout(late);
}
