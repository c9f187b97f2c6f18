import {besideEachOther, type Kill, type Run, readJournal, recoveries, repeatedCalls} from './kill-journal.ts';
import {planKills} from './kill-plan.ts';
import {type KillPoint, randomFrom, takePoint} from './kill-points.ts';

const CASE = 'port:@demo:net/foo';

function run(activity: string, start: number, end: number | undefined, more: Partial<Run> = {}): Run {
  return {pid: 1, run: start, activity, workflowId: `${CASE}/attempt-1`, start, end, ...more};
}

const kill = (at: number, pid = 1): Kill => ({at, pid});

test('a journal is read by worker and number; a cut-off line and a run without end are what a kill leaves', () => {
  const entry = (what: string, pid: number, at: number): string =>
    JSON.stringify({what, at, pid, run: 1, activity: 'grep', workflowId: 'w'});
  const text = [entry('start', 1, 10), entry('start', 2, 20), entry('end', 2, 25), '{"what":"sta'].join('\n');
  expect(readJournal(text)).toEqual([
    {pid: 1, run: 1, activity: 'grep', workflowId: 'w', start: 10},
    {pid: 2, run: 1, activity: 'grep', workflowId: 'w', start: 20, end: 25},
  ]);
});

describe('recoveries', () => {
  const cut = run('dsynth_build', 100, undefined);
  const again = run('dsynth_build', 7_000, 7_500, {pid: 2});

  test('count from the kill to the next activity of the case or its attempts', () => {
    expect(recoveries([cut, again], [kill(1_000)], new Map())).toEqual([6_000]);
    expect(recoveries([cut, {...again, workflowId: CASE}], [kill(1_000)], new Map())).toEqual([6_000]);
    expect(recoveries([cut, {...again, workflowId: 'port:@demo:net/bar'}], [kill(1_000)], new Map())).toEqual([]);
  });

  test('count from the second kill where the case had not gone on before it', () => {
    expect(recoveries([cut, again], [kill(1_000), kill(3_000, 2)], new Map())).toEqual([4_000]);
  });

  test('leave out a case that waited for a dev-env, and one that was closed', () => {
    expect(recoveries([run('requestLease', 100, 120), again], [kill(1_000)], new Map())).toEqual([]);
    expect(recoveries([run('recordCase', 100, 120), again], [kill(1_000)], new Map([[CASE, 1_100]]))).toEqual([]);
  });
});

describe('concurrent activities', () => {
  const first = run('dsynth_build', 100, undefined, {env: 'demo'});

  test('are two builds in one env, and not those of two envs', () => {
    const second = run('proveRebuild', 500, 900, {env: 'demo', pid: 2});
    expect(besideEachOther([first, second], [])).toEqual([[first, second]]);
    expect(besideEachOther([first, {...second, env: 'demo-2'}], [])).toEqual([]);
  });

  test('is not the one that follows the kill of the first', () => {
    expect(besideEachOther([first, run('dsynth_build', 500, 900, {env: 'demo', pid: 2})], [kill(400)])).toEqual([]);
  });
});

describe('repeated calls', () => {
  const call = (at: number, key = 'a') => ({at, key, caseId: 'one'});

  test('are those that no kill came between', () => {
    expect(repeatedCalls([call(1), call(2, 'b'), call(3)], [])).toEqual([call(3)]);
    expect(repeatedCalls([call(1), call(3)], [kill(2)])).toEqual([]);
  });

  test('are not those whose asker was gone before the answer', () => {
    expect(repeatedCalls([{...call(1), cut: true}, call(3), call(5)], [])).toEqual([call(5)]);
  });

  test('are excused once for a kill and a case', () => {
    expect(repeatedCalls([call(1), call(2, 'b'), call(4), call(5, 'b')], [kill(3)])).toEqual([call(5, 'b')]);
    expect(
      repeatedCalls([call(1), {...call(2, 'b'), caseId: 'two'}, call(4), {...call(5, 'b'), caseId: 'two'}], [kill(3)]),
    ).toEqual([]);
  });
});

test('a point is reached once, after the starts that it skips', () => {
  const point: KillPoint = {activity: 'grep', skip: 1, from: 'start', ms: 5};
  const {point: none, left} = takePoint([point], 'grep');
  expect([none, left]).toEqual([undefined, [{...point, skip: 0}]]);
  expect(takePoint(left, 'askModel')).toEqual({point: undefined, left});
  expect(takePoint(left, 'grep')).toEqual({point: {...point, skip: 0}, left: []});
});

test('a plan is the same for the same seed, and has every step', () => {
  const plan = planKills(randomFrom(7), ['put_file', 'replace_in_file']);
  expect(planKills(randomFrom(7), ['put_file', 'replace_in_file'])).toEqual(plan);
  expect(planKills(randomFrom(8), ['put_file', 'replace_in_file'])).not.toEqual(plan);
  const activities = plan.flat().map((point) => point.activity);
  expect(activities).toHaveLength(13);
  for (const step of ['dsynth_build', 'proveRebuild', 'restoreOverlay'])
    expect(activities.filter((one) => one === step)).toHaveLength(1);
});
