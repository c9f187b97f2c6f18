import {chmodSync, existsSync, mkdirSync, rmSync, symlinkSync, unlinkSync, writeFileSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {archivedBundles, archivedCase} from '../../src/evidence/archives.ts';
import {findBundle, listPortFiles, readMeta, writeAnalysis} from '../../src/evidence/bundle.ts';
import {rebuildFixes} from '../../src/evidence/fixes.ts';
import {readBundleFile} from '../../src/evidence/reading.ts';
import {deliverSpool} from '../../src/evidence/spool.ts';
import {EvidenceUnavailable} from '../../src/evidence/unavailable.ts';
import {asNobody, giveToNobody} from '../support/as-nobody.ts';
import {EvidenceDir} from './evidence-dir.ts';

const T1 = '20260118-140501Z';
const T2 = '20260118-140502Z';
const ref = (ts: string) => ({runId: 'run-Live-1', bundleId: `devel_foo-${ts}`});

let evidence: EvidenceDir;
let dir: string;
beforeEach(() => {
  evidence = new EvidenceDir();
  chmodSync(dirname(evidence.root), 0o755);
  dir = evidence.bundle(T1);
});
afterEach(() => evidence.remove());

/** Why evidence could not be read; undefined if it could. Any other error fails the test. */
async function reasonOf(read: () => Promise<unknown>): Promise<string | undefined> {
  try {
    await asNobody(read);
    return undefined;
  } catch (error) {
    if (!(error instanceof EvidenceUnavailable)) throw error;
    return error.reason;
  }
}

test('a bundle that is missing, one that cannot be read and one that is malformed are told apart', async () => {
  const find = (ts: string, roots = [evidence.root]) => reasonOf(() => findBundle(roots, ref(ts)));
  expect(await find(T1)).toBeUndefined();
  expect(await find(T2)).toBe('missing');
  expect(await find(T2, [evidence.root, '/nonexistent/evidence'])).toBe('unreadable');
  expect(await find(T1, ['/nonexistent/evidence', evidence.root])).toBeUndefined();
  writeFileSync(join(dirname(dir), `devel_foo-${T2}`), '');
  expect(await find(T2)).toBe('malformed');
  chmodSync(dirname(dir), 0);
  expect(await find(T1)).toBe('unreadable');
});

test('an evidence root in which a link leads round in a circle cannot be read', async () => {
  const loop = join(dirname(evidence.root), 'loop');
  symlinkSync(loop, loop);
  expect(await reasonOf(() => findBundle([join(loop, 'evidence')], ref(T1)))).toBe('unreadable');
});

test('no file of a bundle counts as absent because it, or the bundle, cannot be read', async () => {
  mkdirSync(join(dir, 'analysis'));
  mkdirSync(join(dir, 'port'));
  writeFileSync(join(dir, 'analysis', 'case.json'), '{}');
  const reads = [
    () => readBundleFile(dir, 'analysis/case.json', 10),
    () => archivedCase(dir),
    () => readMeta(dir),
    () => listPortFiles(dir),
  ];
  const reasons = async () => {
    const found: (string | undefined)[] = [];
    for (const read of reads) found.push(await reasonOf(read));
    return found;
  };
  expect(await reasons()).toEqual([undefined, undefined, undefined, undefined]);
  for (const path of ['analysis/case.json', 'meta.txt', 'port']) chmodSync(join(dir, path), 0);
  expect(await reasons()).toEqual(['unreadable', 'unreadable', 'unreadable', 'unreadable']);
  unlinkSync(join(dir, 'meta.txt'));
  expect(await reasonOf(() => readMeta(dir))).toBe('malformed');
  rmSync(dir, {recursive: true});
  expect(await reasonOf(() => readBundleFile(dir, 'logs/errors.txt', 10))).toBe('missing');
});

test('a listing leaves out a bundle that cannot be read, and fails if the evidence root cannot', async () => {
  chmodSync(evidence.bundle(T2), 0);
  expect((await asNobody(() => archivedBundles([evidence.root]))).map((one) => one.dir)).toEqual([dir]);
  chmodSync(join(evidence.root, 'runs'), 0);
  expect(await reasonOf(() => archivedBundles([evidence.root]))).toBe('unreadable');
});

test('an index of fixes is complete only when every archive was read', async () => {
  mkdirSync(join(dir, 'analysis'));
  writeFileSync(join(dir, 'analysis', 'case.json'), '{}');
  chmodSync(join(dir, 'analysis', 'case.json'), 0);
  giveToNobody(evidence.root);
  await asNobody(() => rebuildFixes(evidence.root));
  expect(() => evidence.read('fixes/.whole')).toThrow('ENOENT');
  chmodSync(join(dir, 'analysis', 'case.json'), 0o644);
  await asNobody(() => rebuildFixes(evidence.root));
  expect(evidence.read('fixes/.whole')).toBe('');
});

test('a request whose bundle cannot be read waits for it, however long, and holds up no other', async () => {
  const first = evidence.job(T1);
  evidence.bundle(T2);
  const second = evidence.job(T2);
  giveToNobody(evidence.root);
  chmodSync(join(dir, 'meta.txt'), 0);
  const delivered: string[] = [];
  const deliver = () => asNobody(() => deliverSpool(evidence.root, async ({bundleId}) => void delivered.push(bundleId)));
  const result = await deliver();
  expect(result).toMatchObject({delivered: [second], failed: [], unreadable: [first]});
  expect(result.problem?.message).toMatch(/meta\.txt cannot be read \(EACCES\)\. Give the worker's user read access/);
  chmodSync(join(dir, 'meta.txt'), 0o644);
  expect((await deliver()).delivered).toEqual([first]);
  expect(delivered).toEqual([ref(T2).bundleId, ref(T1).bundleId]);
});

test('one whose bundle is malformed goes to failed/ with the reason', async () => {
  const name = evidence.job(T1);
  unlinkSync(join(dir, 'meta.txt'));
  expect(await deliverSpool(evidence.root, async () => undefined)).toMatchObject({failed: [name], delivered: []});
  expect(evidence.read(`queue/failed/${name}.error`)).toContain('Every bundle has a meta.txt');
});

test('nothing is written in the place of a bundle that is gone', async () => {
  rmSync(dir, {recursive: true});
  expect(await reasonOf(() => writeAnalysis(dir, 'case.json', '{}'))).toBe('missing');
  expect(existsSync(dir)).toBe(false);
});
