import {RunningWork, type Work} from '../../src/worker/running-work.ts';

const ABOUT = {pid: 7, version: '1.2.3', envs: ['env-1'], roots: ['/logs/evidence'], models: {triage: 'small', patch: null}};
const NOW = '2026-01-02T03:04:05.000Z';
const BUNDLE = {runId: 'run-1', bundleId: 'net_foo-1'};

let second = 0;
beforeEach(() => {
  second = 0;
});

/** An activity of a case, begun a second after the one before. */
function work(change: Partial<Work>): Work {
  second += 1;
  return {
    workflowId: 'port:@t:net/foo',
    workflowType: 'portCase',
    activity: 'collectEvidence',
    input: undefined,
    since: `2026-01-02T03:00:0${second}.000Z`,
    ...change,
  };
}

test('without work it is idle, with its identity', () => {
  expect(new RunningWork().report(ABOUT, NOW)).toEqual({
    status: 'idle',
    job_id: null,
    current_stage: null,
    started_at: null,
    updated_at: NOW,
    extra: {...ABOUT, activities: [], model: {triage: null, patch: null}, usage_faults: {triage: null, patch: null}},
  });
});

test('it works on what it has had longest, and is idle when that is over', () => {
  const running = new RunningWork();
  const first = running.begin(work({activity: 'openCase', input: {report: BUNDLE}}));
  const next = running.begin(
    work({workflowId: 'port:@t:net/bar/attempt-2', workflowType: 'patchAttempt', activity: 'dsynth_build', input: {env: 'e'}}),
  );
  expect(running.report(ABOUT, NOW)).toMatchObject({
    status: 'processing',
    job_id: 'net_foo-1-triage',
    current_stage: 'openCase',
    started_at: '2026-01-02T03:00:01.000Z',
    extra: {
      activities: [
        {case: 'port:@t:net/foo', activity: 'openCase'},
        {case: 'port:@t:net/bar', activity: 'dsynth_build', summary: 'in e', since: '2026-01-02T03:00:02.000Z'},
      ],
    },
  });
  first();
  expect(running.report(ABOUT, NOW).current_stage).toBe('dsynth_build');
  next();
  expect(running.report(ABOUT, NOW).status).toBe('idle');
});

test('the same activity twice is two', () => {
  const running = new RunningWork();
  const done = running.begin(work({activity: 'recordCase'}));
  running.begin(work({activity: 'recordCase'}));
  done();
  done();
  expect(running.report(ABOUT, NOW).extra.activities).toHaveLength(1);
});

test('activities without a case are listed, but not as work on one', () => {
  const running = new RunningWork();
  running.begin(work({workflowId: 'spool-2026', workflowType: 'watchSpool', activity: 'deliverSpool', input: {seconds: 9}}));
  expect(running.report(ABOUT, NOW)).toMatchObject({status: 'idle', extra: {activities: [{case: 'spool-2026'}]}});
});

test.each<[string, Partial<Work>, string]>([
  ['a model call of triage', {activity: 'askModel', input: {bundle: BUNDLE, purpose: 'triage'}}, 'net_foo-1-triage'],
  ['a fix by rule', {activity: 'proposeFixes', input: {report: BUNDLE, env: 'e'}}, 'net_foo-1-patch'],
  ['all of an attempt', {workflowType: 'patchAttempt', activity: 'checkDiff', input: {bundle: BUNDLE}}, 'net_foo-1-patch'],
  ['what belongs to neither', {activity: 'collectEvidence', input: BUNDLE}, 'port:@t:net/foo'],
  ['an input without a bundle', {activity: 'findModel', input: 'triage'}, 'port:@t:net/foo'],
  ['an input that is none', {activity: 'askModel', input: null}, 'port:@t:net/foo'],
  [
    'an attempt without a bundle',
    {workflowId: 'port:@t:net/foo/attempt-3', workflowType: 'patchAttempt', activity: 'requestLease', input: {pool: 'p'}},
    'port:@t:net/foo',
  ],
])('the job of %s', (_, change, job) => {
  const running = new RunningWork();
  running.begin(work(change));
  expect(running.report(ABOUT, NOW).job_id).toBe(job);
});

test('the last call of each purpose is reported', () => {
  const running = new RunningWork();
  const call = {purpose: 'triage' as const, model: 'm', at: NOW, ok: true, error: null};
  running.called(call);
  running.called({...call, ok: false, error: 'it is away'});
  expect(running.report(ABOUT, NOW).extra.model).toEqual({triage: {...call, ok: false, error: 'it is away'}, patch: null});
});
