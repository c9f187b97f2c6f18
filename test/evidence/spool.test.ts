import {symlinkSync, utimesSync} from 'node:fs';
import {join} from 'node:path';
import {type Delivery, deliverSpool, parseJob, serializeJob, UndeliverableReport} from '../../src/evidence/spool.ts';
import {EvidenceDir} from './evidence-dir.ts';

const T1 = '20260118-140501Z';
const T2 = '20260118-140502Z';
const T3 = '20260118-150000Z';

let evidence: EvidenceDir;
let delivered: Delivery[];
const keep = async (report: Delivery) => {
  delivered.push(report);
};
beforeEach(() => {
  evidence = new EvidenceDir();
  delivered = [];
});
afterEach(() => evidence.remove());
const ids = () => delivered.map(({bundleId}) => bundleId);
/** As if the reporter that claimed the job had been gone for longer than a live one takes. */
const makeOld = (name: string) => {
  const past = new Date(Date.now() - 31_000);
  utimesSync(join(evidence.root, 'queue/inflight', name), past, past);
};
const STATES = ['pending', 'inflight', 'done', 'failed'] as const;
const queue = () => Object.fromEntries(STATES.map((state) => [state, evidence.queue(state)]));

test('a job is delivered and then lies in done/, with its iteration', async () => {
  evidence.bundle(T1);
  const name = evidence.job(T1);
  const result = await deliverSpool(evidence.root, keep);
  expect(result).toEqual({delivered: [name], skipped: [], failed: [], waiting: [], unreadable: []});
  expect(delivered).toEqual([
    {
      ...{target: '@main', origin: 'devel/foo', profile: 'Live', runId: 'run-Live-1', bundleId: `devel_foo-${T1}`},
      ...{createdUtc: '2026-01-18T14:05:01Z', iteration: 1},
    },
  ]);
  expect(queue()).toEqual({pending: [], inflight: [], done: [name], failed: []});
  expect(evidence.read(`queue/done/${name}`)).toMatch(/^type=report\n(.*\n)*target=@main\niteration=1\n$/);
});

test('the oldest comes first, and the second refers to the first', async () => {
  for (const ts of [T2, T1]) {
    evidence.bundle(ts);
    evidence.job(ts);
  }
  evidence.bundle(T3, {target: '@other'});
  await deliverSpool(evidence.root, keep);
  expect(ids()).toEqual([`devel_foo-${T1}`, `devel_foo-${T2}`]);
  expect(delivered[1]).toMatchObject({iteration: 2, previousBundle: `devel_foo-${T1}`});
  expect(evidence.read(`queue/done/${T2}-Live-devel_foo-42.job`)).toContain(`\niteration=2\nprevious_bundle=devel_foo-${T1}\n`);
});

test('bundles of a case that is over do not count, the one before is still named', async () => {
  evidence.bundle(T1, {runId: 'run-Live-0'});
  const bundles = [
    {runId: 'run-Live-0', bundleId: `devel_foo-${T1}`},
    {runId: 'run-Live-1', bundleId: `devel_foo-${T2}`},
  ];
  evidence.write(`runs/run-Live-0/ports/devel_foo-${T1}/analysis/case.json`, JSON.stringify({outcome: 'fixed', bundles}));
  evidence.bundle(T2);
  evidence.bundle(T3);
  evidence.job(T3);
  await deliverSpool(evidence.root, keep);
  expect(delivered).toEqual([expect.objectContaining({iteration: 1, previousBundle: `devel_foo-${T2}`})]);
});

test('a bundle whose case has its outcome goes to done/ and starts nothing', async () => {
  evidence.bundle(T1);
  const name = evidence.job(T1);
  evidence.write(`runs/run-Live-1/ports/devel_foo-${T1}/analysis/case.json`, '{"outcome":"manual"}');
  expect((await deliverSpool(evidence.root, keep)).skipped).toEqual([name]);
  expect(delivered).toEqual([]);
  expect(evidence.queue('done')).toEqual([name]);
});

test('a case that is still open has no outcome in case.json: delivered', async () => {
  evidence.bundle(T1);
  evidence.job(T1);
  evidence.write(`runs/run-Live-1/ports/devel_foo-${T1}/analysis/case.json`, '{"outcome":null}');
  await deliverSpool(evidence.root, keep);
  expect(ids()).toHaveLength(1);
});

test.each([
  ['type', {type: 'triage'}, /"type" must be "report".*"triage"/],
  ['origin', {origin: '../../etc'}, /"origin" must be category\/port/],
  ['bundle_id', {bundle_id: '../x'}, /"bundle_id" must be a bundle id/],
  ['run_id', {run_id: ''}, /"run_id" must be a run id/],
  ['target', {target: 'main'}, /"target" must be a branch/],
  ['flavor', {flavor: 'a/b'}, /"flavor" must be/],
  ['created_ts_utc', {created_ts_utc: 'now'}, /"created_ts_utc" must be a time/],
])('a job with a wrong %s goes to failed/ with its reason, the next is delivered', async (_field, changes, reason) => {
  evidence.bundle(T2);
  const bad = evidence.job(T1, changes);
  const good = evidence.job(T2);
  const result = await deliverSpool(evidence.root, keep);
  expect([result.failed, result.delivered]).toEqual([[bad], [good]]);
  expect(evidence.queue('failed')).toEqual([bad, `${bad}.error`]);
  const error = evidence.read(`queue/failed/${bad}.error`);
  expect(error).toMatch(/^timestamp=\d{4}-\S+Z\nerror=.+\n$/);
  expect(error).toMatch(reason);
});

