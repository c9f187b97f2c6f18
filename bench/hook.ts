import {readdirSync, readFileSync} from 'node:fs';
import {mkdir, mkdtemp, open, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {setImmediate as turn} from 'node:timers/promises';
import {execa} from 'execa';
import {installRoot} from '../src/setup/paths.ts';

/** Cost of hook_pkg_failure until it returns. */
export interface HookCost {
  /** Best of the rounds. */
  readonly wallMs: number;
  /** Largest resident set of any of its processes until it returns. */
  readonly maxRssKb: number;
}

const ROUNDS = 5;
const MB = 1 << 20;

/** Log contents by name: lines of usual builds, and a log of which one line is the half. */
const LOGS: Readonly<Record<string, (write: (text: string) => Promise<unknown>) => Promise<void>>> = {
  '5MB': (write) => writeLines(write, 5 * MB),
  '100MB': (write) => writeLines(write, 100 * MB),
  '20MB, one line of 10 MB': async (write) => {
    await writeLines(write, 5 * MB);
    await write(`${'x'.repeat(10 * MB)}\n`);
    await writeLines(write, 5 * MB);
  },
};

/** Runs the failure hook as dsynth does, with only dsynth's variables, for logs of several sizes. */
export async function measureHook(names: readonly string[] = Object.keys(LOGS)): Promise<Record<string, HookCost>> {
  const dir = await mkdtemp(join(tmpdir(), 'portwright-hook-'));
  try {
    await mkdir(join(dir, 'ports/net/foo'), {recursive: true});
    await writeFile(join(dir, 'ports/net/foo/Makefile'), 'PORTNAME=\tfoo\n');
    const costs: Record<string, HookCost> = {};
    for (const name of names) {
      await writeLog(join(dir, 'net___foo.log'), LOGS[name] as (typeof LOGS)[string]);
      const rounds: HookCost[] = [];
      for (let round = 0; round < ROUNDS; round += 1) rounds.push(await runOnce(dir));
      costs[name] = {
        wallMs: Math.round(Math.min(...rounds.map((one) => one.wallMs))),
        maxRssKb: Math.max(...rounds.map((one) => one.maxRssKb)),
      };
    }
    return costs;
  } finally {
    await rm(dir, {recursive: true, force: true});
  }
}

async function writeLog(path: string, content: (typeof LOGS)[string]): Promise<void> {
  const file = await open(path, 'w');
  await content((text) => file.write(text));
  await file.write("net_if.c:641:24: error: 'IFM_IEEE80211_VHT5G' undeclared\n*** Error code 1\n\nStop.\n");
  await file.close();
}

async function writeLines(write: (text: string) => Promise<unknown>, bytes: number): Promise<void> {
  for (let n = 0, written = 0; written < bytes; n += 200) {
    const text = Array.from({length: 200}, (_, at) => compileLine(n + at)).join('');
    written += text.length;
    await write(text);
  }
}

function compileLine(n: number): string {
  const command = `cc -O2 -pipe -fno-strict-aliasing -DHAVE_CONFIG_H -I. -I../include -c src/file${n}.c -o file${n}.o\n`;
  return n % 20 === 0
    ? `${command}src/file${n}.c:${n % 900}:7: warning: unused variable 'error_${n}' [-Wunused-variable]\n`
    : command;
}

/** Runs the hook in a new session, which identifies its processes, and waits for its background processes. */
async function runOnce(dir: string): Promise<HookCost> {
  const started = performance.now();
  const hook = execa('/bin/sh', [join(installRoot(), 'hooks/hook_pkg_failure')], {
    env: {PROFILE: 'Live', DIR_LOGS: dir, DIR_PORTS: join(dir, 'ports'), ORIGIN: 'net/foo', FLAVOR: 'net/foo', RESULT: 'failure'},
    extendEnv: false,
    stdio: 'ignore',
    detached: true,
  });
  const session = String(hook.pid);
  let wallMs = 0;
  let maxRssKb = 0;
  void hook.then(() => {
    wallMs = performance.now() - started;
  });
  while (wallMs === 0) {
    maxRssKb = Math.max(maxRssKb, ...pidsInSession(session).map(peakRssKb));
    await turn();
  }
  while (pidsInSession(session).length > 0) await turn();
  return {wallMs, maxRssKb};
}

function pidsInSession(session: string): string[] {
  return readdirSync('/proc').filter(
    (pid) =>
      /^\d+$/.test(pid) &&
      read(pid, 'stat')
        .replace(/^.*\) /, '')
        .split(' ')[3] === session,
  );
}

/** Returns VmHWM, the peak resident set. */
function peakRssKb(pid: string): number {
  return Number(/^VmHWM:\s+(\d+) kB/m.exec(read(pid, 'status'))?.[1] ?? 0);
}

function read(pid: string, name: string): string {
  try {
    return readFileSync(`/proc/${pid}/${name}`, 'utf8');
  } catch {
    return '';
  }
}
