import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {Cache} from '../../src/console/cache/cache.ts';
import type {ConsoleEvent} from '../../src/console/cache/case-events.ts';
import {Projector} from '../../src/console/cache/projector.ts';
import {listCases} from '../../src/console/queries/cases.ts';
import {caseAt, TRIAGE} from './case-at.ts';

let dir: string;
let path: string;
let cache: Cache;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'portwright-cache-'));
  path = join(dir, 'deep', 'console.sqlite');
  cache = new Cache(path);
});

afterEach(() => {
  cache.close();
  rmSync(dir, {recursive: true, force: true});
});

function event(ts: string, message = 'words'): ConsoleEvent {
  return {type: 'activity', ts, data: {origin: 'net/foo', message}};
}

describe('numbers of events', () => {
  test('grow, also when many come at once', () => {
    const numbered = cache.addEvents(Array.from({length: 50}, () => event('2026-03-01T10:00:00.000Z')));
    const ids = numbered.map(({id}) => id);
    expect(ids).toEqual([...new Set(ids)].sort((a, b) => a - b));
    expect(cache.lastEventId).toBe(ids.at(-1));
  });

  test('are those of their time in a file that is created again, so that a position still means the same', () => {
    cache.recallEvents([
      event('2026-03-01T10:00:01.000Z', 'b'),
      event('2026-03-01T10:00:00.000Z', 'a'),
      event('2026-03-01T10:00:01.000Z', 'c'),
    ]);
    const rows = cache.all<{id: number; data_json: string}>('SELECT id, data_json FROM events ORDER BY id');
    expect(rows.map(({id, data_json}) => [id, JSON.parse(data_json).message])).toEqual([
      [Date.parse('2026-03-01T10:00:00.000Z') * 1000, 'a'],
      [Date.parse('2026-03-01T10:00:01.000Z') * 1000, 'b'],
      [Date.parse('2026-03-01T10:00:01.000Z') * 1000 + 1, 'c'],
    ]);
    const [now] = cache.addEvents([event('2026-03-01T10:00:01.500Z')]);
    expect(now?.id).toBeGreaterThan(rows.at(-1)?.id ?? 0);
  });

  test('go on after a restart', () => {
    const [first] = cache.addEvents([event('2026-03-01T10:00:00.000Z')]);
    cache.close();
    cache = new Cache(path);
    expect(cache.lastEventId).toBe(first?.id);
  });
});

describe('the file', () => {
  test('may be deleted: that is noticed, and a new one begun', () => {
    cache.addEvents([event('2026-03-01T10:00:00.000Z')]);
    expect(cache.isGone).toBe(false);
    rmSync(path);
    expect(cache.isGone).toBe(true);
    cache.renew();
    expect(cache.isGone).toBe(false);
    expect(cache.lastEventId).toBe(0);
  });

  test.each([['no database at all'], ['']])('one that holds %j is created again', (content) => {
    cache.close();
    for (const name of [path, `${path}-wal`, `${path}-shm`]) rmSync(name, {force: true});
    writeFileSync(path, content);
    cache = new Cache(path);
    expect(cache.lastEventId).toBe(0);
    cache.addEvents([event('2026-03-01T10:00:00.000Z')]);
    expect(cache.lastEventId).toBeGreaterThan(0);
  });

  test('what goes wrong half way leaves nothing behind', () => {
    expect(() =>
      cache.transaction(() => {
        cache.addEvents([event('2026-03-01T10:00:00.000Z')]);
        throw new Error('no');
      }),
    ).toThrow('no');
    expect(cache.lastEventId).toBe(0);
  });
});

describe('cases in the cache', () => {
  test('of two states of a case the one with the longer story counts', () => {
    const projector = new Projector(cache, () => undefined);
    projector.case(caseAt(['collect', 'triage', 'decide'], {triage: TRIAGE}));
    projector.case(caseAt(['collect', 'triage']));
    expect(listCases(cache, {}, 1).rows).toMatchObject([{phase: 'decide', classification: 'compile-error'}]);
  });

  test('of two states of a case with the same timeline the one with the higher sequence number counts', () => {
    const projector = new Projector(cache, () => undefined);
    projector.case(caseAt(['awaiting-operator'], {seq: 7, reason: 'the newer'}));
    projector.case(caseAt(['awaiting-operator'], {seq: 6, reason: 'the older'}));
    expect(listCases(cache, {}, 1).rows).toMatchObject([{reason: 'the newer'}]);
  });

  test('a case that was ended from outside is closed, whatever number its last archive had', () => {
    const projector = new Projector(cache, () => undefined);
    projector.case(caseAt(['awaiting-operator'], {seq: 7}));
    projector.archived(caseAt(['awaiting-operator', 'closed'], {seq: 5, outcome: 'discarded'}));
    projector.case(caseAt(['awaiting-operator'], {seq: 8}));
    expect(listCases(cache, {}, 1).rows).toMatchObject([{outcome: 'discarded', is_open: 0}]);
  });

  test('who listens is told what is new, once', () => {
    const told: string[] = [];
    const projector = new Projector(cache, (events) => told.push(...events.map(({type}) => type)));
    projector.case(caseAt(['collect']));
    projector.case(caseAt(['collect']));
    expect(told).toEqual(['activity', 'job_enqueued']);
  });

  test('one that ended in Temporal without an outcome is closed, and an event reports it', () => {
    const told: string[] = [];
    const projector = new Projector(cache, (events) => told.push(...events.map(({type}) => type)));
    projector.case(caseAt(['collect', 'triage']));
    told.length = 0;
    projector.lost('case-run-1');
    projector.lost('case-run-1');
    expect(told).toEqual(['activity', 'job_failed']);
    expect(listCases(cache, {state: 'closed'}, 1).rows).toMatchObject([
      {phase: 'closed', outcome: null, reason: 'it ended in Temporal without an outcome'},
    ]);
  });

  test('a search takes its text as it is', () => {
    const projector = new Projector(cache, () => undefined);
    projector.case(caseAt(['collect'], {reason: '100% of it_self'}));
    expect(listCases(cache, {q: '100%'}, 1).total).toBe(1);
    expect(listCases(cache, {q: 't_s'}, 1).total).toBe(1);
    expect(listCases(cache, {q: 'fXo%'}, 1).total).toBe(0);
    expect(listCases(cache, {q: '_'}, 1).total).toBe(1);
    expect(listCases(cache, {q: "' OR 1=1 --"}, 1).total).toBe(0);
  });

  test('filters keep to what they name', () => {
    const projector = new Projector(cache, () => undefined);
    projector.case(caseAt(['awaiting-operator'], {triage: TRIAGE, pendingOutcome: 'fixed'}));
    for (const filter of [
      {state: 'waiting'},
      {state: 'review'},
      {state: 'open'},
      {class: 'compile-error'},
      {phase: 'awaiting-operator'},
    ])
      expect([filter, listCases(cache, filter, 1).total]).toEqual([filter, 1]);
    for (const filter of [{state: 'closed'}, {class: 'plist-error'}, {outcome: 'fixed'}, {target: '@other'}])
      expect([filter, listCases(cache, filter, 1).total]).toEqual([filter, 0]);
  });
});
