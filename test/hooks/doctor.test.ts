import {spawnSync} from 'node:child_process';
import {chmodSync, existsSync, renameSync, rmSync, symlinkSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {BuildHost} from './build-host.ts';

const SHELLS = [['dash'], ['busybox', 'sh'], ['bash', '--posix'], ['sh']].filter(
  ([name]) => existsSync(`/bin/${name}`) || existsSync(`/usr/bin/${name}`),
);

let host: BuildHost;
beforeEach(() => {
  host = new BuildHost();
  host.write(
    'etc/dsynth.ini',
    `[Global Configuration]\nprofile_selected= LiveSystem\n\n[Other]\nDirectory_logs= /nowhere\n[LiveSystem]\nDirectory_logs= ${host.logs}\n`,
  );
  host.write('DeltaPorts/ports/x', '');
  host.conf('PORTWRIGHT_TARGET=@2026Q2\n');
});
afterEach(() => host.remove());

function doctor(shell: readonly string[] = ['sh'], ...args: string[]) {
  const [program = '', ...words] = [...shell, join(host.etc, 'doctor-build-host'), ...(args.length === 0 ? [host.etc] : args)];
  const {status, stdout, stderr} = spawnSync(program, words, {encoding: 'utf8', env: {}});
  return {status, stdout, stderr, bad: stdout.split('\n').filter((line) => /^(warn|fail)/.test(line))};
}

test.each(SHELLS)('a host without problems, by %s', (...shell) => {
  const {status, stdout, stderr, bad} = doctor(shell);
  expect({status, stderr, bad: bad.filter((line) => !line.startsWith('warn space'))}).toEqual({status: 0, stderr: '', bad: []});
  expect(stdout).toContain(`ok dsynth.ini: ${host.etc}, profile LiveSystem, logs in ${host.logs}.\n`);
  expect(stdout).toContain(`ok conf: ${host.etc}/portwright-hooks.conf.\nok PORTWRIGHT_TARGET: @2026Q2.\n`);
  expect(stdout).toContain('ok flag file: none.\n');
  expect(stdout).toContain('ok spool: none yet');
});

test.each(SHELLS)('each fault is named with what to do, by %s', (...shell) => {
  rmSync(join(host.etc, 'hook_run_end'));
  chmodSync(join(host.etc, 'hook_pkg_failure'), 0o644);
  host.conf(`PORTWRIGHT_TARGET=@2026Q2\nPORTWRIGHT_BIN=portwright\nDELTAPORTS_ROOT=${host.top}/none\nexit 0\n`);
  host.write('flag', '');
  const now = new Date().toISOString().replace(/[-:]/g, '').replace('T', '-').slice(0, 15);
  for (const name of ['20260228-235900Z-Live-net_foo-1.job', `${now}Z-Live-net_bar-2.job`, '.20260101-000000Z-x'])
    host.write(`logs/evidence/queue/pending/${name}`, '');
  host.write('logs/portwright-hooks.log', 'first\nno\x1b[31m disk\n');
  const {status, bad} = doctor(shell);
  expect(status).toBe(1);
  const text = bad.join('\n');
  expect(text).toContain(`fail hooks: not in ${host.etc}: hook_run_end. Copy them`);
  expect(text).toContain(`Run: chmod 755 ${host.etc}/hook_pkg_failure`);
  expect(text).toContain('warn spool: 2 pending, 0 in flight, 0 failed, 0 done; 1 of the pending wait for more than 10 minutes.');
  expect(text).toContain('has 2 lines; the last: no[31m disk.');
});

test.each(SHELLS)('a log directory that others can write to is a fault, by %s', (...shell) => {
  chmodSync(host.logs, 0o1777);
  host.write('logs/evidence/x', '');
  chmodSync(host.evidence, 0o757);
  const {status, bad} = doctor(shell);
  expect(status).toBe(1);
  expect(bad).toEqual([host.logs, host.evidence].map((dir) => expect.stringContaining(`Run: chmod go-w ${dir}`)));
});

test('a log directory that is a link is a fault, as for the hooks', () => {
  renameSync(host.logs, join(host.top, 'real'));
  symlinkSync(join(host.top, 'real'), host.logs);
  const {status, stdout} = doctor();
  expect(status).toBe(1);
  expect(stdout).toContain(`fail DIR_LOGS: ${host.logs} is a link; the hooks store nothing there.`);
});

test('reads dsynth.ini as dsynth does: the part before a blank, the last of two equal keys, and defaults', () => {
  const found = (ini: string) => {
    host.write('etc/dsynth.ini', ini);
    return /^ok dsynth\.ini: \S+ (profile .*)\.$/m.exec(doctor().stdout)?.[1];
  };
  const defaults = 'profile LiveSystem, logs in /build/synth/logs';
  expect(found('')).toBe(defaults);
  expect(found('[Global Configuration]\nprofile_selected= Own # mine\n[Other]\nDirectory_logs=/other\n')).toBe(
    'profile Own, logs in /build/synth/logs',
  );
  expect(found('[LiveSystem]\nDirectory_logs = /a\nDirectory_logs=\t/b c\n; Directory_logs=/d\n')).toBe(
    'profile LiveSystem, logs in /b',
  );
  // dsynth compares case by case, and does not search behind the profile's section for its name.
  expect(found('[LiveSystem]\ndirectory_logs=/a\n')).toBe(defaults);
  expect(found('[Own]\nDirectory_logs=/a\n[Global Configuration]\nprofile_selected=Own\n')).toBe(
    'profile Own, logs in /build/synth/logs',
  );
});

test('a target that is not set is named, and GREP_OPTIONS changes nothing', () => {
  host.conf('');
  const {bad} = doctor();
  expect(bad.join('\n')).toContain('warn PORTWRIGHT_TARGET: not set, so failures are reported for @LiveSystem,');
  rmSync(join(host.etc, 'portwright-hooks.conf'));
  expect(doctor().bad.join('\n')).toContain('warn PORTWRIGHT_TARGET: not set');
  const env = {GREP_OPTIONS: '-x'};
  const {stdout} = spawnSync('sh', [join(host.etc, 'doctor-build-host'), host.etc], {encoding: 'utf8', env});
  expect(stdout).toContain('ok hooks:');
});

test('reads the conf: target, checkout, program, flag file', () => {
  host.conf(`PORTWRIGHT_TARGET="@2026Q2"\nPORTWRIGHT_BIN=portwright\nDELTAPORTS_ROOT=${host.top}/none\n`);
  host.write('flag', '');
  const {status, stdout} = doctor();
  expect(status).toBe(1);
  expect(stdout).toContain('ok PORTWRIGHT_TARGET: @2026Q2.\n');
  expect(stdout).toContain('warn PORTWRIGHT_BIN: portwright is not the absolute path');
  expect(stdout).toContain(`warn DELTAPORTS_ROOT: ${host.top}/none/ports is not there`);
  expect(stdout).toContain(`fail flag file: ${host.top}/flag is there`);
});

test('a configuration that sh cannot read is reported, and so are hooks of the existing system', () => {
  writeFileSync(join(host.etc, 'portwright-hooks.conf'), 'if then\n');
  writeFileSync(join(host.etc, 'hook_pkg_failure'), '#!/bin/sh\nset -eu\n');
  const {stdout} = doctor();
  expect(stdout).toContain('warn conf: sh cannot read');
  expect(stdout).toContain("hook_pkg_failure is not Portwright's.");
});

test('without dsynth.ini it still checks the hooks, and fails', () => {
  rmSync(join(host.etc, 'dsynth.ini'));
  const {status, stdout} = doctor();
  expect(status).toBe(1);
  expect(stdout).toContain('fail dsynth.ini: there is none in');
  expect(stdout).toContain('ok hooks:');
});

test('more than one directory, or an option, is a wrong command line', () => {
  expect(doctor(['sh'], 'a', 'b')).toMatchObject({status: 2, stdout: ''});
  expect(doctor(['sh'], '--json').status).toBe(2);
});
