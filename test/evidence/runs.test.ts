import {existsSync, readFileSync, symlinkSync, utimesSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {newStatus} from '../../src/case/status.ts';
import {readCursor, writeCursor} from '../../src/evidence/run-cursor.ts';
import {readResults} from '../../src/evidence/run-results.ts';
import {archivedSummary, openRun, readRunState, rootOfRun, runDir, runEnd, writeRunSummary} from '../../src/evidence/runs.ts';
import {EvidenceDir} from './evidence-dir.ts';

const FIRST = 'run-Live-20260118-140501Z-7';
const SECOND = 'run-Live-20260119-090000Z-3';
const TS = '20260118-150000Z';

let evidence: EvidenceDir;
beforeEach(() => {
  evidence = new EvidenceDir();
});
afterEach(() => evidence.remove());

const start = (runId: string): string =>
  evidence.write(`runs/${runId}/run_start.txt`, `ts_utc=${TS}\nprofile=Live\nports_queued=3\nrun_id=${runId}\ntarget=@main\n`);
const end = (runId: string): string =>
  evidence.write(
    `runs/${runId}/run_end.txt`,
    `ts_utc=${TS}\nprofile=Live\nports_built=2\nports_failed=1\nports_ignored=\nports_skipped=0\n`,
  );
const line = (origin: string, result: string, flavor = ''): string => `${origin}\t${flavor}\tp-1.txz\t${result}\t${TS}\t\n`;

test('results are read on from where they were left, and a half-written line waits', async () => {
  const dir = runDir(evidence.root, FIRST);
  const path = evidence.write(
    `runs/${FIRST}/results.txt`,
    `${line('net/a', 'success')}${line('net/b', 'failure')}net/c\t\tc-1.t`,
  );
  const first = await readResults(dir);
  expect(first).toMatchObject({lines: 2, results: {built: 1, failed: 1}});
  expect(first.built).toEqual([{origin: 'net/a', atUtc: '2026-01-18T15:00:00Z'}]);
  writeFileSync(path, `xz\tsuccess\t${TS}\t\n${line('net/d', 'ignored')}${line('net/e', 'skipped')}no result\n`, {flag: 'a'});
  const second = await readResults(dir, first.results);
  expect(second).toMatchObject({lines: 4, results: {built: 2, failed: 1, ignored: 1, skipped: 1}});
  expect(second.built).toMatchObject([{origin: 'net/c'}]);
  expect(await readResults(dir, second.results)).toEqual({lines: 0, built: [], results: second.results});
});

test('reads at most as many lines as are asked for, and names that are none name no port', async () => {
  const bad = line('../../etc', 'success') + line('net/a', 'success', 'a b') + line('net/f', 'success', 'py311');
  evidence.write(`runs/${FIRST}/results.txt`, bad + line('net/last', 'success'));
  const read = await readResults(runDir(evidence.root, FIRST), undefined, 3);
  expect(read).toMatchObject({lines: 3, results: {built: 3}});
  expect(read.built).toMatchObject([{origin: 'net/f', flavor: 'py311'}]);
});

test('30,000 lines, and one far too long, are counted', async () => {
  const many = Array.from({length: 30_000}, (_, n) => line(`net/p${n}`, n % 10 === 0 ? 'failure' : 'success')).join('');
  evidence.write(`runs/${FIRST}/results.txt`, `${'x'.repeat(3 << 20)}\n${many}`);
  const {results} = await readResults(runDir(evidence.root, FIRST));
  expect(results).toMatchObject({built: 27_000, failed: 3_000, bytes: many.length + (3 << 20) + 1});
});

test('a link in place of the results is not followed', async () => {
  const secret = evidence.write('secret', line('net/a', 'success'));
  evidence.write(`runs/${FIRST}/run_start.txt`, '');
  symlinkSync(secret, join(runDir(evidence.root, FIRST), 'results.txt'));
  expect((await readResults(runDir(evidence.root, FIRST))).lines).toBe(0);
});

test('a run ends by its end hook; counts that dsynth left empty are 0', async () => {
  start(FIRST);
  evidence.write('.current_run', `${FIRST}\n`);
  expect(await runEnd(evidence.root, FIRST)).toBeUndefined();
  end(FIRST);
  expect(await runEnd(evidence.root, FIRST)).toEqual({
    ...{kind: 'ended', atUtc: '2026-01-18T15:00:00Z', built: 2, failed: 1, ignored: 0, skipped: 0},
  });
});

test('a run is abandoned when a later one is the current one or has ended, and not before', async () => {
  start(FIRST);
  evidence.write('.current_run', `${FIRST}\n`);
  start(SECOND);
  expect(await runEnd(evidence.root, FIRST)).toBeUndefined();
  expect(await runEnd(evidence.root, SECOND)).toBeUndefined();
  evidence.write('.current_run', `${SECOND}\n`);
  expect(await runEnd(evidence.root, FIRST)).toEqual({kind: 'abandoned'});
  expect(await runEnd(evidence.root, SECOND)).toBeUndefined();
  evidence.write('.current_run', '');
  expect(await runEnd(evidence.root, FIRST)).toBeUndefined();
  end(SECOND);
  expect(await runEnd(evidence.root, FIRST)).toEqual({kind: 'abandoned'});
});

test('evidence without a run has no end', async () => {
  end('run-Live-unknown');
  expect(await runEnd(evidence.root, 'run-Live-unknown')).toBeUndefined();
});

test('a run is at work until its end, and no longer when it has been silent for 6 hours', async () => {
  expect(await openRun(evidence.root, Date.now())).toBeNull();
  evidence.write('.current_run', `${FIRST}\n`);
  expect(await openRun(evidence.root, Date.now())).toBeNull();
  const started = start(FIRST);
  const results = evidence.write(`runs/${FIRST}/results.txt`, '');
  const at = Date.parse('2026-01-18T14:00:00Z');
  utimesSync(started, at / 1000 - 90_000, at / 1000 - 90_000);
  utimesSync(results, at / 1000, at / 1000);
  expect(await openRun(evidence.root, at + 6 * 3_600_000)).toBe(FIRST);
  expect(await openRun(evidence.root, at + 6 * 3_600_000 + 1)).toBeNull();
  end(FIRST);
  expect(await openRun(evidence.root, at)).toBeNull();
  evidence.write('.current_run', '../../x\n');
  expect(await openRun(evidence.root, at)).toBeNull();
});

test('the cursor is persisted; without one nothing is delivered yet', async () => {
  start(FIRST);
  const dir = runDir(evidence.root, FIRST);
  expect(await readCursor(dir)).toEqual({results: {bytes: 0, built: 0, failed: 0, ignored: 0, skipped: 0}});
  const results = {bytes: 812, built: 4, failed: 3, ignored: 2, skipped: 1};
  await writeCursor(dir, {results});
  expect(await readCursor(dir)).toEqual({results, atMs: expect.any(Number)});
  expect(readFileSync(join(dir, '.delivered'), 'utf8')).not.toContain('undefined');
  await writeCursor(dir, {results, end: 'abandoned'});
  expect((await readCursor(dir)).end).toBe('abandoned');
});

test('the summary is derived from files: results, bundles and the archives of their cases', async () => {
  start(FIRST);
  end(FIRST);
  evidence.write(`runs/${FIRST}/results.txt`, line('net/a', 'success'));
  evidence.bundle('20260118-141000Z', {runId: FIRST});
  evidence.write(`runs/${FIRST}/ports/x11_bar-${TS}/meta.txt`, `ts_utc=${TS}\norigin_base=x11/bar\nflavor=qt6\ntarget=@main\n`);
  const errors = "== First error candidates (max 60 matches) ==\n12:foo.c:7:3: error: 'X' undeclared\n";
  for (const bundle of ['devel_foo-20260118-141000Z', `x11_bar-${TS}`])
    evidence.write(`runs/${FIRST}/ports/${bundle}/logs/errors.txt`, errors);
  const id = 'port:@main:devel/foo';
  const usage = {prompt: 100, cached: 20, completion: 5, reasoning: 0, cost: 0.5};
  const status = {...newStatus(id, 'r', {target: '@main', origin: 'devel/foo'}), phase: 'closed', outcome: 'fixed', usage};
  evidence.write(`runs/${FIRST}/ports/devel_foo-20260118-141000Z/analysis/case.json`, JSON.stringify(status));

  await writeRunSummary(evidence.root, FIRST);
  const summary = await archivedSummary(evidence.root, FIRST);
  expect(summary).toMatchObject({
    ...{runId: FIRST, state: 'ended', queued: 3, counts: {built: 2, failed: 1}, tokens: 85},
    groups: [{errorLine: "foo.c:7:3: error: 'X' undeclared", ports: ['devel/foo', 'x11/bar@qt6']}],
    cases: [
      {caseId: id, outcome: 'fixed', tokens: 85, cost: 0.5},
      {caseId: 'port:@main:x11/bar@qt6', phase: 'collect', outcome: null, tokens: 0},
    ],
  });
  expect(evidence.read(`runs/${FIRST}/summary.md`)).toMatch(
    /\*\*2\*\* foo\.c:7:3: error: 'X' undeclared: devel\/foo, x11\/bar@qt6/,
  );
  expect((await readRunState(evidence.root, FIRST)).report?.results.built).toBe(1);
});

test('a run is found by its name, and a name that leads elsewhere finds none', async () => {
  start(FIRST);
  expect(await rootOfRun(['/nowhere', evidence.root], FIRST)).toBe(evidence.root);
  expect(await rootOfRun([evidence.root], '../runs')).toBeUndefined();
  expect(await rootOfRun([evidence.root], SECOND)).toBeUndefined();
  expect(existsSync(runDir(evidence.root, SECOND))).toBe(false);
});
