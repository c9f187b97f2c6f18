/**
 * Makes the corpus anew: fetches each source, breaks it, builds it as dsynth would, and keeps the log with its label.
 * `node test/corpus/make/make.ts WORKDIR [NAME...]`; needs the compilers and deb-src lines of README.md.
 */
import {spawnSync} from 'node:child_process';
import {closeSync, existsSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync, writeSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {gzipSync} from 'node:zlib';
import type {Break} from './break.ts';
import {BREAKS} from './breaks.ts';
import {C_BREAKS} from './breaks-c.ts';
import {MORE} from './breaks-more.ts';
import {CASES} from './cases.ts';
import {begin, chatter, developer, end, PHASES, stopped, sumOf} from './frame.ts';

const HERE = dirname(fileURLToPath(import.meta.url));
const LABELS = join(HERE, '..', 'labels.json');
/** Where the build is; logs name it. */
const CONSTRUCTION = '/construction';

interface Label {
  readonly log: string;
  readonly source: string;
  readonly half: 'tune' | 'judge';
  readonly causeLines: readonly number[];
  readonly class: string;
  readonly family: string;
  readonly note: string;
}

const [work = 'corpus-work', ...names] = process.argv.slice(2);
mkdirSync(work, {recursive: true});
for (const one of [...BREAKS, ...C_BREAKS, ...MORE, ...CASES].filter(({name}) => names.length === 0 || names.includes(name))) {
  try {
    const label = make(one);
    keep(label);
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
    if (status !== 0) say(stopped(phase, one));
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
    PATH: '/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
    HOME: process.env.HOME,
    LC_ALL: 'C',
    STAGE: stage,
    STAGEDIR: stage,
    TERM: 'dumb',
  };
  return spawnSync('nice', ['sh', '-c', command], {cwd, env, stdio: ['ignore', log, log]}).status ?? 1;
}

/** The label: lines of the failing phase that match. Throws if none does. */
function labelled(one: Break, log: Buffer): Label {
  const lines = log.toString('latin1').split('\n');
  const from = lines.indexOf(`-- Phase: ${one.fails}`);
  const causeLines = lines.flatMap((line, at) => (at > from && one.cause.test(line) ? [at + 1] : []));
  if (causeLines.length === 0 || causeLines.length > 400)
    throw new Error(`${one.name}: ${causeLines.length} lines match ${one.cause}.`);
  writeFileSync(join(HERE, '..', `${one.name}.log.gz`), gzipSync(log, {level: 9}));
  return {
    log: `${one.name}.log.gz`,
    source: one.source,
    half: halfOf(one.source),
    causeLines,
    class: one.class,
    family: one.family,
    note: one.note,
  };
}

/** By the source's name, so that no source is in both halves. */
function halfOf(source: string): 'tune' | 'judge' {
  return sumOf(source) % 2 === 0 ? 'tune' : 'judge';
}

function keep(label: Label): void {
  const before = existsSync(LABELS) ? (JSON.parse(readFileSync(LABELS, 'utf8')) as Label[]) : [];
  const all = [...before.filter((one) => one.log !== label.log), label].sort((a, b) => (a.log < b.log ? -1 : 1));
  writeFileSync(LABELS, `${JSON.stringify(all, null, 1)}\n`);
}
