import {chmodSync, lstatSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {appears, BuildHost, failureOf, names, read} from './build-host.ts';

let host: BuildHost;
let umask: number;
beforeEach(() => {
  host = new BuildHost();
  umask = process.umask(0);
});
afterEach(() => {
  process.umask(umask);
  host.remove();
});

test('evidence has modes 0750 and 0640, even if dsynth has no umask', async () => {
  host.write('logs/devel___foo.log', 'cc: error: no\n');
  host.write('ports/devel/foo/Makefile', 'PORTNAME=foo\n');
  host.write('ports/devel/foo/files/run', '');
  chmodSync(join(host.top, 'ports/devel/foo/files/run'), 0o777);
  host.write('etc/dsynth.ini', '');
  host.write('logs/00_last_results.log', '');
  for (const [hook, more] of [
    ['hook_run_start', {}],
    ['hook_pkg_failure', failureOf('devel/foo')],
    ['hook_pkg_failure', failureOf('devel/gone')],
    ['hook_pkg_success', {ORIGIN: 'devel/bar'}],
    ['hook_run_end', {}],
  ] as const)
    expect(host.run(hook, more).status).toBe(0);
  const bundle = host.bundles().find((dir) => dir.includes('devel_foo')) ?? '';
  await appears(join(bundle, 'logs/full.log.gz'));
  const files = readdirSync(host.evidence, {recursive: true, encoding: 'utf8'});
  expect(files.length).toBeGreaterThan(20);
  expect(modesBelow(host.evidence, files)).toEqual([[join(bundle, 'port/files/run'), '750']]);
  host.run('hook_pkg_failure', failureOf('../x'));
  expect(mode(join(host.logs, 'portwright-hooks.log'))).toBe('640');
});

/** Without DIR_LOGS: the hooks here look at `place` instead of the one name below /tmp that they know. */
function withoutLogs(place: string) {
  const common = join(host.etc, 'hook_common.sh');
  const text = readFileSync(common, 'utf8');
  expect(text.match(/=\/tmp\/dsynth-evidence$/gm)).toHaveLength(1);
  writeFileSync(common, text.replaceAll('/tmp/dsynth-evidence', place));
  return host.runBare('hook_pkg_failure', failureOf('devel/foo'));
}

test('a planted link below /tmp is not followed', () => {
  const target = join(host.top, 'target');
  mkdirSync(target, {mode: 0o700});
  symlinkSync(target, join(host.top, 'planted'));
  const {status, stderr} = withoutLogs(join(host.top, 'planted'));
  expect({status, stderr}).toEqual({status: 0, stderr: expect.stringContaining('must be a directory of our own')});
  expect(names(target)).toEqual([]);
});

test('a link to a name that is not there yet makes nothing there', () => {
  symlinkSync(join(host.top, 'later'), join(host.top, 'planted'));
  expect(withoutLogs(join(host.top, 'planted')).status).toBe(0);
  expect(names(host.top)).not.toContain('later');
});

test.each(['777', '770', '1777'])('an own directory with mode %s, to which others can write, is not used', (open) => {
  const planted = join(host.top, 'planted');
  const victim = host.write('victim', 'as before\n');
  mkdirSync(planted);
  chmodSync(planted, Number.parseInt(open, 8));
  symlinkSync(victim, join(planted, 'portwright-hooks.log'));
  expect(withoutLogs(planted)).toEqual({status: 0, stderr: expect.stringContaining('nobody else can write to')});
  expect(names(planted)).toEqual(['portwright-hooks.log']);
  expect(read(victim)).toBe('as before\n');
});

test('a directory that the hook makes there is closed to others', () => {
  const place = join(host.top, 'fresh');
  expect(withoutLogs(place)).toEqual({status: 0, stderr: ''});
  expect(mode(place)).toBe('750');
  expect(names(place)).toEqual(['portwright-hooks.log', 'queue', 'runs']);
});

test('no other name below a shared directory is in the hooks', () => {
  const hooks = join(import.meta.dirname, '../../hooks');
  const paths = readdirSync(hooks).flatMap(
    (name) => readFileSync(join(hooks, name), 'utf8').match(/(\/var)?\/tmp\b[^\s"';,]*/g) ?? [],
  );
  expect(new Set(paths)).toEqual(new Set(['/tmp/dsynth-evidence']));
});

function mode(path: string): string {
  return (lstatSync(path).mode & 0o777).toString(8);
}

/** Paths and modes that are other than they should be. */
function modesBelow(dir: string, files: readonly string[]): string[][] {
  return [dir, ...files.map((name) => join(dir, name))]
    .map((path) => [path, mode(path)])
    .filter(([path = '', has]) => has !== (lstatSync(path).isDirectory() ? '750' : '640'));
}
