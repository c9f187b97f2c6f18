import {writeRunSummary} from '../../src/evidence/runs.ts';
import {EvidenceDir} from '../evidence/evidence-dir.ts';
import {portwright} from './program.ts';

const RUN = 'run-Live-20260118-140501Z-7';
const TS = '20260118-150000Z';

let evidence: EvidenceDir;
beforeEach(() => {
  evidence = new EvidenceDir();
  evidence.write(`runs/${RUN}/run_start.txt`, `ts_utc=${TS}\nprofile=Live\nports_queued=3\ntarget=@main\n`);
  evidence.write(`runs/${RUN}/results.txt`, `net/a\t\ta-1\tsuccess\t${TS}\t\n`);
  evidence.bundle(TS, {runId: RUN});
  const errors = "== First error candidates (max 60 matches) ==\n7:foo.c:7: error: 'X'\x1b]0;evil\x07 undeclared\n";
  evidence.write(`runs/${RUN}/ports/devel_foo-${TS}/logs/errors.txt`, errors);
});
afterEach(() => evidence.remove());

const run = (...args: string[]) => portwright(args, {LOGS_ROOT: evidence.root.replace(/\/evidence$/, '')});

test('runs and a run are told from disk when Temporal is away', async () => {
  const listed = await run('runs');
  expect(listed).toMatchObject({code: 0, stderr: expect.stringContaining('What is on disk is shown.')});
  expect(listed.stdout.split('\n')[1]?.split(/ {2,}/)).toEqual([
    ...[RUN, 'open', '2026-01-18T15:00', '1', '0', '0', '0', '1', '1', '0', '0.0000'],
  ]);
  const one = await run('run', RUN);
  expect(one.code).toBe(0);
  expect(one.stdout).toContain("1 x foo.c:7: error: 'X' undeclared\n    devel/foo\n");
  expect(one.stdout).toContain('profile Live, target @main, began 2026-01-18T15:00:00Z\n1 built, 0 failed');
});

test('--json gives the summary as it is kept, and a summary of open cases is not believed', async () => {
  await writeRunSummary(evidence.root, RUN);
  evidence.write(`runs/${RUN}/ports/devel_foo-${TS}/analysis/case.json`, JSON.stringify({phase: 'closed', outcome: 'manual'}));
  const [listed] = JSON.parse((await run('runs', '--json')).stdout) as unknown[];
  const one = JSON.parse((await run('run', `run:${RUN}`, '--json')).stdout) as unknown;
  expect(one).toEqual(listed);
  expect(one).toMatchObject({version: 1, runId: RUN, cases: [{port: 'devel/foo', phase: 'closed', outcome: 'manual'}]});
});

test('a run that is not there is an error that says where to look', async () => {
  expect(await run('run', 'run-Live-20260118-140501Z-8')).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('`portwright runs` lists them'),
  });
});
