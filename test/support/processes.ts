import {existsSync, readdirSync, readFileSync} from 'node:fs';
import {setTimeout as delay} from 'node:timers/promises';

/** Polls every 20 ms until `check` holds. Throws after `ms`, with `what`. */
export async function until(what: string | (() => string), check: () => boolean | Promise<boolean>, ms = 30_000): Promise<void> {
  const end = Date.now() + ms;
  while (!(await check())) {
    if (Date.now() > end) throw new Error(`Still not after ${ms} ms: ${typeof what === 'string' ? what : what()}`);
    await delay(20);
  }
}

/** Reports whether a process runs; a zombie does not. */
export function isRunning(pid: number): boolean {
  if (!(pid > 0)) throw new Error(`A pid must be above 0; got ${pid}.`);
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  const stat = `/proc/${pid}/stat`;
  return !existsSync(stat) || !/^\d+ \(.*\) [ZX] /s.test(readOr(stat));
}

function readOr(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '0 () X ';
  }
}

/** Returns the pids of this machine's processes with a command line, its arguments joined by blanks. */
export function pidsOf(line: string): number[] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return pids.filter((pid) => commandLine(pid) === `${line} `).map(Number);
}

function commandLine(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
  } catch {
    return '';
  }
}
