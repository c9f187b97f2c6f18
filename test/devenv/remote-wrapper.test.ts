import {type ChildProcess, spawn, spawnSync} from 'node:child_process';
import {existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, unlinkSync, writeFileSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {type HostOptions, type Registration, runOverSsh} from '../../src/devenv/on-host.ts';
import {REMOTE_WRAPPER} from '../../src/devenv/remote-wrapper.ts';
import {DevEnvUnavailable} from '../../src/devenv/unavailable.ts';
import {SHELLS} from '../support/bsd-tools/bsd-tools.ts';
import {isRunning, pidsOf, until} from '../support/processes.ts';
import {type StandInSsh, standInSsh} from '../support/stand-in-ssh.ts';

/** A command that no other run of these tests uses, so that its processes are known. */
let counted = 0;
const oddSleep = () => `sleep 8${process.pid}${counted++}`;

const NOW = 1_800_000_000;
const WORK = {devEnv: 'one', owner: 'port:@2026Q2:net/foo/run', activity: '5', attempt: 1, since: NOW};

test('shellcheck finds nothing in the wrapper', () => {
  const {stdout, stderr} = spawnSync('shellcheck', ['-s', 'sh', '-'], {input: REMOTE_WRAPPER, encoding: 'utf8'});
  expect({stdout, stderr}).toEqual({stdout: '', stderr: ''});
});

describe.each(SHELLS)('wrapper under %s', (shell) => {
  let host: StandInSsh;
  beforeAll(async () => {
    host = await standInSsh('/bin/sh', shell);
  });
  afterAll(() => host.end());
  afterEach(() => expect(host.tools.refused).toBe(''));

  type Options = Partial<Pick<HostOptions, 'signal' | 'onStdout' | 'graceSeconds'>>;
  const runs = (text: string, registration?: Registration, options: Options = {}) =>
    runOverSsh(
      host.command,
      text,
      {timeoutSeconds: 30, env: {PATH: process.env.PATH}, graceSeconds: 1, ...options},
      registration,
    );

  /** Starts a command, and returns how it ends when it has printed `up`. */
  async function start(text: string, registration?: Registration, options: Options = {}) {
    let isUp = false;
    const onStdout = () => {
      isUp = true;
    };
    const ended = runs(`echo up; ${text}`, registration, {...options, onStdout}).catch((error: Error) => error);
    await until(`${text} has started`, () => isUp);
    return {ended};
  }

  const allRun = (texts: string[]) => until('they run', () => texts.every((text) => pidsOf(text).length > 0));
  const allEnd = (texts: string[]) => until(`${texts} are gone`, () => texts.flatMap(pidsOf).length === 0);
  const entries = () => readdirSync(host.registry).filter((name) => name.startsWith('c.'));

  test('an abort ends all that descends from the command, in whatever session, and what ignores TERM', async () => {
    const sleeps = [oddSleep(), oddSleep(), oddSleep()];
    const [apart, orphan, stubborn] = sleeps;
    const abort = new AbortController();
    const text = `/usr/bin/setsid ${apart} & (${orphan} &) ; (trap "" TERM; ${stubborn}; ${stubborn})`;
    const {ended} = await start(text, undefined, {signal: abort.signal});
    await allRun(sleeps);
    abort.abort(new Error('operator'));
    expect(await ended).toEqual(new Error('operator'));
    await allEnd(sleeps);
    expect(entries()).toEqual([]);
  });

  test('nothing that a command leaves in its group outlives it', async () => {
    const left = oddSleep();
    expect(await runs(`${left} >/dev/null 2>&1 &`)).toMatchObject({rc: 0, stderr: ''});
    await allEnd([left]);
  });

  test('a retry ends what the first attempt left, before its own command starts, and the first may not go on', async () => {
    const [first, sibling, other] = [oddSleep(), oddSleep(), oddSleep()];
    const {ended} = await start(first, WORK);
    const together = await start(sibling, {...WORK, activity: '6'});
    const elsewhere = await start(other, {...WORK, devEnv: 'two'});
    const retry = await runs(`ps -ax | grep -c '[${first[0]}]${first.slice(1)}'`, {...WORK, attempt: 2});
    expect(retry).toMatchObject({rc: 1, stdout: '0\n'});
    expect(await ended).toEqual(new DevEnvUnavailable('A later attempt of the same work ended this command on host.'));
    expect(pidsOf(sibling)).not.toEqual([]);
    expect(pidsOf(other)).not.toEqual([]);
    await expect(runs('true', WORK)).rejects.toThrow('a later attempt of the same work uses the dev-env one');
    await runs('true', {...WORK, activity: '9', since: NOW + 60});
    expect(await together.ended).toBeInstanceOf(DevEnvUnavailable);
    await runs('true', {...WORK, devEnv: 'two', attempt: 2});
    expect(await elsewhere.ended).toBeInstanceOf(DevEnvUnavailable);
    expect(entries()).toEqual([]);
  });

  test('a command that was left without its wrapper is found by its number and start time', async () => {
    const left = oddSleep();
    const {ended} = await start(`exec >/dev/null 2>&1; ${left}`, {...WORK, devEnv: 'five'});
    // Both at once, as the kernel does when memory runs out.
    const [, processes = ''] = readFileSync(join(host.registry, entries()[0] ?? '', 'entry'), 'utf8').split('\n');
    for (const pid of processes.split(' ').slice(0, 2)) process.kill(Number(pid), 'SIGKILL');
    expect(await ended).toBeInstanceOf(DevEnvUnavailable);
    expect(pidsOf(left)).not.toEqual([]);
    await runs('true', {...WORK, devEnv: 'five', attempt: 2});
    expect(pidsOf(left)).toEqual([]);
  });

  // No more of the shell matters to these.
  if (shell !== SHELLS[0]) return;

  test('what runs for a dev-env that nobody has leased is ended, but not an operator’s command', async () => {
    const [left, operators, later] = [oddSleep(), oddSleep(), oddSleep()];
    const abort = new AbortController();
    const lost = await start(left, {...WORK, devEnv: 'three'});
    const mine = await start(operators, {devEnv: 'three'}, {signal: abort.signal});
    const leased = await start(later, {...WORK, devEnv: 'three', owner: 'another', since: NOW + 99}, {signal: abort.signal});
    await runs('true', {...WORK, devEnv: 'three', owner: 'pool', since: NOW + 60, isSole: true});
    expect(await lost.ended).toBeInstanceOf(DevEnvUnavailable);
    expect(pidsOf(operators)).not.toEqual([]);
    expect(pidsOf(later)).not.toEqual([]);
    abort.abort();
    await Promise.all([mine.ended, leased.ended]);
    await allEnd([operators, later]);
  });

  test('an entry whose process number is another’s by now is removed, and the other process is left alone', async () => {
    const other: ChildProcess = spawn('sleep', ['60']);
    const entry = join(host.registry, 'c.old');
    mkdirSync(entry, {recursive: true});
    const begun = 'Mon_Jan_1_00:00:00_2024';
    writeFileSync(join(entry, 'entry'), `four ${WORK.owner} 1 1 1\n${other.pid} ${other.pid} ${other.pid} ${begun} ${begun}\n`);
    writeFileSync(join(entry, 'known'), `${other.pid} ${begun}\n`);
    await runs('true', {...WORK, devEnv: 'four'});
    expect(existsSync(entry)).toBe(false);
    expect(isRunning(other.pid ?? 0)).toBe(true);
    other.kill();
  });

  test('a directory of commands that others may write to, or a link, is refused', async () => {
    const refused = 'must be a directory of user';
    rmSync(host.registry, {recursive: true, force: true});
    mkdirSync(host.registry, {mode: 0o755});
    await expect(runs('true')).rejects.toThrow(refused);
    rmSync(host.registry, {recursive: true});
    mkdirSync(join(dirname(host.registry), 'elsewhere'), {mode: 0o700});
    symlinkSync('elsewhere', host.registry);
    await expect(runs('true')).rejects.toThrow(refused);
    unlinkSync(host.registry);
  });
});
