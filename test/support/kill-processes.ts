import {readdirSync, readFileSync} from 'node:fs';

/** A process with its start time in kernel ticks, since pids are reused. */
export interface Proc {
  readonly pid: number;
  readonly parent: number;
  readonly startTime: string;
  readonly state: string;
  readonly command: string;
}

/** Returns all processes of this machine, including those inside dev-envs. */
export function allProcesses(): Proc[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => readProc(Number(name)) ?? []);
}

/** Returns all descendants of `pid`. */
export function descendantsOf(pid: number): Proc[] {
  const all = allProcesses();
  const below = (parent: number): Proc[] => all.filter((one) => one.parent === parent).flatMap((one) => [one, ...below(one.pid)]);
  return below(pid);
}

/** Returns the processes that still run; zombies do not count. */
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
