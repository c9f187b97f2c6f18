import {spawnSync} from 'node:child_process';
import {chmodSync, mkdirSync, rmSync} from 'node:fs';
import {join} from 'node:path';
import {jest} from '@jest/globals';
import {appears, BuildHost, failureOf, names, read} from './build-host.ts';

// Each test runs real programs; on a machine under load they take their time.
jest.setTimeout(60_000);

let host: BuildHost;
beforeEach(() => {
  host = new BuildHost();
});
afterEach(() => host.remove());

function targetWith(conf: string, name?: string): string | undefined {
  if (name) rmSync(join(host.etc, 'portwright-hooks.conf'));
  host.conf(conf, name);
  host.fail();
  return /^target=(.*)$/m.exec(read(join(host.bundle(), 'meta.txt')))?.[1];
}

test.each([
  ['', undefined, '@LiveSystem'],
  ['PORTWRIGHT_TARGET=2026Q2', undefined, '@2026Q2'],
  ['PORTWRIGHT_TARGET=@@2026Q2', undefined, '@2026Q2'],
  ["export DPORTSV3_TRACKER_TARGET='@main'", undefined, '@main'],
  ['PORTWRIGHT_TARGET=@a\nDPORTSV3_TRACKER_TARGET=@b', undefined, '@a'],
  [': "$' + '{PORTWRIGHT_TARGET:=@main}"', undefined, '@main'],
  ['UNKNOWN=1\nPW_TARGET=evil\nDIR_LOGS=/nowhere\nPATH=\nPORTWRIGHT_TARGET=@ok', undefined, '@ok'],
  ['PORTWRIGHT_TARGET="@quoted"\nif then', undefined, '@quoted'],
  ['PORTWRIGHT_TARGET=@early\nexit 3', undefined, '@early'],
  ['set -eu; false; PORTWRIGHT_TARGET=@late\nPORTWRIGHT_TARGET=@x', undefined, '@x'],
  ['DPORTSV3_TRACKER_TARGET=@old', 'dportsv3-hooks.conf', '@old'],
])('conf %j in %s: target %s', (conf, name, target) => {
  expect(targetWith(conf, name)).toBe(target);
});

test('a conf that sh cannot read is named in the log, and the bundle is made', () => {
  host.conf("PORTWRIGHT_TARGET='@unterminated\n");
  expect(host.fail().status).toBe(0);
  expect(host.log()).toMatch(/sh cannot read .*portwright-hooks\.conf/);
  expect(names(join(host.bundle(), 'logs'))).toContain('errors.txt');
});

test('while the flag file exists no hook does anything', () => {
  host.write('flag', '');
  for (const hook of ['hook_run_start', 'hook_pkg_failure', 'hook_pkg_success', 'hook_run_end']) {
    expect(host.run(hook, failureOf('devel/foo'))).toEqual({status: 0, stderr: ''});
  }
  expect(names(host.logs)).toEqual([]);
});

test('the reporter is started with the evidence root, and is not waited for', async () => {
  const out = join(host.top, 'seen');
  const program = host.write(
    'bin/portwright',
    `#!/bin/sh\nread line <${host.top}/go\necho "$@" "$line" >${out}.new\nmv ${out}.new ${out}\n`,
  );
  chmodSync(program, 0o755);
  host.conf(`PORTWRIGHT_BIN=${program}\n`);
  spawnSync('mkfifo', [join(host.top, 'go')]);
  expect(host.fail().status).toBe(0);
  expect(names(host.top)).not.toContain('seen');
  host.write('go', 'gone on\n');
  await appears(out);
  expect(read(out)).toBe(`report --evidence ${host.evidence} gone on\n`);
});

test.each(['bin/portwright', '/nonexistent/portwright'])(
  'PORTWRIGHT_BIN=%s is refused with its rule, the request stays',
  (program) => {
    host.conf(`PORTWRIGHT_BIN=${program}\n`);
    expect(host.fail().status).toBe(0);
    expect(host.log()).toContain('PORTWRIGHT_BIN must be the absolute path of an executable file');
    expect(host.jobs()).toHaveLength(1);
  },
);

test('an evidence directory that cannot be made costs the evidence, not the build', () => {
  host.write('logs/evidence', 'a file');
  expect(host.run('hook_run_start').status).toBe(0);
  expect(host.fail().status).toBe(0);
  expect(host.run('hook_pkg_success', {ORIGIN: 'devel/foo'}).status).toBe(0);
  expect(host.log()).toContain(`${host.evidence} must be a directory of our own`);
});

test('a spool that cannot be written costs the request, not the bundle', () => {
  mkdirSync(host.evidence);
  host.write('logs/evidence/queue', 'a file');
  expect(host.fail().status).toBe(0);
  expect(names(join(host.bundle(), 'logs'))).toContain('errors.txt');
  expect(host.log()).toContain('only the bundle is there');
});

test('a log directory that does not exist and cannot be made: status 0, and stderr reports the loss', () => {
  const env = {...host.environment(failureOf('devel/foo')), DIR_LOGS: '/dev/null/logs'};
  const {status, stderr} = host.runBare('hook_pkg_failure', env);
  expect(status).toBe(0);
  expect(stderr).toContain('no bundle could be made for devel/foo');
});

test('without DIR_LOGS the evidence goes to /tmp/dsynth-evidence', () => {
  const profile = `portwright-test-${process.pid}`;
  expect(host.runBare('hook_pkg_failure', {...failureOf('devel/foo'), PROFILE: profile}).status).toBe(0);
  const run = `/tmp/dsynth-evidence/runs/run-${profile}-unknown`;
  const jobs = names('/tmp/dsynth-evidence/queue/pending').filter((name) => name.includes(profile));
  try {
    expect(names(join(run, 'ports'))).toEqual([expect.stringMatching(/^devel_foo-/)]);
    expect(jobs).toHaveLength(1);
  } finally {
    rmSync(run, {recursive: true, force: true});
    for (const job of jobs) rmSync(join('/tmp/dsynth-evidence/queue/pending', job));
  }
});
