import {readdirSync, readFileSync} from 'node:fs';

/** Clock ticks a second of /proc; 100 on every Linux of today. */
const TICKS = 100;

/** Returns the CPU time of a process in milliseconds; 0 if it is gone. */
export function cpuMs(pid: number): number {
  const fields = readProc(pid, 'stat')
    .replace(/^.*\) /, '')
    .split(' ');
  return ((Number(fields[11] ?? 0) + Number(fields[12] ?? 0)) * 1000) / TICKS;
}

/** Returns the resident set of a process in MB, and its peak; 0 if it is gone. */
export function memoryMb(pid: number): {now: number; peak: number} {
  const status = readProc(pid, 'status');
  const mb = (name: string): number =>
    Math.round(Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)?.[1] ?? 0) / 1024);
  return {now: mb('VmRSS'), peak: mb('VmHWM')};
}

/** Returns the process whose arguments contain all of `parts`, the oldest first. Throws an Error if there is none. */
export function pidWith(...parts: readonly string[]): number {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  const found = pids.find((pid) => {
    const argv = readProc(Number(pid), 'cmdline').split('\0');
    return !argv[0]?.endsWith('sh') && parts.every((part) => argv.some((one) => one.includes(part)));
  });
  if (found === undefined) throw new Error(`No process has ${parts.join(', ')} among its arguments.`);
  return Number(found);
}

function readProc(pid: number, name: string): string {
  try {
    return readFileSync(`/proc/${pid}/${name}`, 'utf8');
  } catch {
    return '';
  }
}
