import {mkdir, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {execa} from 'execa';
import {installRoot} from '../../src/setup/paths.ts';

const AT_ONCE = 2;
/** Lines of a log before its error; about 100 KB. */
const LOG_LINES = 1000;

/** Lets the real hooks record a run in which `count` ports fail, each in its own way. Returns dsynth's log directory. */
export async function failPorts(dir: string, count: number): Promise<string> {
  const logs = join(dir, 'logs');
  await mkdir(logs, {recursive: true});
  await runHook('hook_run_start', dir, {});
  const numbers = Array.from({length: count}, (_, at) => at);
  const lane = async (): Promise<void> => {
    for (let at = numbers.pop(); at !== undefined; at = numbers.pop()) await failPort(dir, at);
  };
  await Promise.all(Array.from({length: AT_ONCE}, lane));
  return logs;
}

async function failPort(dir: string, at: number): Promise<void> {
  const name = `p${String(at).padStart(5, '0')}`;
  const origin = `net/${name}`;
  await mkdir(join(dir, 'ports', origin), {recursive: true});
  await writeFile(
    join(dir, 'ports', origin, 'Makefile'),
    `PORTNAME=\t${name}\nPORTVERSION=\t1.0\nCATEGORIES=\tnet\nUSES=\tgmake\n`,
  );
  await writeFile(join(dir, 'logs', `net___${name}.log`), logOf(name, at));
  await runHook('hook_pkg_failure', dir, {ORIGIN: origin, FLAVOR: origin, RESULT: 'failure'});
}

function logOf(name: string, at: number): string {
  const compile = (n: number): string =>
    `cc -O2 -pipe -fno-strict-aliasing -DHAVE_CONFIG_H -I. -I../include -c src/file${n}.c -o file${n}.o\n`;
  const lines = Array.from({length: LOG_LINES}, (_, n) => compile(n)).join('');
  return `--------------- Phase: build\n${lines}${name}.c:64:24: error: 'IFM_${letters(at)}' undeclared (first use in this function)\n*** Error code 1\n\nStop.\n`;
}

/** Signatures ignore digits. */
function letters(at: number): string {
  return at.toString(26).replace(/./g, (digit) => String.fromCharCode(65 + Number.parseInt(digit, 26)));
}

async function runHook(name: string, dir: string, more: Record<string, string>): Promise<void> {
  const env = {PROFILE: 'bench', DIR_LOGS: join(dir, 'logs'), DIR_PORTS: join(dir, 'ports'), ...more};
  await execa('/bin/sh', [join(installRoot(), 'hooks', name)], {env, extendEnv: false, stdio: 'ignore'});
}
