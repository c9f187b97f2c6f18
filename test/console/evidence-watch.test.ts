import {mkdtempSync, renameSync, rmSync, utimesSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {dirname, join} from 'node:path';
import {Cache, type NumberedEvent} from '../../src/console/cache/cache.ts';
import {Projector} from '../../src/console/cache/projector.ts';
import {EvidenceWatch} from '../../src/console/watch/evidence.ts';
import {KeptCase} from '../cli/kept-case.ts';
import {TRIAGE} from './case-at.ts';

const signal = new AbortController().signal;
const ENTRY = {atUtc: '2026-01-01T10:16:00.000Z', phase: 'triage' as const, text: 'the model reads the evidence'};

let kept: KeptCase;
let dir: string;
let cache: Cache;
let told: NumberedEvent[];
let projector: Projector;
let watch: EvidenceWatch;

beforeEach(() => {
  kept = new KeptCase();
  dir = mkdtempSync(join(tmpdir(), 'portwright-watch-'));
  open();
});

afterEach(() => {
  cache.close();
  kept.remove();
  rmSync(dir, {recursive: true, force: true});
});

/** As a console does when it starts. */
function open(): void {
  told = [];
  cache = new Cache(join(dir, 'console.sqlite'));
  projector = new Projector(cache, (events) => told.push(...events));
  watch = new EvidenceWatch([kept.evidence.root], cache, projector);
}

function types(): string[] {
  return told.map(({type}) => type);
}

/** As a worker does it: aside, then renamed. `later` keeps times apart that a fast machine would make equal. */
function put(name: string, content: string, later: number): void {
  kept.file(`analysis/.aside`, content);
  renameSync(join(kept.dir, 'analysis', '.aside'), join(kept.dir, 'analysis', name));
  const time = new Date(Date.now() + later);
  utimesSync(join(kept.dir, 'analysis'), time, time);
}

test('what is there is read at first, told to nobody, and has the time at which it happened', async () => {
  kept.archive({phase: 'triage', timeline: [ENTRY], triage: TRIAGE});
  await watch.readAll(signal);
  expect(told).toEqual([]);
  const rows = cache.all<{id: number; type: string}>("SELECT id, type FROM events WHERE type = 'activity'");
  expect(rows).toEqual([{id: Date.parse(ENTRY.atUtc) * 1000, type: 'activity'}]);
  expect(cache.one('SELECT classification, phase, is_open FROM cases')).toMatchObject({
    classification: 'compile-error',
    phase: 'triage',
    is_open: 1,
  });
  expect(cache.one('SELECT origin, run_id, ts_utc FROM bundles')).toMatchObject({
    origin: 'devel/foo',
    run_id: 'run-Live-1',
    ts_utc: '20260101-101500Z',
  });
});

test('a new failure is told once, and is a job that waits', async () => {
  await watch.readAll(signal);
  kept.evidence.bundle('20260101-111500Z');
  await watch.poll(signal);
  await watch.poll(signal);
  expect(types()).toEqual(['bundle_created']);
  expect(told[0]?.data).toMatchObject({bundle_id: 'devel_foo-20260101-111500Z', origin: 'devel/foo', run_id: 'run-Live-1'});
  expect(cache.one("SELECT state FROM jobs WHERE job_id = 'devel_foo-20260101-111500Z-triage'")).toEqual({state: 'pending'});
});

test('what a worker writes is told: the file, and where the case is', async () => {
  await watch.readAll(signal);
  const status = kept.archive({phase: 'triage', timeline: [ENTRY]});
  await watch.poll(signal);
  expect(types()).toEqual(['bundle_upserted', 'artifact_put', 'activity', 'job_claimed']);
  told.length = 0;
  put('triage.md', '## Classification\ncompile-error\n', 5_000);
  put(
    'case.json',
    JSON.stringify({...status, triage: TRIAGE, phase: 'decide', timeline: [ENTRY, {...ENTRY, phase: 'decide'}]}),
    6_000,
  );
  await watch.poll(signal);
  expect(types()).toEqual(expect.arrayContaining(['artifact_put', 'triage_written', 'job_done']));
  expect(cache.one('SELECT triage FROM bundles')).toEqual({triage: '## Classification\ncompile-error\n'});
});

test('a case that says it is closed is kept in its words, and its files are told, until its archive has its end', async () => {
  const open = kept.archive({phase: 'awaiting-operator', timeline: [ENTRY]});
  await watch.readAll(signal);
  const closed = {...open, phase: 'closed', outcome: 'fixed', timeline: [ENTRY, {...ENTRY, phase: 'closed'}]} as const;
  const words = (): unknown => JSON.parse(cache.one<{status: string}>('SELECT status FROM cases')?.status ?? '');
  expect(words()).toMatchObject({phase: 'awaiting-operator'});
  projector.case(closed);
  expect(words()).toMatchObject({outcome: 'fixed'});
  told.length = 0;
  put('case.json', JSON.stringify({version: 1, ...closed}), 5_000);
  await watch.poll(signal);
  expect(types()).toEqual(['bundle_upserted', 'artifact_put']);
  expect(cache.one('SELECT is_open, outcome, status FROM cases')).toEqual({is_open: 0, outcome: 'fixed', status: null});
  projector.case(closed);
  put('late.txt', 'nobody waits for it', 6_000);
  await watch.poll(signal);
  expect(types()).toHaveLength(2);
  expect(cache.one('SELECT status FROM cases')).toEqual({status: null});
});

test('after a restart only what changed meanwhile is told', async () => {
  kept.archive({phase: 'triage', timeline: [ENTRY]});
  await watch.readAll(signal);
  cache.close();
  open();
  await watch.readAll(signal);
  expect(types()).toEqual([]);
  cache.close();
  kept.evidence.bundle('20260101-121500Z', {runId: 'run-Live-2'});
  open();
  await watch.readAll(signal);
  expect(types()).toEqual(['run_started', 'bundle_created']);
});

test('a run begins and ends', async () => {
  const run = 'run-Live-20260101-100000Z-7';
  kept.evidence.write(`runs/${run}/run_start.txt`, 'ts_utc=20260101-100000Z\nprofile=Live\nports_queued=3\ntarget=@main\n');
  await watch.readAll(signal);
  told.length = 0;
  kept.evidence.write(
    `runs/${run}/run_end.txt`,
    'ts_utc=20260101-110000Z\nprofile=Live\nports_built=2\nports_failed=1\nports_ignored=0\nports_skipped=0\n',
  );
  await watch.poll(signal);
  await watch.poll(signal);
  expect(told).toMatchObject([
    {type: 'run_ended', ts: '2026-01-01T11:00:00Z', data: {run_id: run, state: 'ended', built: 2, failed: 1}},
  ]);
});

test('evidence that is not there, or holds what it should not, stops nothing', async () => {
  kept.evidence.write('runs/run-Live-1/ports/devel_bar-20260101-101500Z/meta.txt', 'origin=../../etc\n');
  kept.evidence.write('runs/run-Live-1/ports/devel_baz-20260101-101500Z/analysis/case.json', '[[[');
  const elsewhere = new EvidenceWatch(
    [join(dirname(kept.evidence.root), 'nowhere'), kept.evidence.root],
    cache,
    new Projector(cache, () => undefined),
  );
  await elsewhere.readAll(signal);
  expect(cache.all('SELECT bundle_id FROM bundles')).toEqual([{bundle_id: 'devel_foo-20260101-101500Z'}]);
  expect(elsewhere.reading).toBeNull();
});
