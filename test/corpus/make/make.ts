/**
 * Makes the corpus anew: fetches each source, breaks it, builds it as dsynth would, and keeps the log with its label.
 * `node test/corpus/make/make.ts WORKDIR [NAME...]`; needs the compilers and deb-src lines of README.md.
 */
import {spawnSync} from 'node:child_process';
import {closeSync, mkdirSync, openSync, readFileSync, rmSync, writeSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {fileURLToPath} from 'node:url';
import type {Break} from './break.ts';
import {BREAKS} from './breaks.ts';
import {BIG} from './breaks-big.ts';
import {C_BREAKS} from './breaks-c.ts';
import {LANGUAGES} from './breaks-languages.ts';
import {TOOLS} from './breaks-tools.ts';
import {CASES} from './cases.ts';
import {begin, chatter, developer, end, PHASES, stopped} from './frame.ts';
import {type Label, labelled} from './keep.ts';

const HERE = dirname(fileURLToPath(import.meta.url));
/** Where the build is; logs name it. */
const CONSTRUCTION = '/construction';

const [work = 'corpus-work', ...names] = process.argv.slice(2);
mkdirSync(work, {recursive: true});
for (const one of [...BREAKS, ...C_BREAKS, ...TOOLS, ...LANGUAGES, ...BIG, ...CASES].filter(
  ({name}) => names.length === 0 || names.includes(name),
)) {
  try {
    const label = make(one);
    console.log(`${label.log}: cause at ${label.causeLines.join(', ')}`);
  } catch (error) {
    console.error((error as Error).message);
    process.exitCode = 1;
  }
}

function make(one: Break): Label {
  const place = join(CONSTRUCTION, one.origin);
  const stage = join(place, 'stage');
  rmSync(place, {recursive: true, force: true});
  mkdirSync(join(place, 'fetched'), {recursive: true});
  const source = unpack(one, join(place, 'fetched'));
  if (one.edit) must(one.name, one.edit, source);
  const file = join(work, `${one.name}.log`);
  const log = openSync(file, 'w');
  const say = (text: string) => writeSync(log, text);
  say(developer(one));
  for (const phase of PHASES) {
    const command = commandOf(phase, one);
    say(begin(phase) + chatter(phase, one));
    const status = command === undefined ? 0 : run(command, source, log, stage);
    if ((status !== 0) !== (phase === one.fails))
      throw new Error(`${one.name}: ${phase} ended with ${status}, and ${one.fails} should fail.`);
    if (status !== 0 && one.killed !== true) say(stopped(phase, one));
    say(end(phase, status === 0, one));
    if (status !== 0) break;
  }
  closeSync(log);
  rmSync(place, {recursive: true, force: true});
  return labelled(one, readFileSync(file));
}

/** Command of each phase that runs one. */
function commandOf(phase: string, one: Break): string | undefined {
  if (phase === one.fails && one.early !== undefined) return one.early;
  const own: Readonly<Record<string, string | undefined>> = {
    patch: one.patch,
    configure: one.configure,
    build: one.build,
    stage: one.stage,
    'check-plist': one.plist,
  };
  return own[phase];
}

function unpack(one: Break, dir: string): string {
  const got =
    one.fetch ??
    `apt-get source -qq --download-only ${one.source} && for t in *.orig.tar.*; do case $t in *.asc) ;; *) tar xf "$t" ;; esac; done && rm -f *.orig.tar.* *.dsc *.debian.tar.*`;
  must(one.name, got, dir);
  const found = spawnSync('sh', ['-c', 'ls -d */ | head -n 1'], {cwd: dir, encoding: 'utf8'}).stdout.trim().replace(/\/$/, '');
  return join(dir, found, one.dir ?? '');
}

function must(name: string, command: string, cwd: string): void {
  const {status, stderr} = spawnSync('sh', ['-ec', command], {cwd, encoding: 'utf8'});
  if (status !== 0) throw new Error(`${name}: ${command} failed: ${stderr.slice(-800)}`);
}

function run(command: string, cwd: string, log: number, stage: string): number {
  mkdirSync(stage, {recursive: true});
  const env = {
    PATH: `/usr/local/go/bin:${process.env.HOME}/.cargo/bin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin`,
    HOME: process.env.HOME,
    LC_ALL: 'C',
    CHECK_PLIST: join(HERE, 'check-plist.sh'),
    STAGE: stage,
    STAGEDIR: stage,
    TERM: 'dumb',
  };
  return spawnSync('nice', ['sh', '-c', command], {cwd, env, stdio: ['ignore', log, log]}).status ?? 1;
}
