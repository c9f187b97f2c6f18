import {caseEvents, NOTHING_EMITTED} from '../../src/console/cache/case-events.ts';
import {jobsOf} from '../../src/console/cache/jobs.ts';
import {attempt, caseAt, TRIAGE} from './case-at.ts';

const OTHER = {runId: 'run-Live-0', bundleId: 'net_foo-20260228-100000Z'};

describe('jobs of a case', () => {
  test.each([
    [caseAt(['collect']), {triage: 'pending'}],
    [caseAt(['collect', 'triage']), {triage: 'inflight'}],
    [caseAt(['triage', 'decide'], {triage: TRIAGE}), {triage: 'done'}],
    [caseAt(['waiting-env'], {triage: TRIAGE}), {triage: 'done', patch: 'pending'}],
    [caseAt(['patch'], {triage: TRIAGE}), {triage: 'done', patch: 'inflight'}],
    [caseAt(['prove'], {triage: TRIAGE}), {triage: 'done', patch: 'inflight'}],
    [caseAt(['awaiting-operator'], {pendingOutcome: 'triage-failed', reason: 'no class'}), {triage: 'failed'}],
    [caseAt(['awaiting-operator'], {triage: TRIAGE, pendingOutcome: 'manual'}), {triage: 'done'}],
    [
      caseAt(['awaiting-operator'], {triage: TRIAGE, pendingOutcome: 'needs-help', attempts: [attempt()]}),
      {triage: 'done', patch: 'done'},
    ],
    [caseAt(['closed'], {triage: TRIAGE, outcome: 'fixed', attempts: [attempt()]}), {triage: 'done', patch: 'done'}],
    [
      caseAt(['awaiting-operator'], {triage: TRIAGE, pendingOutcome: 'needs-help', attempts: [attempt({end: 'model-failed'})]}),
      {triage: 'done', patch: 'failed'},
    ],
    // Terminated in Temporal.
    [caseAt(['triage', 'closed']), {triage: 'failed'}],
    [caseAt(['waiting-env', 'closed'], {triage: TRIAGE}), {triage: 'done', patch: 'failed'}],
    [caseAt(['awaiting-operator', 'closed'], {triage: TRIAGE, attempts: [attempt()]}), {triage: 'done', patch: 'done'}],
  ])('%#', (status, states) => {
    expect(Object.fromEntries(jobsOf(status).map(({type, state}) => [type, state]))).toEqual(states);
  });

  test('each failure of a case has its triage; that of an earlier one is over', () => {
    const status = caseAt(['triage'], {bundles: [OTHER, ...caseAt([]).bundles]});
    expect(jobsOf(status).map(({jobId, state}) => [jobId, state])).toEqual([
      ['net_foo-20260228-100000Z-triage', 'done'],
      ['net_foo-20260301-100000Z-triage', 'inflight'],
    ]);
  });

  test('a failed job says why, a fix that was proved says nothing', () => {
    const failed = caseAt(['awaiting-operator'], {pendingOutcome: 'triage-failed', reason: 'the reply named no class'});
    expect(jobsOf(failed)[0]?.error).toBe('the reply named no class');
    const fixed = caseAt(['closed'], {triage: TRIAGE, outcome: 'fixed', reason: 'proved', attempts: [attempt()]});
    expect(jobsOf(fixed).map(({error}) => error)).toEqual([null, null]);
  });
});

