import {join} from 'node:path';
import {jest} from '@jest/globals';
import {BuildHost, failureOf, names, read} from './build-host.ts';

// Each test runs real programs; on a machine under load they take their time.
jest.setTimeout(60_000);

let host: BuildHost;
beforeEach(() => {
  host = new BuildHost();
});
afterEach(() => host.remove());

const keysOf = (text: string) =>
  text
    .trim()
    .split('\n')
    .map((line) => line.split('=')[0]);

test('a run records its start, the results of its ports, its end and the summary lists', () => {
  host.write('etc/dsynth.ini', 'ini\n');
  host.run('hook_run_start', {PORTS_QUEUED: '4'});
  const runId = read(join(host.evidence, '.current_run')).trim();
  expect(runId).toMatch(/^run-LiveSystem-\d{8}-\d{6}Z-\d+$/);
  const dir = join(host.evidence, 'runs', runId);
  expect(keysOf(read(join(dir, 'run_start.txt')))).toEqual([
    ...['ts_utc', 'profile', 'ports_queued', 'dir_logs', 'dir_ports', 'dir_buildbase', 'dir_packages'],
    ...['dir_repository', 'dir_options', 'dir_distfiles', 'run_id', 'target'],
  ]);
  expect(read(join(dir, 'dsynth.ini'))).toBe('ini\n');
  expect(names(join(host.evidence, 'queue'))).toEqual(['done', 'failed', 'inflight', 'pending']);

  host.run('hook_pkg_success', {RESULT: 'success', ORIGIN: 'devel/a', FLAVOR: 'devel/a', PKGNAME: 'a-1.txz'});
  host.run('hook_pkg_ignored', {RESULT: 'ignored', ORIGIN: 'devel/b', FLAVOR: 'py311', PKGNAME: 'b-1.txz'});
  host.run('hook_pkg_skipped', {RESULT: 'skipped', ORIGIN: 'devel/c', FLAVOR: 'devel/c', PKGNAME: 'c-1.txz'});
  host.run('hook_pkg_failure', failureOf('devel/foo'));
  const rows = read(join(dir, 'results.txt'))
    .trimEnd()
    .split('\n')
    .map((line) => line.split('\t'));
  expect(rows.map(([origin, flavor, pkgname, result]) => [origin, flavor, pkgname, result])).toEqual([
    ['devel/a', '', 'a-1.txz', 'success'],
    ['devel/b', 'py311', 'b-1.txz', 'ignored'],
    ['devel/c', '', 'c-1.txz', 'skipped'],
    ['devel/foo', '', 'foo-1.0.txz', 'failure'],
  ]);
  expect(rows.map((row) => row[5])).toEqual(['', '', '', names(join(dir, 'ports'))[0]]);

  host.write('logs/02_failure_list.log', '[000] FAILURE devel/foo ##build\n');
  host.run('hook_run_end', {PORTS_BUILT: '1', PORTS_FAILED: '1', PORTS_IGNORED: '1', PORTS_SKIPPED: '1'});
  expect(read(join(dir, 'run_end.txt'))).toMatch(
    /^ts_utc=\S+\nprofile=LiveSystem\nports_built=1\nports_failed=1\nports_ignored=1\nports_skipped=1\n$/,
  );
  expect(read(join(dir, '02_failure_list.log'))).toBe('[000] FAILURE devel/foo ##build\n');
  expect(names(host.evidence)).not.toContain('.current_run');
});

test.each(['', '../../x', 'run-Other-20260101-000000Z-1'])('.current_run with %j is not believed', (text) => {
  host.write('logs/evidence/.current_run', `${text}\n`);
  host.fail();
  expect(names(join(host.evidence, 'runs'))).toEqual(['run-LiveSystem-unknown']);
});

test.each(['hook_run_start', 'hook_run_end', 'hook_pkg_success', 'hook_pkg_failure', 'hook_pkg_ignored', 'hook_pkg_skipped'])(
  '%s ends with 0 with nothing but DIR_LOGS set',
  (hook) => {
    expect(host.runBare(hook, {DIR_LOGS: host.logs})).toEqual({status: 0, stderr: ''});
    expect(host.log()).not.toMatch(/parameter not set|unbound|not found/);
  },
);
