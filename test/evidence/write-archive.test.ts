import {mkdtemp, readFile, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {type CaseStatus, newStatus} from '../../src/case/status.ts';
import {writeArchive} from '../../src/evidence/write-archive.ts';

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'archive-'));
});
afterEach(() => rm(dir, {recursive: true}));

const at = (seq: number, runId = 'run'): CaseStatus => ({
  ...newStatus('port:@t:net/foo', runId, {target: '@t', origin: 'net/foo'}),
  seq,
  reason: `state ${seq}`,
});
const archived = async (): Promise<CaseStatus> => JSON.parse(await readFile(join(dir, 'analysis', 'case.json'), 'utf8'));

test('an older state that arrives late does not replace a newer one', async () => {
  expect(await writeArchive(dir, at(7))).toBe(true);
  expect(await writeArchive(dir, at(6))).toBe(false);
  expect(await archived()).toMatchObject({seq: 7, reason: 'state 7'});
  expect(await writeArchive(dir, at(8))).toBe(true);
  expect(await archived()).toMatchObject({version: 1, seq: 8});
});

test('states that are written at the same time leave the newest, in whatever order they come', async () => {
  const order = [3, 9, 1, 8, 2, 7];
  await Promise.all(order.map((seq) => writeArchive(dir, at(seq))));
  expect(await archived()).toMatchObject({seq: 9});
});

test('the same state may be written again, and another run of the case begins at its own count', async () => {
  await writeArchive(dir, at(7));
  expect(await writeArchive(dir, {...at(7), reason: 'again'})).toBe(true);
  expect(await writeArchive(dir, at(1, 'next run'))).toBe(true);
  expect(await archived()).toMatchObject({runId: 'next run', seq: 1});
});
