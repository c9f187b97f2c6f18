import {readdirSync, readFileSync} from 'node:fs';
import {execa} from 'execa';
import type {DemoEnvs} from '../../src/demo/envs.ts';
import {ownDevEnv} from '../../src/devenv/command.ts';

/** A process, by what stays the same while it lives. */
export interface Seen {
  readonly pid: number;
  /** Clock ticks since boot at which it began: a pid may be used again. */
  readonly began: string;
  readonly command: string;
}

const CLEAN = 'cd /work/DeltaPorts && git status --porcelain --ignored && ls /work/.portwright-case 2>/dev/null; true';

/** Looks at what runs in the dev-envs below a directory, and at their overlays. */
export class EnvWatch {
  readonly #dir: string;
  readonly #envs: DemoEnvs;

  constructor(dir: string, envs: DemoEnvs) {
    this.#dir = dir;
    this.#envs = envs;
  }

  /** Processes of commands in the dev-envs: isolated ones have the env's directory in the command of their outermost process. */
  running(): Seen[] {
    const all = processes();
    const roots = all.filter((one) => one.command.includes(this.#dir) && one.command.includes('bwrap'));
    const inside = new Set(roots.map((one) => one.pid));
    for (let more = true; more; ) {
      const next = all.filter((one) => inside.has(one.parent) && !inside.has(one.pid));
      for (const one of next) inside.add(one.pid);
      more = next.length > 0;
    }
    return all.filter((one) => inside.has(one.pid)).map(({pid, began, command}) => ({pid, began, command}));
  }

  /** How many dsynth runs in each dev-env; `sh /usr/bin/dsynth` and its like are counted, not what they start. */
  builds(): Map<string, number> {
    const counts = new Map<string, number>();
    const all = processes();
    const byPid = new Map(all.map((one) => [one.pid, one]));
    const isDsynth = (one: Process | undefined): boolean => one !== undefined && /^(\/bin\/)?sh \S*\/dsynth /.test(one.command);
    for (const one of all.filter((process) => isDsynth(process) && !isDsynth(byPid.get(process.parent)))) {
      const env = this.#envOf(one, byPid);
      if (env !== undefined) counts.set(env, (counts.get(env) ?? 0) + 1);
    }
    return counts;
  }

  #envOf(one: Process, byPid: ReadonlyMap<number, Process>): string | undefined {
    for (let at: Process | undefined = one; at !== undefined; at = byPid.get(at.parent)) {
      const env = at.command.includes(this.#dir) ? /\/envs\/([\w-]+)/.exec(at.command)?.[1] : undefined;
      if (env !== undefined) return env;
    }
    return undefined;
  }

  /** Of these, those that still live. */
  alive(seen: readonly Seen[]): Seen[] {
    return seen.filter((one) => processOf(one.pid)?.began === one.began);
  }

  /** Dev-envs whose overlay has changes or a case's mark, in words. */
  async dirtyTrees(names: readonly string[]): Promise<string[]> {
    const looked = names.map(async (name) => {
      const args = ['dev-env', 'exec', name, '--', 'sh', '-c', CLEAN];
      const {stdout} = await execa(ownDevEnv(), args, {env: this.#envs.env, stdin: 'ignore'});
      return stdout === '' ? [] : [`the overlay of ${name} has: ${stdout}`];
    });
    return (await Promise.all(looked)).flat();
  }
}

interface Process extends Seen {
  readonly parent: number;
}

function processes(): Process[] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return pids.flatMap((pid) => processOf(Number(pid)) ?? []);
}

function processOf(pid: number): Process | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (fields[0] === 'Z') return undefined;
    const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
    return {pid, parent: Number(fields[1]), began: fields[19] ?? '', command};
  } catch {
    return undefined;
  }
}
