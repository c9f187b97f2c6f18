import {spawnSync} from 'node:child_process';
import {chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {jest} from '@jest/globals';
import {bundlesOf, SendingHost} from '../evidence/collect/sending-host.ts';
import {until} from '../support/processes.ts';
import {names, read} from './build-host.ts';

// Each test runs real programs; on a machine under load they take their time.
jest.setTimeout(60_000);

const MAIN = join(import.meta.dirname, '../../dist/bundle/main.js');

let host: SendingHost;
let worker: string;
let root: string;
beforeEach(() => {
  host = new SendingHost('dash');
  worker = mkdtempSync(join(tmpdir(), 'portwright-worker-'));
  const entry = {ssh: {address: 'avalon'}, logs: [host.logs], evidence: 'push'};
  writeFileSync(join(worker, 'hosts.json'), JSON.stringify({hosts: {avalon: entry}}));
  root = join(worker, 'state/hosts/avalon', host.logs.slice(1).replaceAll('_', '%5F').replaceAll('/', '_'), 'evidence');
  host.conf("PORTWRIGHT_PUSH='portwright@worker avalon'\n");
  const settings = `PATH=/usr/bin:/bin PORTWRIGHT_HOSTS=${worker}/hosts.json PORTWRIGHT_STATE_DIR=${worker}/state LOGS_ROOT=`;
  ssh(
    `echo "$*" >>${worker}/calls; for last; do :; done; exec env ${settings} ${process.execPath} --no-warnings ${MAIN} receive "$last"`,
  );
});
afterEach(() => {
  expect(host.tools.refused).toBe('');
  host.remove();
  rmSync(worker, {recursive: true, force: true});
});

/** Puts a program in the place of ssh. */
function ssh(body: string): void {
  const path = join(host.tools.dir, 'ssh');
  writeFileSync(path, `#!/bin/dash\n${body}\n`);
  chmodSync(path, 0o755);
}

const pushed = (count: number) =>
  until(
    () => `${count} jobs must be pushed; done: ${host.queue('done')}; log: ${host.log()}`,
    () => host.queue('done').length === count && !existsSync(join(host.evidence, '.pushing')),
    30_000,
  );

test('each failure and the end of a run are pushed, and acknowledged', async () => {
  expect(host.run('hook_run_start')).toEqual({status: 0, stderr: ''});
  host.failPort('foo');
  await pushed(1);
  expect(read(join(worker, 'calls'))).toMatch(/^-o BatchMode=yes -o .* -- portwright@worker portwright receive avalon\n/);
  expect(bundlesOf(root)).toEqual(bundlesOf(host.evidence));
  host.run('hook_run_end');
  const [run = ''] = names(join(host.evidence, 'runs'));
  await until(
    () => `the run's end must be pushed; log: ${host.log()}`,
    () => existsSync(join(host.evidence, 'runs', run, '.collected')),
    30_000,
  );
  expect(read(join(root, 'runs', run, 'run_end.txt'))).toBe(read(join(host.evidence, 'runs', run, 'run_end.txt')));
  expect(host.log()).toBe('');
});

test('what could not be pushed is logged, and goes with the next push', async () => {
  const working = read(join(host.tools.dir, 'ssh'));
  ssh('echo "ssh: connect to host worker: No route to host" >&2; exit 255');
  host.run('hook_run_start');
  host.failPort('foo');
  const logged = () => host.log().includes('nothing could be pushed to portwright@worker');
  await until(() => `the failed push must be logged; log: ${host.log()}`, logged, 30_000);
  expect(host.log()).toContain('No route to host');
  expect(host.queue('pending')).toHaveLength(1);
  writeFileSync(join(host.tools.dir, 'ssh'), working);
  host.failPort('bar');
  await pushed(2);
  expect(bundlesOf(root)).toEqual(bundlesOf(host.evidence));
});

test('a second push leaves the work to the first, and takes over from one that was killed', async () => {
  host.run('hook_run_start');
  host.conf('');
  host.withoutCompression().failPort('foo');
  const lock = join(host.evidence, '.pushing');
  mkdirSync(lock);
  const push = () => {
    const {status, stderr} = spawnSync('dash', [
      join(host.etc, 'send-evidence'),
      'push',
      host.evidence,
      'portwright@worker',
      'avalon',
    ]);
    return {status, stderr: stderr.toString()};
  };
  writeFileSync(join(lock, 'pid'), `${process.pid}\n`);
  expect(push()).toEqual({status: 0, stderr: ''});
  expect(host.queue('pending')).toHaveLength(1);
  writeFileSync(join(lock, 'pid'), '999999999\n');
  expect(push()).toEqual({status: 0, stderr: ''});
  await pushed(1);
});

test('a host that the worker does not know, and another directory, are refused with the reason', () => {
  host.run('hook_run_start');
  host.conf('');
  host.withoutCompression().failPort('foo');
  const push = (name: string) =>
    spawnSync('dash', [join(host.etc, 'send-evidence'), 'push', host.evidence, 'portwright@worker', name]).stderr.toString();
  expect(push('brea')).toMatch(/brea[\s\S]*avalon[\s\S]*nothing could be pushed/);
  writeFileSync(
    join(worker, 'hosts.json'),
    JSON.stringify({hosts: {avalon: {ssh: {address: 'avalon'}, logs: ['/build/synth/logs'], evidence: 'push'}}}),
  );
  expect(push('avalon')).toContain('must be below a log directory of avalon');
  expect(host.queue('pending')).toHaveLength(1);
});

test.each(['-oProxyCommand=x', 'user@host; reboot', '$(reboot)'])('PORTWRIGHT_PUSH=%j starts nothing', async (value) => {
  host.conf(`PORTWRIGHT_PUSH='${value}'\n`);
  host.run('hook_run_start');
  host.run('hook_run_end');
  await until(
    () => `it must be logged; log: ${host.log()}`,
    () => host.log().includes('PORTWRIGHT_PUSH must be user@host'),
    30_000,
  );
  expect(existsSync(join(worker, 'calls'))).toBe(false);
});
