import {existsSync, mkdirSync, symlinkSync, truncateSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {gzipSync} from 'node:zlib';
import type {ImportItem} from '../../../src/case/migration/report.ts';
import {fixOf} from '../../../src/case/review/fixes.ts';
import type {CaseStatus} from '../../../src/case/status.ts';
import {parseArchivedStatus} from '../../../src/console/cache/archived-status.ts';
import {archivedBundles} from '../../../src/evidence/archives.ts';
import {parseJob} from '../../../src/evidence/job.ts';
import {importState} from '../../../src/evidence/migration/import-state.ts';
import {locateOldState} from '../../../src/evidence/migration/old-state.ts';
import {keyValues} from '../../../src/evidence/names.ts';
import {openContent} from '../../../src/evidence/reading.ts';
import {readCursor} from '../../../src/evidence/run-cursor.ts';
import {readRunState} from '../../../src/evidence/runs.ts';
import {deliverSpool} from '../../../src/evidence/spool.ts';
import {sqlite} from '../../../src/setup/sqlite.ts';
import {OldInstallation, RUN} from './old-installation.ts';

let old: OldInstallation;
beforeEach(() => {
  old = new OldInstallation();
});
afterEach(() => old.remove());

async function run(isDryRun = false): Promise<ImportItem[]> {
  const to = {root: old.root, isDryRun, target: '@2026Q1', state: old.dir};
  return importState(await locateOldState(old.dir), to);
}

const named = (items: readonly ImportItem[], name: string): ImportItem | undefined => items.find((one) => one.name === name);
const ports = (id: string, runId = RUN): string => join('runs', runId, 'ports', id);

const TRIAGE = '{"classification":"compile-error","confidence":"high"}';

/** An installation with a bundle as a directory, one in the artifact store that is resolved, and one with open jobs. */
function installation(): void {
  const dir = old.bundle('devel_foo-20260118-150000Z');
  old.write(join(dir, 'analysis/rebuild_proof.json'), '{"rebuild_ok": true}');
  old.write(join(dir, 'analysis/changes.diff'), '--- a\n+++ b\n');
  old.write(join(dir, 'logs/full.log.gz'), gzipSync('cc -c foo.c\n'));
  old.bundle('net_bar-20260118-160000Z', 'net/bar');
  old.write(`evidence/runs/${RUN}/02_failure_list.log`, 'devel/foo\n');
  const fields = {created_ts_utc: '20260118-160000Z', profile: 'Live', origin: 'net/bar', run_id: RUN};
  old.job('pending', '20260118-160000Z-Live-net_bar-7.job', {...fields, type: 'triage', bundle_id: 'net_bar-20260118-160000Z'});
  old.job('inflight', '20260118-160000Z-Live-net_bar-7-patch.job', {
    ...fields,
    type: 'patch',
    bundle_id: 'net_bar-20260118-160000Z',
  });
  old.job('pending', '20260118-160000Z-net_bar-7-verify.job', {...fields, type: 'verify', bundle_id: 'net_bar-20260118-160000Z'});
  old.job('failed', 'foo-1.job', {created_ts_utc: '20260118-150100Z', bundle_dir: `/x/${dir}`});
  old.write('evidence/queue/failed/foo-1.job.error', 'timestamp=x\nerror=the model did not answer\n');
  old.write('evidence/full-logs/lang_baz-20260119-100000Z.full.log.gz', gzipSync('cc -c baz.c\n'));
  old.database((insert) => {
    insert('runs', {
      run_id: 'run-Live-20260119-090000Z-8',
      profile: 'Live',
      ts_start: '20260119-090000Z',
      ts_end: '2026-01-19T12:00:00Z',
    });
    const row = {
      run_id: 'run-Live-20260119-090000Z-8',
      origin: 'lang/baz',
      flavor: 'py311',
      ts_utc: '20260119-100000Z',
      result: 'failure',
    };
    insert('bundles', {...row, bundle_id: 'lang_baz@py311-20260119-100000Z', target: '@2026Q2', resolution: 'agent_fixed'});
    const refs = {bundle_id: 'lang_baz@py311-20260119-100000Z', backend: 'blob'};
    insert('artifact_refs', {...refs, relpath: 'logs/errors.txt', sha256: old.blob('baz.c:1: error: y\n')});
    insert('artifact_refs', {...refs, relpath: 'analysis/triage.json', sha256: old.blob(TRIAGE)});
    const log = '/build/synth/logs/evidence/full-logs/lang_baz-20260119-100000Z.full.log.gz';
    insert('artifact_refs', {...refs, relpath: 'logs/full.log.gz', backend: 'fs', fs_path: log});
    insert('jobs', {
      job_id: 'baz-2.job',
      state: 'escalated',
      bundle_id: 'lang_baz@py311-20260119-100000Z',
      created_ts_utc: '20260119-110000Z',
    });
    insert('user_context', {run_id: 'run-Live-20260119-090000Z-8', origin: 'lang/baz', context_text: 'turn AUDIT off'});
    insert('activity_log', {message: 'hello'});
  });
}

test('takes bundles of both kinds, runs and open jobs, and lists what has no place', async () => {
  installation();
  const items = await run();
  expect(items.filter(({result}) => result === 'failed')).toEqual([]);
  const found = await archivedBundles([old.root]);
  expect(found.map(({report}) => [report.bundleId, report.target, report.flavor])).toEqual([
    ['lang_baz@py311-20260119-100000Z', '@2026Q2', 'py311'],
    ['devel_foo-20260118-150000Z', '@2026Q1', undefined],
    ['net_bar-20260118-160000Z', '@2026Q1', undefined],
  ]);
  const baz = ports('lang_baz@py311-20260119-100000Z', 'run-Live-20260119-090000Z-8');
  expect(old.read(join(baz, 'logs/errors.txt'))).toBe('baz.c:1: error: y\n');
  const log = await openContent(join(old.root, baz), 'logs/full.log');
  expect(Buffer.concat((await log?.toArray()) ?? []).toString()).toBe('cc -c baz.c\n');
  expect(named(items, '20260118-160000Z-net_bar-7-verify.job')).toMatchObject({
    result: 'left',
    detail: expect.stringContaining('"verify"'),
  });
  expect(named(items, '20260118-160000Z-Live-net_bar-7.job')?.result).toBe('taken');
  expect(named(items, '20260118-160000Z-Live-net_bar-7-patch.job')).toMatchObject({
    result: 'left',
    detail: expect.stringContaining('one case'),
  });
  expect(named(items, 'activity_log')).toMatchObject({
    part: 'table',
    result: 'left',
    detail: expect.stringContaining('(1 rows)'),
  });
});

test('an open job is a request of the spool, which is delivered as those of the hooks', async () => {
  installation();
  await run();
  expect(existsSync(join(old.root, ports('net_bar-20260118-160000Z'), 'analysis/case.json'))).toBe(false);
  const delivered: string[] = [];
  const spool = await deliverSpool(old.root, async ({bundleId, target}) => void delivered.push(`${target} ${bundleId}`));
  expect(delivered).toEqual(['@2026Q1 net_bar-20260118-160000Z']);
  expect(spool).toMatchObject({failed: [], skipped: [], waiting: []});
  const [name = ''] = spool.delivered;
  expect(parseJob(old.read(join('queue/done', name))).report.origin).toBe('net/bar');
});

test('a bundle without open jobs gets the archive of a closed case, in which no claim counts as a proof', async () => {
  installation();
  await run();
  const archive = (path: string): CaseStatus => JSON.parse(old.read(join(path, 'analysis/case.json'))) as CaseStatus;
  const baz = archive(ports('lang_baz@py311-20260119-100000Z', 'run-Live-20260119-090000Z-8'));
  expect(baz).toMatchObject({
    ...{workflowId: 'port:@2026Q2:lang/baz@py311', phase: 'closed', outcome: 'needs-help', attempts: []},
    triage: {classification: 'compile-error', confidence: 'high'},
    context: [{by: 'imported', text: 'turn AUDIT off'}],
  });
  expect(baz.timeline.map(({text}) => text)).toContain('job baz-2.job of the existing system: escalated');
  expect(parseArchivedStatus(baz)?.reason).toContain('the existing system recorded agent_fixed');
  expect(fixOf(baz)).toBeUndefined();
  const foo = archive(ports('devel_foo-20260118-150000Z'));
  expect(foo.outcome).toBe('discarded');
  expect(foo.timeline[1]?.text).toBe('job foo-1.job of the existing system: failed, the model did not answer');
  const analysis = join(old.root, ports('devel_foo-20260118-150000Z'), 'analysis');
  expect(existsSync(join(analysis, 'rebuild_proof.json'))).toBe(false);
  expect(existsSync(join(analysis, 'imported-rebuild_proof.json'))).toBe(true);
});

test('runs are over, delivered, and list their failures', async () => {
  installation();
  await run();
  const state = await readRunState(old.root, 'run-Live-20260119-090000Z-8');
  expect(state.report).toMatchObject({target: '@2026Q2', startedUtc: '2026-01-19T09:00:00Z', results: {failed: 1}});
  expect(state.report?.end).toMatchObject({kind: 'ended', atUtc: '2026-01-19T12:00:00Z', failed: 1});
  expect(state.cases).toMatchObject([{phase: 'closed', outcome: 'needs-help', classification: 'compile-error'}]);
  expect(await readCursor(join(old.root, 'runs', RUN))).toMatchObject({end: 'ended', results: {failed: 2}});
  expect(keyValues(old.read(`runs/${RUN}/run_end.txt`)).get('note')).toContain('recorded no end');
  expect(old.read(`runs/${RUN}/02_failure_list.log`)).toBe('devel/foo\n');
});

test('a second import changes nothing, a dry run writes nothing, and the existing system is not touched', async () => {
  installation();
  const before = OldInstallation.digest(old.dir);
  const dry = await run(true);
  expect(existsSync(old.root)).toBe(false);
  const taken = await run();
  expect(dry).toEqual(taken);
  const after = OldInstallation.digest(old.root);
  const again = await run();
  expect(again.filter(({result}) => result === 'taken' || result === 'failed')).toEqual([]);
  expect(again.filter(({result}) => result === 'unchanged').length).toBe(taken.filter(({result}) => result === 'taken').length);
  expect(OldInstallation.digest(old.root)).toEqual(after);
  expect(OldInstallation.digest(old.dir)).toEqual(before);
});

test('what is there is never written over', async () => {
  installation();
  const own = join(old.root, ports('devel_foo-20260118-150000Z'));
  mkdirSync(own, {recursive: true});
  writeFileSync(join(own, 'meta.txt'), 'origin=devel/foo\n');
  await run();
  const items = await run();
  expect(named(items, 'devel_foo-20260118-150000Z')).toMatchObject({
    result: 'left',
    detail: expect.stringContaining('not imported'),
  });
  expect(old.read(join(ports('devel_foo-20260118-150000Z'), 'meta.txt'))).toBe('origin=devel/foo\n');
  old.write(join('evidence', ports('net_bar-20260118-160000Z'), 'logs/errors.txt'), 'another');
  expect(named(await run(), 'net_bar-20260118-160000Z')).toMatchObject({
    result: 'left',
    detail: expect.stringContaining('has changed'),
  });
  expect(old.read(join(ports('net_bar-20260118-160000Z'), 'logs/errors.txt'))).toContain('foo.c:1: error: x');
});

describe('untrusted input', () => {
  test('a broken state.db is reported, and directories are taken all the same', async () => {
    old.bundle('devel_foo-20260118-150000Z');
    old.write('evidence/state.db', 'no database '.repeat(500));
    const items = await run();
    expect(named(items, 'state.db')).toMatchObject({result: 'failed', detail: expect.stringContaining('not a database')});
    expect(named(items, 'devel_foo-20260118-150000Z')?.result).toBe('taken');
  });

  test('links, huge files and paths that lead elsewhere are omitted, each with its reason', async () => {
    const dir = old.bundle('devel_foo-20260118-150000Z');
    const secret = old.write('secret', 'secret');
    symlinkSync(secret, join(old.dir, dir, 'port'));
    symlinkSync(secret, join(old.dir, dir, 'logs/full.log'));
    truncateSync(old.write(join(dir, 'huge'), ''), (64 << 20) + 1);
    symlinkSync(join(old.dir, dir), join(old.dir, 'evidence/runs', RUN, 'ports', 'linked-20260118-150000Z'));
    const refs = {bundle_id: 'net_bar-20260118-160000Z', backend: 'blob'};
    old.database((insert) => {
      insert('bundles', {bundle_id: refs.bundle_id, run_id: RUN, origin: 'net/bar', ts_utc: '20260118-160000Z', target: '@x'});
      insert('artifact_refs', {...refs, relpath: '../../escaped', sha256: old.blob('a')});
      insert('artifact_refs', {...refs, relpath: 'shadow', backend: 'fs', fs_path: '/etc/passwd'});
      insert('artifact_refs', {...refs, relpath: 'missing', sha256: 'f'.repeat(64)});
      const damaged = old.blob('b');
      old.write(join('evidence/objects/sha256', damaged.slice(0, 2), damaged.slice(2, 4), damaged), 'c');
      insert('artifact_refs', {...refs, relpath: 'damaged', sha256: damaged});
      insert('bundles', {bundle_id: '../up', run_id: RUN, origin: 'net/bar'});
      insert('bundles', {bundle_id: 'no_port-1', run_id: RUN, origin: 'not a port'});
    });
    const items = await run();
    expect(named(items, 'devel_foo-20260118-150000Z')).toMatchObject({
      result: 'taken',
      detail: expect.stringContaining('without 3 files'),
    });
    const notes = old.read(join(ports('devel_foo-20260118-150000Z'), 'capture_notes.txt'));
    expect(notes).toContain('port: it is no regular file\n');
    expect(notes).toContain('logs/full.log: it is no regular file\n');
    expect(notes).toContain('huge: it has more than 67108864 bytes\n');
    expect(existsSync(join(old.root, ports('devel_foo-20260118-150000Z'), 'huge'))).toBe(false);
    expect(named(items, 'linked-20260118-150000Z')).toBeUndefined();
    const others = old
      .read(join(ports('net_bar-20260118-160000Z'), 'capture_notes.txt'))
      .trimEnd()
      .split('\n')
      .sort();
    expect(others).toEqual([
      '"../../escaped": its path is not relative and plain',
      'damaged: its blob is damaged: its SHA-256 is another',
      'missing: ENOENT',
      `shadow: its blob or file is not below ${old.dir}`,
    ]);
    expect(existsSync(join(old.root, ports('net_bar-20260118-160000Z'), 'damaged'))).toBe(false);
    expect(named(items, `${RUN}/../up`)).toMatchObject({result: 'failed', detail: expect.stringContaining('no name')});
    expect(named(items, 'no_port-1')).toMatchObject({result: 'failed', detail: expect.stringContaining('category/port')});
  });

  test('jobs that cannot be read, or have no bundle, are reported one by one', async () => {
    old.bundle('devel_foo-20260118-150000Z');
    const fields = {type: 'triage', origin: 'devel/foo', created_ts_utc: '20260118-150000Z'};
    old.job('pending', 'a.job', {...fields, bundle_id: 'gone-20260118-150000Z'});
    old.job('pending', 'b.job', {...fields, bundle_id: '../../etc'});
    old.job('pending', 'c.job', {...fields, bundle_id: 'devel_foo-20260118-150000Z'});
    symlinkSync('/etc/passwd', join(old.dir, 'evidence/queue/pending/d.job'));
    old.write('evidence/queue/pending/e.job', 'x'.repeat((1 << 20) + 1));
    const jobs = (await run()).filter(({part}) => part === 'job');
    expect(jobs.map(({name, result, detail}) => `${name} ${result} ${detail}`)).toEqual([
      'a.job failed its bundle gone-20260118-150000Z is not in the evidence root',
      'b.job failed its name, or its bundle_id, is no name',
      'c.job taken a request of the spool, for bundle devel_foo-20260118-150000Z',
      'd.job failed it cannot be read (ELOOP)',
      'e.job failed it cannot be read (it must have at most 1048576 bytes)',
    ]);
  });

  test('views of a state.db are not read', async () => {
    old.bundle('devel_foo-20260118-150000Z');
    old.database(() => undefined);
    const {DatabaseSync} = sqlite();
    const db = new DatabaseSync(join(old.dir, 'evidence/state.db'));
    db.exec('DROP TABLE bundles');
    db.exec("CREATE VIEW bundles AS SELECT 'net_view-1' AS bundle_id, 'run-1' AS run_id, 'net/view' AS origin, '@x' AS target");
    db.close();
    expect((await run()).filter(({part}) => part === 'bundle').map(({name}) => name)).toEqual(['devel_foo-20260118-150000Z']);
  });
});

test('a directory that holds the evidence root is refused, and one that is no installation too', async () => {
  installation();
  const inside = {root: join(old.dir, 'evidence'), isDryRun: false, target: undefined, state: old.dir};
  await expect(importState(await locateOldState(old.dir), inside)).rejects.toThrow(
    /is only read, but the evidence root .* overlaps/,
  );
  await expect(locateOldState(join(old.place, 'logs'))).rejects.toThrow(/has no state.db, no queue\/ and no runs\//);
});
