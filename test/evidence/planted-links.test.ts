import {spawnSync} from 'node:child_process';
import {linkSync, lstatSync, mkdirSync, readdirSync, renameSync, statSync, symlinkSync, utimesSync, writeFileSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {writeAnalysis} from '../../src/evidence/bundle.ts';
import {jobsWithoutBundle} from '../../src/evidence/bundle-faults.ts';
import {openRun} from '../../src/evidence/runs.ts';
import {deliverSpool} from '../../src/evidence/spool.ts';
import {RecordStore} from '../../src/evidence/store.ts';
import {EvidenceDir} from './evidence-dir.ts';

const TS = '20260118-140501Z';
const LONG_AGO = new Date('2001-01-01T00:00:00Z');

let evidence: EvidenceDir;
let victim: string;
beforeEach(() => {
  evidence = new EvidenceDir();
  for (const state of ['pending', 'inflight', 'done', 'failed'])
    mkdirSync(join(evidence.root, 'queue', state), {recursive: true});
  victim = join(dirname(evidence.root), 'victim');
  writeFileSync(victim, 'as before\n');
  utimesSync(victim, LONG_AGO, LONG_AGO);
});
afterEach(() => evidence.remove());

const deliver = async (): Promise<void> => undefined;
const fifo = (path: string): void => expect(spawnSync('mkfifo', [path]).status).toBe(0);

test("a link in pending/ fails, and its target's times stay", async () => {
  symlinkSync(victim, join(evidence.root, 'queue/pending', 'a.job'));
  expect((await deliverSpool(evidence.root, deliver)).failed).toEqual(['a.job']);
  expect(statSync(victim).mtime).toEqual(LONG_AGO);
  expect(lstatSync(join(evidence.root, 'queue/failed/a.job')).isSymbolicLink()).toBe(true);
});

test('a job that is a hard link is delivered, and the times of its other name stay', async () => {
  evidence.bundle(TS);
  const name = evidence.job(TS);
  const other = join(dirname(evidence.root), 'snapshot.job');
  linkSync(join(evidence.root, 'queue/pending', name), other);
  utimesSync(other, LONG_AGO, LONG_AGO);
  expect((await deliverSpool(evidence.root, deliver)).delivered).toEqual([name]);
  expect(statSync(other).mtime).toEqual(LONG_AGO);
});

test('a FIFO in pending/ fails at once', async () => {
  fifo(join(evidence.root, 'queue/pending/a.job'));
  expect((await deliverSpool(evidence.root, deliver)).failed).toEqual(['a.job']);
  expect(evidence.read('queue/failed/a.job.error')).toMatch(/error=.*is a FIFO, not a regular file/);
});

test('a link that waits for the reason of a failure is replaced, not written through', async () => {
  writeFileSync(join(evidence.root, 'queue/pending/a.job'), 'type=odd\n');
  symlinkSync(victim, join(evidence.root, 'queue/failed/a.job.error'));
  expect((await deliverSpool(evidence.root, deliver)).failed).toEqual(['a.job']);
  expect(statSync(victim)).toMatchObject({mtime: LONG_AGO, size: 'as before\n'.length});
  expect(evidence.read('queue/failed/a.job.error')).toMatch(/Field "type"/);
});

test.each(['queue', 'queue/done', 'queue/inflight'])('a link in the place of %s moves no job', async (name) => {
  evidence.bundle(TS);
  const job = evidence.job(TS);
  const elsewhere = join(dirname(evidence.root), 'elsewhere');
  renameSync(join(evidence.root, name), elsewhere);
  symlinkSync(elsewhere, join(evidence.root, name));
  const {problem, delivered} = await deliverSpool(evidence.root, deliver);
  expect(problem?.message).toContain(`${join(evidence.root, name)} must be a directory, not a link`);
  expect(delivered).toEqual([]);
  expect(readdirSync(join(evidence.root, 'queue/pending'))).toEqual([job]);
});

test('neither a FIFO nor a link in the place of .current_run, of a request or of a record is read', async () => {
  const current = join(evidence.root, '.current_run');
  fifo(current);
  expect(await openRun(evidence.root, Date.now())).toBeNull();
  mkdirSync(join(evidence.root, 'runs/run-Live-9'), {recursive: true});
  writeFileSync(join(evidence.root, 'runs/run-Live-9/results.txt'), '');
  writeFileSync(victim, 'run-Live-9\n');
  renameSync(current, `${current}.fifo`);
  symlinkSync(victim, current);
  expect(await openRun(evidence.root, Date.now())).toBeNull();
  fifo(join(evidence.root, 'queue/pending/b.job'));
  expect(await jobsWithoutBundle(evidence.root, 0)).toEqual([]);

  const store = new RecordStore(evidence.root);
  const id = await store.put('a record');
  const path = join(evidence.root, 'objects/sha256', id.slice(0, 2), id.slice(2, 4), id);
  renameSync(path, `${path}.aside`);
  symlinkSync(victim, path);
  await expect(store.text(id)).rejects.toThrow(/ELOOP/);
  expect(await store.put('a record')).toBe(id);
  expect(await store.text(id)).toBe('a record');
});

test('nothing is created behind a link in the place of analysis/', async () => {
  const dir = evidence.bundle(TS);
  const elsewhere = join(dirname(evidence.root), 'elsewhere');
  mkdirSync(elsewhere);
  symlinkSync(elsewhere, join(dir, 'analysis'));
  await expect(writeAnalysis(dir, 'sessions/one.json', '{}')).rejects.toThrow('must be a directory, not a link');
  expect(readdirSync(elsewhere)).toEqual([]);
});
