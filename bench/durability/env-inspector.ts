import {readdirSync, readFileSync} from 'node:fs';
import {execa} from 'execa';
import type {DemoEnvs} from '../../src/demo/envs.ts';
import {ownDevEnv} from '../../src/devenv/command.ts';

/** Identity of a process. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Start time in clock ticks since boot, because pids are reused. */
  readonly startTicks: string;
  readonly command: string;
}

const CHECK_CLEAN = 'cd /work/DeltaPorts && git status --porcelain --ignored && ls .git/portwright-case 2>/dev/null; true';

/** Inspects the processes and overlays of the dev-envs below a directory. */
export class EnvInspector {
  readonly #dir: string;
  readonly #envs: DemoEnvs;

  constructor(dir: string, envs: DemoEnvs) {
    this.#dir = dir;
    this.#envs = envs;
  }

  /** Returns the processes inside the dev-envs. The outermost process of a sandbox has the env's directory in its command line. */
  running(): ProcessIdentity[] {
    const all = listProcesses();
    const roots = all.filter((one) => one.command.includes(this.#dir) && one.command.includes('bwrap'));
    const inside = new Set(roots.map((one) => one.pid));
    for (let more = true; more; ) {
      const next = all.filter((one) => inside.has(one.parent) && !inside.has(one.pid));
      for (const one of next) inside.add(one.pid);
      more = next.length > 0;
    }
    return all.filter((one) => inside.has(one.pid)).map(({pid, startTicks, command}) => ({pid, startTicks, command}));
  }

  /** Returns the number of dsynth processes by dev-env; only the outermost `sh …/dsynth` counts. */
  builds(): Map<string, number> {
    const counts = new Map<string, number>();
    const all = listProcesses();
    const byPid = new Map(all.map((one) => [one.pid, one]));
    const isDsynth = (one: Process | undefined): boolean => one !== undefined && /^(\/bin\/)?sh \S*\/dsynth /.test(one.command);
    for (const one of all.filter((process) => isDsynth(process) && !isDsynth(byPid.get(process.parent)))) {
      const env = this.#envName(one, byPid);
      if (env !== undefined) counts.set(env, (counts.get(env) ?? 0) + 1);
    }
    return counts;
  }

  #envName(one: Process, byPid: ReadonlyMap<number, Process>): string | undefined {
    for (let at: Process | undefined = one; at !== undefined; at = byPid.get(at.parent)) {
      const env = at.command.includes(this.#dir) ? /\/envs\/([\w-]+)/.exec(at.command)?.[1] : undefined;
      if (env !== undefined) return env;
    }
    return undefined;
  }

  /** Returns the processes that still run. */
  alive(seen: readonly ProcessIdentity[]): ProcessIdentity[] {
    return seen.filter((one) => readProcess(one.pid)?.startTicks === one.startTicks);
  }

  /** Describes the dev-envs whose overlay has changes or a case's mark. */
  async dirtyTrees(names: readonly string[]): Promise<string[]> {
    const results = names.map(async (name) => {
      const args = ['dev-env', 'exec', name, '--', 'sh', '-c', CHECK_CLEAN];
      const {stdout} = await execa(ownDevEnv(), args, {env: this.#envs.env, stdin: 'ignore'});
      return stdout === '' ? [] : [`the overlay of ${name} has: ${stdout}`];
    });
    return (await Promise.all(results)).flat();
  }
}

interface Process extends ProcessIdentity {
  readonly parent: number;
}

function listProcesses(): Process[] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return pids.flatMap((pid) => readProcess(Number(pid)) ?? []);
}

function readProcess(pid: number): Process | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (fields[0] === 'Z') return undefined;
    const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
    return {pid, parent: Number(fields[1]), startTicks: fields[19] ?? '', command};
  } catch {
    return undefined;
  }
}
