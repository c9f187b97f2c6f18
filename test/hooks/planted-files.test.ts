import {spawnSync} from 'node:child_process';
import {chmodSync, chownSync, existsSync, lstatSync, mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {jest} from '@jest/globals';
import {SHELLS} from '../support/bsd-tools/bsd-tools.ts';
import {BuildHost, failureOf, names, read} from './build-host.ts';

// Each test runs real programs; on a machine under load they take their time.
jest.setTimeout(60_000);

const HOOKS = [
  'hook_run_start',
  'hook_pkg_failure',
  'hook_pkg_success',
  'hook_pkg_ignored',
  'hook_pkg_skipped',
  'hook_run_end',
] as const;
const ODD = ['FIFO', 'link to a file', 'link to a FIFO', 'dangling link', 'directory', 'link to a device'] as const;

let host: BuildHost;
beforeEach(() => {
  host = new BuildHost();
});
afterEach(() => host.remove());

function plant(path: string, kind: (typeof ODD)[number]): void {
  rmSync(path, {force: true});
  const fifo = (at: string) => expect(spawnSync('mkfifo', [at]).status).toBe(0);
  if (kind === 'FIFO') fifo(path);
  else if (kind === 'directory') mkdirSync(path);
  else {
    const target = {'link to a device': '/dev/zero'}[kind as string] ?? join(host.top, 'target');
    if (kind === 'link to a file') writeFileSync(target, 'as before\n');
    if (kind === 'link to a FIFO') fifo(target);
    symlinkSync(target, path);
  }
}

/** Runs all hooks of a run with one failure; each must end by itself, with status 0. */
function runAll(): string {
  return HOOKS.map((hook) => {
    const {status, stderr} = host.run(hook, hook.startsWith('hook_pkg') ? failureOf('devel/foo') : {});
    expect({hook, status}).toEqual({hook, status: 0});
    return stderr;
  }).join('');
}

describe.each(SHELLS)('under %s with the tools of a BSD', (shell) => {
  beforeEach(() => {
    host.shell = [shell];
  });

  test('a run is recorded in full', () => {
    host.write('logs/devel___foo.log', 'cc: error: no\n');
    host.write('ports/devel/foo/files/patch-a', '--- a\n');
    expect(runAll()).toBe('');
    expect(host.errors()).toContain('1:cc: error: no');
    expect(read(join(host.bundle(), 'port/files/patch-a'))).toBe('--- a\n');
    expect(names(host.bundle())).not.toContain('capture_notes.txt');
    expect(host.log()).toBe('');
  });

  test.each(ODD)("a %s in the place of a port's log is not opened", (kind) => {
    host.write('secret', 'the secret\n');
    plant(join(host.logs, 'devel___foo.log'), kind);
    expect(runAll()).toBe('');
    expect(host.errors()).toMatch(/^missing_log=1\n/);
    expect(names(join(host.bundle(), 'logs'))).toEqual(['errors.txt']);
    expect(read(join(host.bundle(), 'capture_notes.txt'))).toBe(
      'logs/full.log: the log is not a regular file, or is a link; not opened\n',
    );
  });

  test.each(ODD)('a %s in the place of .current_run names no run', (kind) => {
    mkdirSync(host.evidence, {mode: 0o750});
    plant(join(host.evidence, '.current_run'), kind);
    for (const hook of HOOKS.slice(1)) expect(host.run(hook, failureOf('devel/foo'))).toEqual({status: 0, stderr: ''});
    expect(names(join(host.evidence, 'runs'))).toEqual(['run-LiveSystem-unknown']);
  });

  test.each(ODD)("a %s in the place of the hooks' log is not written to", (kind) => {
    const log = join(host.logs, 'portwright-hooks.log');
    plant(log, kind);
    expect(runAll()).toContain(`${log} must be a regular file`);
    expect(names(join(host.bundle(), 'logs'))).toContain('errors.txt');
    if (kind === 'link to a file') expect(read(join(host.top, 'target'))).toBe('as before\n');
    if (kind === 'dangling link') expect(existsSync(join(host.top, 'target'))).toBe(false);
  });

  test.each(ODD)('a %s in the place of the conf is not read', (kind) => {
    host.conf('DPORTSV3_TRACKER_TARGET=@old\n', 'dportsv3-hooks.conf');
    plant(join(host.etc, 'portwright-hooks.conf'), kind);
    runAll();
    expect(host.log()).toContain('portwright-hooks.conf must be a regular file and no link; it is not read');
    expect(read(join(host.bundle(), 'meta.txt'))).toContain('\ntarget=@LiveSystem\n');
  });

  test.each(ODD)('a %s in the place of a summary list, results.txt or dsynth.ini makes no hook wait', (kind) => {
    plant(join(host.logs, '02_failure_list.log'), kind);
    expect(host.run('hook_run_start').status).toBe(0);
    const run = join(host.evidence, 'runs', read(join(host.evidence, '.current_run')).trim());
    plant(join(run, 'results.txt'), kind === 'directory' ? 'FIFO' : kind === 'dangling link' ? 'FIFO' : 'dangling link');
    for (const hook of HOOKS.slice(1)) expect(host.run(hook, failureOf('devel/foo')).status).toBe(0);
    expect(names(run)).not.toContain('02_failure_list.log');
    expect(existsSync(join(host.top, 'target'))).toBe(kind === 'link to a file' || kind === 'link to a FIFO');
  });
});

test.each([
  ['group can write', 0o770],
  ['everybody can write', 0o777],
  ['everybody can write, sticky', 0o1777],
])('a DIR_LOGS to which %s is not used', (_, mode) => {
  chmodSync(host.logs, mode);
  const stderr = runAll();
  expect(stderr).toContain(`${host.logs} must be a directory of our own`);
  expect(stderr).toContain(`chmod go-w '${host.logs}'`);
  expect(names(host.logs)).toEqual([]);
});

test('an evidence directory below DIR_LOGS to which others can write is not used', () => {
  mkdirSync(host.evidence);
  chmodSync(host.evidence, 0o775);
  expect(runAll()).toBe('');
  expect(host.log()).toContain(`${host.evidence} must be a directory of our own`);
  expect(names(host.evidence)).toEqual([]);
});

test('a directory that root made setgid for a group of readers is used', () => {
  mkdirSync(host.evidence);
  chmodSync(host.evidence, 0o2750);
  expect(runAll()).toBe('');
  expect(host.bundles()).toHaveLength(1);
});

test.each(['', '/'])('a DIR_LOGS that is a link is not used, written %j at its end', (end) => {
  const real = join(host.top, 'real');
  renameSync(host.logs, real);
  symlinkSync(real, host.logs);
  const {status, stderr} = host.run('hook_pkg_failure', {...failureOf('devel/foo'), DIR_LOGS: host.logs + end});
  expect({status, stderr}).toEqual({status: 0, stderr: expect.stringContaining("or in the link's place")});
  expect(names(real)).toEqual([]);
});

test("another user's DIR_LOGS is not used", () => {
  if (process.getuid?.() === 0) chownSync(host.logs, 4711, 4711);
  else host.edit('hook_common.sh', /-user "\$\(id -u\)"/, '-user 4711');
  expect(runAll()).toContain(`${host.logs} must be a directory of our own`);
  expect(names(host.logs)).toEqual([]);
});

test.each(['evidence/runs', 'evidence'])('a link in the place of %s is not followed', (name) => {
  const target = join(host.top, 'target');
  mkdirSync(target);
  mkdirSync(join(host.logs, name, '..'), {recursive: true, mode: 0o750});
  symlinkSync(target, join(host.logs, name));
  expect(runAll()).toBe('');
  expect(host.log()).toContain(`${join(host.logs, name)} must be a directory of our own`);
  expect(names(target)).toEqual([]);
});

test.each(['queue', 'queue/pending'])('a link in the place of %s costs the request, not the bundle', (name) => {
  const target = join(host.top, 'target');
  mkdirSync(target);
  mkdirSync(join(host.evidence, name, '..'), {recursive: true, mode: 0o750});
  symlinkSync(target, join(host.evidence, name));
  expect(host.fail()).toEqual({status: 0, stderr: ''});
  expect(host.log()).toContain('only the bundle is there');
  expect(names(target).filter((entry) => entry.endsWith('.job'))).toEqual([]);
  expect(host.bundles()).toHaveLength(1);
});

test("a link that takes a listed file's place is not followed, and a FIFO does not make the hook wait", () => {
  const secret = host.write('secret', 'the secret\n');
  for (const name of ['Makefile', 'distinfo', 'pkg-descr']) host.write(`ports/devel/foo/${name}`, 'x\n');
  const port = join(host.top, 'ports/devel/foo');
  host.edit(
    'hook_evidence.sh',
    /^pw_copy_some\(\) \{$/m,
    `pw_copy_some() {\n\t/bin/ln -sf ${secret} ${port}/Makefile; /bin/rm -f ${port}/distinfo; /usr/bin/mkfifo ${port}/distinfo`,
  );
  expect(host.fail()).toEqual({status: 0, stderr: ''});
  expect(names(join(host.bundle(), 'port'))).toEqual(['pkg-descr']);
  expect(lstatSync(join(host.bundle(), 'port/pkg-descr')).isFile()).toBe(true);
});
