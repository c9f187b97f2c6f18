import {execFileSync} from 'node:child_process';
import {randomBytes} from 'node:crypto';
import {existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {gzipSync, zstdCompressSync} from 'node:zlib';
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

function write(relpath: string, content: string | Buffer): string {
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
    expect(stdout).toContain(`Stored ${at('more/devel___foo@py311.log')} as runs/${bundle}`);
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

  test.each<[string, () => Buffer]>([
    ['.gz', () => gzipSync(LOG)],
    ['.zst', () => zstdCompressSync(LOG)],
    ['.xz', () => execFileSync('xz', ['-c'], {input: LOG})],
    ['.bz2', () => execFileSync('bzip2', ['-c'], {input: LOG})],
  ])('stores a log that is packed as %s unpacked, and names the packed one as its origin', async (suffix, packed) => {
    write(`more/devel___foo.log${suffix}`, packed());
    await run('start', 'devel/foo', '--target', '@x');
    const [bundle = ''] = bundles();
    const dir = at('logs/evidence/runs', bundle);
    expect(readFileSync(join(dir, 'logs/errors.txt'), 'utf8')).toContain(':foo.c:1:10: fatal error: sys/audit.h');
    expect(execFileSync('gzip', ['-dc', join(dir, 'logs/full.log.gz')], {encoding: 'utf8'})).toBe(LOG);
    expect(readFileSync(join(dir, 'logfile.txt'), 'utf8')).toBe(`logfile=${at(`more/devel___foo.log${suffix}`)}\n`);
  });

  test('stores nothing of a damaged log, a directory or a FIFO, and does not wait for a writer', async () => {
    const cut = write('cut.log', gzipSync(LONG).subarray(0, 5000));
    execFileSync('mkfifo', [at('fifo.log')]);
    for (const [log, message] of [
      [cut, `${cut} is packed by gzip and cannot be unpacked`],
      [at('logs'), `${at('logs')} is a directory, not a regular file.`],
      [at('fifo.log'), `${at('fifo.log')} is a FIFO, not a regular file.`],
    ] as const) {
      const ran = await run('start', 'devel/foo', '--target', '@x', '--log', log);
      expect(ran).toMatchObject({code: 1, stdout: '', stderr: expect.stringContaining(message)});
    }
    expect(names(at('logs'))).toEqual([]);
  });

  test('creates no log directory where there is none', async () => {
    const log = write('a.log', LOG);
    const ran = await portwright(['start', 'devel/foo', '--target', '@x', '--log', log], {LOGS_ROOT: at('none')});
    expect(ran).toMatchObject({code: 1, stderr: expect.stringContaining(`${at('none')} is not there`)});
    expect(existsSync(at('none'))).toBe(false);
  });

  test.each([
    [['start', 'devel/foo', '--target', '@x'], 1, 'There is no devel___foo.log in'],
    [['start', 'devel/foo', '--target', '@x', '--log', '/none.log'], 1, '/none.log is not there'],
    [['start', '../foo', '--target', '@x'], 2, 'A port is category/port'],
    [['start', 'devel/foo@a@b', '--target', '@x'], 2, 'A port is category/port'],
    [['start', 'devel/foo', '--log', '/dev/null', '--target', '@../x'], 2, 'A target is a branch'],
    [['start', 'devel/foo', '--log', '/dev/null', '--config', '/none'], 2, 'Which branch is it about?'],
  ])('%j ends with %i and reports: %s', async (args, code, message) => {
    expect(await run(...args)).toMatchObject({code, stdout: '', stderr: expect.stringContaining(message)});
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
    run(
      'report',
      '--from-logs',
      at('bulk'),
      '--evidence',
      at('logs/evidence'),
      '--target',
      '@2026Q2',
      '--profile',
      'Bulk',
      ...more,
    );

  beforeEach(() => {
    write('bulk/02_failure_list.log', LIST);
    write('bulk/devel___foo.log', LOG);
    write('bulk/devel___bar@py311.log', 'configure: error: no\n');
  });

  test('makes a bundle of each failure whose log is there, in one new run, and reports what it left out', async () => {
    const {stdout} = await report('--json');
    const {runId, bundles: made, skipped} = JSON.parse(stdout);
    expect(runId).toMatch(/^run-Bulk-\d{8}-\d{6}Z-\d+-imported$/);
    expect(runs()).toEqual([runId]);
    expect(names(at('logs/evidence/runs', runId, 'ports'))).toEqual([...made].sort());
    expect(made.map((one: string) => one.replace(/-\d{8}-\d{6}Z$/, ''))).toEqual(['devel_foo', 'devel_bar@py311']);
    expect(skipped).toEqual([
      {port: 'net/gone', why: `there is no net___gone.log in ${at('bulk')}`},
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

  test('finds packed logs, and skips what is no regular file with the reason', async () => {
    rmSync(at('bulk/devel___foo.log'));
    write('bulk/devel___foo.log.gz', gzipSync(LOG));
    rmSync(at('bulk/devel___bar@py311.log'));
    mkdirSync(at('bulk/devel___bar@py311.log'));
    execFileSync('mkfifo', [at('bulk/net___gone.log')]);
    const {bundles: made, skipped} = JSON.parse((await report('--json')).stdout);
    expect(made).toEqual([expect.stringMatching(/^devel_foo-/)]);
    expect(skipped.slice(0, 2)).toEqual([
      {port: 'devel/bar@py311', why: `${at('bulk/devel___bar@py311.log')} is not a regular file`},
      {port: 'net/gone', why: `${at('bulk/net___gone.log')} is not a regular file`},
    ]);
    const again = JSON.parse((await report('--json')).stdout);
    expect(again).toMatchObject({
      runId: null,
      skipped: [{port: 'devel/foo', why: `${made[0]} has this log already`}, {}, {}, {}],
    });
  });

  test('skips a log that cannot be unpacked, and imports the others', async () => {
    write('bulk/devel___foo.log', gzipSync(LONG).subarray(0, 5000));
    const {bundles: made, skipped} = JSON.parse((await report('--json')).stdout);
    expect(made).toEqual([expect.stringMatching(/^devel_bar@py311-/)]);
    expect(skipped[0]).toMatchObject({port: 'devel/foo', why: expect.stringContaining('cannot be unpacked')});
  });

  test('imports below the directory that was named', async () => {
    const ran = await portwright(['report', '--from-logs', at('bulk'), '--target', '@2026Q2'], {
      LOGS_ROOT: `${at('logs')}:${at('bulk')}`,
    });
    expect(ran.stdout).toMatch(new RegExp(`^2 bundles in runs/\\S+ below ${at('bulk/evidence')}\\.$`, 'm'));
    expect(names(at('bulk/evidence/queue/pending'))).toHaveLength(2);
    expect(names(at('logs'))).toEqual([]);
  });

  test.each([
    ['another LOGS_ROOT', {LOGS_ROOT: '/build/elsewhere'}, 'By LOGS_ROOT of this shell a worker reads /build/elsewhere/evidence'],
    ['no LOGS_ROOT', {}, 'Without LOGS_ROOT a worker reads /build/synth/logs/evidence'],
  ])('with %s it refuses, names both paths and creates nothing', async (_, env, read) => {
    const ran = await portwright(['report', '--from-logs', at('bulk'), '--target', '@2026Q2'], env);
    expect(ran).toMatchObject({code: 1, stdout: '', stderr: expect.stringContaining(`${read}, and not ${at('bulk/evidence')}.`)});
    expect(names(at('bulk'))).toEqual(['02_failure_list.log', 'devel___bar@py311.log', 'devel___foo.log']);
    expect(existsSync('/build/synth/logs/evidence')).toBe(false);
  });

  test('takes an evidence root that is given, with a warning if no worker reads it', async () => {
    const args = ['report', '--from-logs', at('bulk'), '--evidence', at('bulk/evidence'), '--target', '@2026Q2'];
    const ran = await portwright(args, {LOGS_ROOT: at('logs')});
    expect(ran.stderr).toMatch(
      new RegExp(`^By LOGS_ROOT .* reads ${at('logs/evidence')}, and not ${at('bulk/evidence')}; the cases`),
    );
    expect(names(at('bulk/evidence/queue/pending'))).toHaveLength(2);
  });

  test('a failure list that is a FIFO is refused at once', async () => {
    rmSync(at('bulk/02_failure_list.log'));
    execFileSync('mkfifo', [at('bulk/02_failure_list.log')]);
    expect(await report()).toMatchObject({code: 1, stderr: expect.stringContaining('is a FIFO, not a regular file.')});
  });

  test('without a failure list it says what it needs', async () => {
    const {code, stderr} = await run('report', '--from-logs', at('logs'), '--target', '@2026Q2');
    expect(code).toBe(1);
    expect(stderr).toContain('has no 02_failure_list.log');
  });
});