describe('events of a case', () => {
  test('its story, its jobs and its triage, in the order in which they happened', () => {
    const {events} = caseEvents(NOTHING_EMITTED, caseAt(['collect', 'triage', 'triage', 'decide'], {triage: TRIAGE}));
    expect(events.map(({type, ts}) => [type, ts.slice(17, 19)])).toEqual([
      ['activity', '00'],
      ['job_enqueued', '00'],
      ['activity', '01'],
      ['job_claimed', '01'],
      ['activity', '02'],
      ['triage_written', '02'],
      ['activity', '03'],
      ['job_done', '03'],
    ]);
    expect(events.find(({type}) => type === 'triage_written')?.data).toMatchObject({
      origin: 'net/foo',
      bundle_id: 'net_foo-20260301-100000Z',
      relpath: 'analysis/triage.md',
      classification: 'compile-error',
    });
  });

  test('what was told is not told again', () => {
    const before = caseAt(['collect', 'triage']);
    const first = caseEvents(NOTHING_EMITTED, before);
    expect(caseEvents(first.emitted, before).events).toEqual([]);
    const after = caseAt(['collect', 'triage', 'decide'], {triage: TRIAGE});
    expect(caseEvents(first.emitted, after).events.map(({type}) => type)).toEqual(['triage_written', 'activity', 'job_done']);
  });

  test('a job’s way is told whole, however much happened between two looks', () => {
    const before = caseAt(['patch', 'awaiting-operator'], {triage: TRIAGE, attempts: [attempt()]});
    const {emitted} = caseEvents(NOTHING_EMITTED, before);
    const after = caseAt(['patch', 'awaiting-operator', 'waiting-env', 'patch', 'prove', 'awaiting-operator'], {
      triage: TRIAGE,
      attempts: [attempt(), attempt({attempt: 2})],
    });
    const jobs = caseEvents(emitted, after).events.filter(({type}) => type.startsWith('job_'));
    expect(jobs.map(({type, ts, data}) => [type, ts.slice(17, 19), data.type, data.state])).toEqual([
      ['job_enqueued', '02', 'patch', 'pending'],
      ['job_claimed', '03', 'patch', 'inflight'],
      ['job_done', '05', 'patch', 'done'],
    ]);
  });

  test('a failure that joins is an event, the first one of a case is not', () => {
    const first = caseEvents(NOTHING_EMITTED, caseAt(['awaiting-operator']));
    expect(first.events.map(({type}) => type)).not.toContain('bundle_upserted');
    const joined = caseAt(['awaiting-operator'], {bundles: [...caseAt([]).bundles, OTHER]});
    const {events} = caseEvents(first.emitted, joined);
    expect(events.find(({type}) => type === 'bundle_upserted')?.data).toMatchObject({
      bundle_id: OTHER.bundleId,
      run_id: OTHER.runId,
      case: joined.workflowId,
    });
  });

  test('what an operator told the model, with its number', () => {
    const said = {by: 'ann', atUtc: '2026-03-01T10:00:05.000Z', text: 'look at the header'};
    const {emitted} = caseEvents(NOTHING_EMITTED, caseAt(['triage'], {context: [said]}));
    const {events} = caseEvents(emitted, caseAt(['triage'], {context: [said, {...said, by: 'bob'}]}));
    expect(events).toMatchObject([{type: 'user_context_updated', data: {by: 'bob', context_rev: 2}}]);
  });

  test('a proof that passed is told with the job', () => {
    const proved = attempt({diff: 'd'.repeat(64), proof: {rebuildOk: true, diffSha256: 'e'.repeat(64)}});
    const {events} = caseEvents(NOTHING_EMITTED, caseAt(['closed'], {triage: TRIAGE, outcome: 'fixed', attempts: [proved]}));
    const done = events.find(({type, data}) => type === 'job_done' && data.type === 'patch');
    expect(done?.data).toMatchObject({job_id: 'net_foo-20260301-100000Z-patch', outcome: 'fixed', proof: 'passed'});
    expect(events.some(({type}) => type === 'patch_written')).toBe(true);
  });

  test('the story of an attempt goes on where it was, and begins anew with the next one', () => {
    const line = (text: string) => ({atUtc: '2026-03-01T10:01:00.000Z', phase: 'patch' as const, text});
    const status = caseAt(['patch'], {triage: TRIAGE});
    const first = caseEvents(NOTHING_EMITTED, status, {id: 'a1', timeline: [line('turn 1, get_file')]});
    const second = caseEvents(first.emitted, status, {id: 'a1', timeline: [line('turn 1, get_file'), line('turn 2, put_file')]});
    expect(second.events.map(({data}) => data.message)).toEqual(['turn 2, put_file']);
    const next = caseEvents(second.emitted, status, {id: 'a2', timeline: [line('turn 1, again')]});
    expect(next.events.map(({data}) => data.message)).toEqual(['turn 1, again']);
  });
});