test('a job that is a link, or too big, goes to failed/ unread', async () => {
  evidence.write('queue/pending/b.job', 'x'.repeat(70_000));
  symlinkSync('/etc/passwd', join(evidence.root, 'queue/pending/a.job'));
  evidence.write('queue/pending/.tmp.job', 'not yet');
  expect((await deliverSpool(evidence.root, keep)).failed).toEqual(['a.job', 'b.job']);
  expect(evidence.queue('pending')).toEqual(['.tmp.job']);
});

test('a server that is down stops delivery and loses nothing', async () => {
  for (const ts of [T1, T2]) {
    evidence.bundle(ts);
    evidence.job(ts);
  }
  const down = async (report: Delivery) => {
    delivered.push(report);
    throw new Error('connection refused');
  };
  const result = await deliverSpool(evidence.root, down);
  expect(result.problem?.message).toBe('connection refused');
  expect(ids()).toEqual([`devel_foo-${T1}`]);
  expect(evidence.queue('pending')).toHaveLength(2);
  expect((await deliverSpool(evidence.root, keep)).delivered).toHaveLength(2);
});

test('a stop lets the job that is under way be delivered, and the others stay in pending/', async () => {
  const names = [T1, T2].map((ts) => {
    evidence.bundle(ts);
    return evidence.job(ts);
  });
  const stop = new AbortController();
  const deliver = async (report: Delivery): Promise<void> => {
    await keep(report);
    stop.abort();
  };
  expect(await deliverSpool(evidence.root, deliver, {signal: stop.signal})).toMatchObject({delivered: [names[0]]});
  expect(queue()).toEqual({pending: [names[1]], inflight: [], done: [names[0]], failed: []});
});

test('a report that can never be delivered does not block the ones behind it', async () => {
  for (const ts of [T1, T2]) {
    evidence.bundle(ts);
    evidence.job(ts);
  }
  const picky = async (report: Delivery) => {
    if (report.bundleId.endsWith(T1)) throw new UndeliverableReport('the workflow id is too long');
    await keep(report);
  };
  const result = await deliverSpool(evidence.root, picky);
  expect(result.problem).toBeUndefined();
  expect([result.failed.length, result.delivered.length]).toEqual([1, 1]);
  expect(evidence.read(`queue/failed/${T1}-Live-devel_foo-42.job.error`)).toContain('error=the workflow id is too long\n');
});

test('what a killed reporter left in inflight/ is delivered again, but not while it may be alive', async () => {
  evidence.bundle(T1);
  const name = evidence.job(T1);
  // The first reporter dies in the middle of its delivery: it never comes back.
  await new Promise<void>((begun) => {
    void deliverSpool(evidence.root, () => new Promise<void>(() => begun()));
  });
  expect(queue()).toEqual({pending: [], inflight: [name], done: [], failed: []});
  await deliverSpool(evidence.root, keep);
  expect(delivered).toEqual([]);
  makeOld(name);
  await deliverSpool(evidence.root, keep);
  expect(ids()).toEqual([`devel_foo-${T1}`]);
  expect(queue()).toEqual({pending: [], inflight: [], done: [name], failed: []});
});

test('a killed reporter that had delivered already: once more, with the same bundle id, then done', async () => {
  evidence.bundle(T1);
  const name = evidence.job(T1);
  await deliverSpool(evidence.root, keep);
  evidence.write(`queue/inflight/${name}`, evidence.read(`queue/done/${name}`));
  makeOld(name);
  await deliverSpool(evidence.root, keep);
  expect(ids()).toEqual([`devel_foo-${T1}`, `devel_foo-${T1}`]);
  expect(delivered[1]).toEqual(delivered[0]);
  expect(queue()).toEqual({pending: [], inflight: [], done: [name], failed: []});
});

test('reporters at once deliver every job and break nothing', async () => {
  const stamps = Array.from({length: 40}, (_, i) => `20260118-1405${String(i).padStart(2, '0')}Z`);
  for (const ts of stamps) {
    evidence.bundle(ts);
    evidence.job(ts);
  }
  const results = await Promise.all(Array.from({length: 4}, () => deliverSpool(evidence.root, keep)));
  expect(results.map((result) => result.problem)).toEqual([undefined, undefined, undefined, undefined]);
  expect(ids().sort()).toEqual(stamps.map((ts) => `devel_foo-${ts}`));
  expect(evidence.queue('done')).toHaveLength(40);
  expect(evidence.queue('inflight')).toEqual([]);
});

test('a job waits for its bundle, and fails with the reason when that never comes', async () => {
  const name = evidence.job(T1);
  expect((await deliverSpool(evidence.root, keep, {bundleGraceMs: 1e15})).waiting).toEqual([name]);
  expect(evidence.queue('pending')).toEqual([name]);
  expect((await deliverSpool(evidence.root, keep)).failed).toEqual([name]);
  expect(evidence.read(`queue/failed/${name}.error`)).toMatch(/never appeared/);
  expect(delivered).toEqual([]);
});

test('without a queue there is nothing to do', async () => {
  expect(await deliverSpool(evidence.root, keep)).toEqual({delivered: [], skipped: [], failed: [], waiting: [], unreadable: []});
});

test('a job file survives parsing and rendering; a flavor equal to the origin means none', () => {
  const text =
    'type=report\ncreated_ts_utc=20260118-140501Z\nprofile=Live System\norigin=x11/gtk+\nflavor=py311\nrun_id=r\nbundle_id=b@py311-1\ntarget=@m\nother=a=b\n';
  const job = parseJob(text);
  expect(job.report).toMatchObject({
    origin: 'x11/gtk+',
    flavor: 'py311',
    profile: 'Live System',
    createdUtc: '2026-01-18T14:05:01Z',
  });
  expect(serializeJob(job.fields)).toBe(text);
  expect(parseJob(text.replace('flavor=py311', 'flavor=x11/gtk+')).report).not.toHaveProperty('flavor');
});
