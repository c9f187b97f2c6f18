import {mkdirSync, readdirSync, readlinkSync, writeFileSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {gzipSync} from 'node:zlib';
import {archivedBundles, archivedCase} from '../../src/evidence/archives.ts';
import {listPortFiles} from '../../src/evidence/bundle.ts';
import {bundleFiles} from '../../src/evidence/bundle-files.ts';
import {caseHistory, closedCases} from '../../src/evidence/case-bundles.ts';
import {bundleOfLog} from '../../src/evidence/from-logs.ts';
import {logLines, readBundleFile} from '../../src/evidence/reading.ts';
import {rootCausesIn, selectRootCauses} from '../../src/evidence/root-causes.ts';
import {readRunState} from '../../src/evidence/runs.ts';
import {deliverSpool} from '../../src/evidence/spool.ts';
import {until} from '../support/processes.ts';
import {EvidenceDir} from './evidence-dir.ts';

const PORT = {origin: 'devel/foo', target: '@main'};
const FAILED = `a.c:1:1: error: bad\n${'cc -c a.c\n'.repeat(50_000)}*** Error code 1\n`;
const GOOD = 'cc -c a.c\nTOTAL TIME 00:00:09\n';

let evidence: EvidenceDir;
beforeEach(() => {
  evidence = new EvidenceDir();
});
afterEach(() => evidence.remove());

/** Files below the evidence that this process has open now. */
function openFiles(): string[] {
  return readdirSync('/proc/self/fd').flatMap((fd) => {
    try {
      const path = readlinkSync(join('/proc/self/fd', fd));
      return path.startsWith(dirname(evidence.root)) ? [path] : [];
    } catch {
      return []; // that of the listing itself
    }
  });
}

/** A bundle with a log, and one whose proof passed. */
function bundle(ts: string, log: Uint8Array = gzipSync(FAILED)): string {
  const dir = evidence.bundle(ts);
  for (const part of ['logs', 'analysis']) mkdirSync(join(dir, part), {recursive: true});
  writeFileSync(join(dir, 'logs/full.log.gz'), log);
  writeFileSync(join(dir, 'analysis/proof-1.log'), GOOD);
  writeFileSync(join(dir, 'analysis/rebuild_proof.json'), '{"rebuild_ok": true, "log": "analysis/proof-1.log"}');
  return dir;
}

const stamp = (n: number): string => `20260101-1015${String(n).padStart(2, '0')}Z`;

test('a selection closes every log that it read, where there are more good ones than it compares with', async () => {
  for (let n = 0; n < 7; n += 1) bundle(stamp(n));
  for (let n = 0; n < 7; n += 1) writeFileSync(join(dirname(evidence.root), `devel___bar${n}.log`), GOOD);
  const about = {root: evidence.root, port: PORT};
  expect((await selectRootCauses(bundle(stamp(10)), about))?.findings[0]?.text).toBe('a.c:1:1: error: bad');
  // Neither these nor what else dsynth has: no proof of that port.
  await selectRootCauses(bundle(stamp(11)), {root: evidence.root, port: {...PORT, target: '@other'}});
  await until(
    () => `open: ${openFiles().join(' ')}`,
    () => openFiles().length === 0,
    5000,
  );
});

test('so does a selection of which nothing can be written', async () => {
  const dir = bundle(stamp(0));
  mkdirSync(join(dir, 'analysis', 'root_causes.json'));
  await expect(selectRootCauses(dir, {root: evidence.root, port: PORT})).rejects.toThrow();
  await until(
    () => `open: ${openFiles().join(' ')}`,
    () => openFiles().length === 0,
    5000,
  );
});

test('reading bundles leaves no file open, in part, in full or damaged', async () => {
  for (let n = 0; n < 12; n += 1) bundle(stamp(n));
  const log = evidence.write('some.log', `${FAILED}another end`);
  expect(await bundleOfLog([evidence.root], PORT, log)).toBeUndefined();
  const damaged = bundle(stamp(20), gzipSync(FAILED).subarray(0, 60));
  const dirs = (await archivedBundles([evidence.root])).map(({dir}) => dir);
  expect(dirs).toHaveLength(13);
  for (const dir of dirs.filter((one) => one !== damaged)) {
    expect((await readBundleFile(dir, 'logs/full.log', 100))?.truncated).toBe(true);
    expect(await logLines(dir, 1, 1)).toEqual(['a.c:1:1: error: bad']);
  }
  for (const dir of dirs) {
    await Promise.all([rootCausesIn(dir), archivedCase(dir), bundleFiles(dir), listPortFiles(dir)]);
  }
  await readRunState(evidence.root, 'run-Live-1');
  const report = {...PORT, runId: 'run-Live-1', bundleId: `devel_foo-${stamp(3)}`, profile: 'Live', createdUtc: ''};
  await caseHistory(evidence.root, report);
  await closedCases(evidence.root, report, 5);
  evidence.job(stamp(3));
  await deliverSpool(evidence.root, async () => undefined);
  await until(
    () => `open: ${openFiles().join(' ')}`,
    () => openFiles().length === 0,
    5000,
  );
});
