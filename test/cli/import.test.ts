import {execFileSync} from 'node:child_process';
import {randomBytes} from 'node:crypto';
import {existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {keyValues} from '../../src/evidence/names.ts';
import {portwright, scratch} from './program.ts';

let place: ReturnType<typeof scratch>;
beforeEach(() => {
  place = scratch();
  mkdirSync(join(place.dir, 'logs'));
});
afterEach(() => place.remove());

const at = (...parts: string[]): string => join(place.dir, ...parts);
const names = (dir: string): string[] => (existsSync(dir) ? readdirSync(dir).sort() : []);

function write(relpath: string, content: string): string {
  mkdirSync(dirname(at(relpath)), {recursive: true});
  writeFileSync(at(relpath), content);
  return at(relpath);
}

/** Runs of the first evidence root, and the bundles of each. */
const runs = (): string[] => names(at('logs/evidence/runs'));
const bundles = (): string[] =>
  runs().flatMap((run) => names(at('logs/evidence/runs', run, 'ports')).map((one) => join(run, 'ports', one)));
const meta = (bundle: string): Map<string, string> =>
  keyValues(readFileSync(at('logs/evidence/runs', bundle, 'meta.txt'), 'utf8'));
const run = (...args: string[]) =>
  portwright(args, {LOGS_ROOT: `${at('logs')}:${at('more')}`, DELTAPORTS_ROOT: at('DeltaPorts')});

/** Takes gzip a moment, so that the hook ends before its background work does. */
const LONG = `${randomBytes(3_000_000)
  .toString('base64')
  .replace(/.{100}/g, '$&\n')}\n`;
const LOG = 'cc -c foo.c\nfoo.c:1:10: fatal error: sys/audit.h: No such file or directory\n*** Error code 1\n';

/** A build host's configuration. */
function config(): string {
  write(
    'etc/dsynth.ini',
    `[Global Configuration]\nprofile_selected= Live\n\n[Live]\nDirectory_portsdir= ${at('ports')}\nDirectory_distfiles= /distfiles\n`,
  );
  write('etc/portwright-hooks.conf', `# target\nPORTWRIGHT_TARGET="@2026Q2"\nDELTAPORTS_ROOT=${at('DeltaPorts')}\n`);
  write('ports/devel/foo/Makefile', 'PORTNAME=\tfoo\n');
  write('DeltaPorts/ports/devel/foo/Makefile.DragonFly', 'CFLAGS+=\t-DX\n');
  return at('etc');
}

describe('start', () => {
  test('makes a bundle of the port’s own log by the hook, and leaves its request where it is delivered from', async () => {
    write('more/devel___foo@py311.log', LONG + LOG);
    write('logs/evidence/.current_run', 'run-Live-20260101-000000Z-1\n');
    const {code, stdout, stderr} = await run('start', 'devel/foo@py311', '--config', config());
    expect(code).toBe(1);
    expect(stderr).toContain('The reports stay in the spool');
    const [bundle = '', ...others] = bundles();
    expect(others).toEqual([]);
    expect(bundle).toMatch(/^run-Live-\d{8}-\d{6}Z-\d+-by-hand\/ports\/devel_foo@py311-\d{8}-\d{6}Z$/);
    expect(stdout).toContain(`Kept ${at('more/devel___foo@py311.log')} as runs/${bundle}`);
    expect(Object.fromEntries(meta(bundle))).toMatchObject({
      ...{origin: 'devel/foo', flavor: 'py311', target: '@2026Q2', profile: 'Live', result: 'failure'},
      ...{dir_ports: at('ports'), dir_distfiles: '/distfiles'},
    });
    const dir = at('logs/evidence/runs', bundle);
    expect(readFileSync(join(dir, 'logs/errors.txt'), 'utf8')).toContain(':foo.c:1:10: fatal error: sys/audit.h');
    expect(names(join(dir, 'logs'))).toEqual(['errors.txt', 'full.log.gz']);
    const kept = execFileSync('gzip', ['-dc', join(dir, 'logs/full.log.gz')], {encoding: 'utf8', maxBuffer: 1 << 24});
    expect(kept === LONG + LOG).toBe(true);
    expect(readFileSync(join(dir, 'logfile.txt'), 'utf8')).toBe(`logfile=${at('more/devel___foo@py311.log')}\n`);
    expect(readFileSync(join(dir, 'port/Makefile'), 'utf8')).toBe('PORTNAME=\tfoo\n');
    expect(readFileSync(join(dir, 'overlay/Makefile.DragonFly'), 'utf8')).toBe('CFLAGS+=\t-DX\n');
    const [job = ''] = names(at('logs/evidence/queue/pending'));
    expect(readFileSync(at('logs/evidence/queue/pending', job), 'utf8')).toContain(`bundle_id=${bundle.split('/').at(-1)}\n`);
    expect(readFileSync(at('logs/evidence/.current_run'), 'utf8')).toBe('run-Live-20260101-000000Z-1\n');
    const end = keyValues(readFileSync(join(dir, '../../run_end.txt'), 'utf8'));
    expect(end.get('ports_failed')).toBe('1');
  });

  test('takes another log, a target and a profile by the command line', async () => {
    const log = write('elsewhere/some build.log', LOG);
    await run('start', 'devel/foo', '--log', log, '--target', '2026Q3', '--profile', 'My Profile');
    expect(bundles()[0]).toMatch(/^run-MyProfile-/);
    expect(meta(bundles()[0] ?? '').get('target')).toBe('@2026Q3');
    expect(meta(bundles()[0] ?? '').get('profile')).toBe('My Profile');
  });

  test.each([
    [['start', 'devel/foo', '--target', '@x'], 1, 'There is no devel___foo.log in'],
    [['start', 'devel/foo', '--target', '@x', '--log', '/none.log'], 1, '/none.log is not there'],
    [['start', '../foo', '--target', '@x'], 2, 'A port is category/port'],
    [['start', 'devel/foo@a@b', '--target', '@x'], 2, 'A port is category/port'],
    [['start', 'devel/foo', '--log', '/dev/null', '--target', '@../x'], 2, 'A target is a branch'],
    [['start', 'devel/foo', '--log', '/dev/null', '--config', '/none'], 2, 'Which branch is it about?'],
  ])('%j ends with %i and says: %s', async (args, code, words) => {
    expect(await run(...args)).toMatchObject({code, stdout: '', stderr: expect.stringContaining(words)});
    expect(bundles()).toEqual([]);
  });
});

describe('report --from-logs', () => {
  const LIST = [
    '[000] FAILURE devel/foo ##           build 00:00:07',
    '[001] FAILURE devel/bar@py311 ## configure 00:01:07',
    '[002] FAILURE net/gone ##            fetch 00:01:07',
    '[003] FAILURE ../../etc/passwd ##    fetch 00:01:07',
    '[000] FAILURE devel/foo ##           build 00:00:07',
    'some other line',
    '',
  ].join('\n');
  const report = (...more: string[]) =>
    run('report', '--from-logs', at('bulk'), '--target', '@2026Q2', '--profile', 'Bulk', ...more);

  beforeEach(() => {
    write('bulk/02_failure_list.log', LIST);
    write('bulk/devel___foo.log', LOG);
    write('bulk/devel___bar@py311.log', 'configure: error: no\n');
  });

  test('makes a bundle of each failure whose log is there, in a run of its own, and tells what it left out', async () => {
    const {stdout} = await report('--json');
    const {runId, bundles: made, skipped} = JSON.parse(stdout);
    expect(runId).toMatch(/^run-Bulk-\d{8}-\d{6}Z-\d+-imported$/);
    expect(runs()).toEqual([runId]);
    expect(names(at('logs/evidence/runs', runId, 'ports'))).toEqual([...made].sort());
    expect(made.map((one: string) => one.replace(/-\d{8}-\d{6}Z$/, ''))).toEqual(['devel_foo', 'devel_bar@py311']);
    expect(skipped).toEqual([
      {port: 'net/gone', why: 'there is no net___gone.log'},
      {port: '../../etc/passwd', why: 'it is no category/port[@flavor]'},
    ]);
    expect(readFileSync(at('logs/evidence/runs', runId, '02_failure_list.log'), 'utf8')).toBe(LIST);
    expect(keyValues(readFileSync(at('logs/evidence/runs', runId, 'run_end.txt'), 'utf8')).get('ports_failed')).toBe('2');
    expect(names(at('logs/evidence/queue/pending'))).toHaveLength(2);
  });

  test('makes no second bundle of the same log, but one of a log that is new', async () => {
    await report();
    expect(bundles()).toHaveLength(2);
    const again = await report();
    expect(again).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^No new bundle\.\n {2}skipped devel\/foo: devel_foo-\S+ has this log already\n/),
    });
    expect(bundles()).toHaveLength(2);
    write('bulk/devel___foo.log', `${LOG}another\n`);
    const third = await report();
    expect(third.stdout).toMatch(/^1 bundle in runs\/run-Bulk-/);
    expect(bundles()).toHaveLength(3);
  });

  test('without a failure list it says what it needs', async () => {
    const {code, stderr} = await run('report', '--from-logs', at('logs'), '--target', '@2026Q2');
    expect(code).toBe(1);
    expect(stderr).toContain('has no 02_failure_list.log');
  });
});
