import {spawnSync} from 'node:child_process';
import {chmodSync} from 'node:fs';
import {join} from 'node:path';
import {BuildHost, failureOf, names, read} from './build-host.ts';

let host: BuildHost;
beforeEach(() => {
  host = new BuildHost();
});
afterEach(() => host.remove());

test('a package name (null) and a FLAVOR that is the ORIGIN mean none', () => {
  expect(host.fail({PKGNAME: '(null)', FLAVOR: 'devel/foo'})).toEqual({status: 0, stderr: ''});
  expect(read(join(host.bundle(), 'meta.txt'))).toContain('\nflavor=devel/foo\npkgname=\n');
  expect(read(join(host.evidence, 'runs/run-LiveSystem-unknown/results.txt'))).toMatch(/^devel\/foo\t\t\tfailure\t/);
});

test.each(['GREP_OPTIONS', 'GREP_COLORS'])('%s changes nothing', (name) => {
  host.write('logs/devel___foo.log', 'line 1\ncc: error: no\n');
  // BSD's grep honours it; where grep does not, the environment of the tools shows it.
  const common = join(host.etc, 'hook_common.sh');
  host.write('etc/hook_common.sh', `${read(common)}\nenv | grep -c '^GREP_' >&2\n`);
  expect(host.fail({[name]: '-v --color=always'}).stderr).toBe('0\n');
  expect(host.errors()).toContain('2:cc: error: no');
});

test('CDPATH does not lead a hook elsewhere', () => {
  const {status} = spawnSync('/bin/sh', ['etc/hook_pkg_failure'], {
    cwd: host.top,
    env: {...host.environment(failureOf('devel/foo')), CDPATH: host.top},
  });
  expect(status).toBe(0);
  expect(host.bundles()).toHaveLength(1);
});

/** Starts the hooks as dsynth does: as its own children, under its command line. */
function dsynth(directive: string): void {
  const hooks = ['hook_run_start', 'hook_pkg_success', 'hook_pkg_failure', 'hook_run_end'];
  const program = host.write(
    'bin/dsynth',
    `#!/bin/sh\nfor hook in ${hooks.join(' ')}; do nice -n 10 ${host.etc}/$hook </dev/null || exit 1; done\n`,
  );
  chmodSync(program, 0o755);
  const args = ['-p', 'LiveSystem', directive, 'devel/foo'];
  expect(
    spawnSync(program, args, {env: {...host.environment(failureOf('devel/foo')), PATH: process.env.PATH ?? ''}}).status,
  ).toBe(0);
}

test('a run of dsynth that only fetches is no build: it records no success and no failure', () => {
  dsynth('fetch-only');
  expect(names(join(host.evidence, 'runs'))).toEqual([]);
  expect(host.log()).toContain('dsynth only fetches distfiles');
  dsynth('build');
  expect(names(join(host.evidence, 'runs'))).toHaveLength(1);
  expect(host.bundles()).toHaveLength(1);
});
