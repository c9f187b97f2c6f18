import {join} from 'node:path';
import {jest} from '@jest/globals';
import {summarise} from '../../src/case/run/run-summary.ts';
import {openRun, readRunState, runEnd} from '../../src/evidence/runs.ts';
import {BuildHost, read} from './build-host.ts';

// Each test runs real programs; on a machine under load they take their time.
jest.setTimeout(60_000);

let host: BuildHost;
beforeEach(() => {
  host = new BuildHost();
});
afterEach(() => host.remove());

const port = (origin: string, result: string) => ({RESULT: result, ORIGIN: origin, FLAVOR: origin, PKGNAME: 'p-1.txz'});
const current = (): string => read(join(host.evidence, '.current_run')).trim();

test('what the hooks of a run write is read back: at work, its results, its end', async () => {
  host.run('hook_run_start', {PORTS_QUEUED: '4'});
  const runId = current();
  for (const origin of ['devel/a', 'devel/b']) host.run('hook_pkg_success', port(origin, 'success'));
  host.run('hook_pkg_skipped', port('devel/c', 'skipped'));
  host.fail();
  expect(await openRun(host.evidence, Date.now())).toBe(runId);
  expect(summarise(await readRunState(host.evidence, runId))).toMatchObject({
    ...{state: 'open', profile: 'LiveSystem', queued: 4, counts: {built: 2, failed: 1, ignored: 0, skipped: 1}},
    startedUtc: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
    groups: [{ports: ['devel/foo']}],
    cases: [{caseId: 'port:@LiveSystem:devel/foo', phase: 'collect'}],
  });
  host.run('hook_run_end', {PORTS_BUILT: '2', PORTS_FAILED: '1', PORTS_SKIPPED: '1'});
  expect(await openRun(host.evidence, Date.now())).toBeNull();
  expect(await runEnd(host.evidence, runId)).toMatchObject({kind: 'ended', built: 2, failed: 1, ignored: 0, skipped: 1});
});

test('with the flag file of the patch loop a run leaves nothing to report', async () => {
  host.write('flag', '');
  host.run('hook_run_start', {PORTS_QUEUED: '1'});
  host.run('hook_pkg_success', port('devel/a', 'success'));
  host.fail();
  host.run('hook_run_end', {PORTS_BUILT: '1'});
  expect(await openRun(host.evidence, Date.now())).toBeNull();
  expect(await readRunState(host.evidence, 'run-LiveSystem-unknown')).toMatchObject({cases: [], report: {results: {bytes: 0}}});
});
