import {readdirSync, readFileSync} from 'node:fs';

/** A process and when it started, in the kernel's ticks, so that another one with the same pid is not taken for it. */
export interface Proc {
  readonly pid: number;
  readonly parent: number;
  readonly startTime: string;
  readonly state: string;
  readonly command: string;
}

/** All processes of this machine, those inside dev-envs too. */
export function allProcesses(): Proc[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => readProc(Number(name)) ?? []);
}

/** Everything that `pid` has started, and what these have, and so on. */
export function descendantsOf(pid: number): Proc[] {
  const all = allProcesses();
  const below = (parent: number): Proc[] => all.filter((one) => one.parent === parent).flatMap((one) => [one, ...below(one.pid)]);
  return below(pid);
}

/** Those that still run. One that is dead but not yet waited for does not. */
export function stillRunning(procs: readonly Proc[]): Proc[] {
  return procs.filter(({pid, startTime}) => {
    const now = readProc(pid);
    return now !== undefined && now.startTime === startTime && now.state !== 'Z' && now.state !== 'X';
  });
}

function readProc(pid: number): Proc | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const [state = '', parent = '', ...fields] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
    return {pid, parent: Number(parent), startTime: fields[17] ?? '', state, command};
  } catch {
    return undefined;
  }
}
