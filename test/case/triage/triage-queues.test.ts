import {type Offer, TriageQueues} from '../../../src/case/triage/triage-queues.ts';

const asker = (name: string, run = '1') => ({caseId: `port:@main:net/${name}`, caseRunId: `${name}-${run}`});
const id = (name: string): string => asker(name).caseId;
const TRIAGE = {classification: 'compile-error', confidence: 'high', platform: 'generic', rootCause: 'because'};
const short = (offers: Offer[]): string[] =>
  offers.map(({to, answer}) => `${to.caseRunId} ${answer.kind === 'lead' ? 'leads' : answer.from}`);

test('the first leads, the others get its answer, and so does who comes later', () => {
  const lines = new TriageQueues();
  expect(short(lines.request(asker('a'), 's'))).toEqual(['a-1 leads']);
  expect(lines.request(asker('b'), 's')).toEqual([]);
  expect(lines.request(asker('c'), 's')).toEqual([]);
  expect(short(lines.request(asker('other'), 't'))).toEqual(['other-1 leads']);
  expect(lines.awaited).toEqual([asker('a')]);
  const offers = lines.complete(id('a'), 's', TRIAGE, 'record');
  expect(offers).toEqual(
    ['b', 'c'].map((name) => ({to: asker(name), answer: {kind: 'shared', triage: TRIAGE, text: 'record', from: id('a')}})),
  );
  expect(short(lines.request(asker('d'), 's'))).toEqual([`d-1 ${id('a')}`]);
  expect(lines.awaited).toEqual([]);
});

test('if the leader has none or is gone, the next in line leads, one after the other', () => {
  const lines = new TriageQueues();
  for (const name of ['a', 'b', 'c']) lines.request(asker(name), 's');
  expect(short(lines.removeCase(id('a')))).toEqual(['b-1 leads']);
  expect(lines.removeCase(id('a'))).toEqual([]);
  expect(short(lines.removeCase(id('b')))).toEqual(['c-1 leads']);
  expect(lines.removeCase(id('c'))).toEqual([]);
  expect(lines.state).toEqual([]);
});

test('asking twice is answered twice, with the run that asked last', () => {
  const lines = new TriageQueues();
  lines.request(asker('a'), 's');
  expect(short(lines.request(asker('a', '2'), 's'))).toEqual(['a-2 leads']);
  lines.request(asker('b'), 's');
  lines.request(asker('b', '2'), 's');
  expect(short(lines.complete(id('a'), 's', TRIAGE, 'record'))).toEqual([`b-2 ${id('a')}`]);
});

test('a case that leads by itself gets no offer, and its siblings its answer; it takes no other one its place', () => {
  const lines = new TriageQueues();
  expect(lines.lead(asker('a'), 's')).toEqual([]);
  expect(lines.request(asker('b'), 's')).toEqual([]);
  expect(lines.awaited).toEqual([asker('a')]);
  expect(lines.lead(asker('c'), 's')).toEqual([]);
  expect(lines.awaited).toEqual([asker('a')]);
  expect(short(lines.complete(id('c'), 's', TRIAGE, 'record'))).toEqual([`b-1 ${id('c')}`]);
});

test('a case that asks for another signature gives up its place in the first', () => {
  const lines = new TriageQueues();
  for (const name of ['a', 'b']) lines.request(asker(name), 's');
  expect(short(lines.request(asker('a'), 't'))).toEqual(['b-1 leads', 'a-1 leads']);
});

test('one who had waited long enough and asked by itself may have the answer, and the first answer counts', () => {
  const lines = new TriageQueues();
  for (const name of ['a', 'b', 'c']) lines.request(asker(name), 's');
  expect(short(lines.complete(id('b'), 's', TRIAGE, 'of-b'))).toEqual([`c-1 ${id('b')}`]);
  lines.complete(id('a'), 's', TRIAGE, 'of-a');
  expect(short(lines.request(asker('d'), 's'))).toEqual([`d-1 ${id('b')}`]);
});

test('what it carries over is bounded, and carries on', () => {
  const lines = new TriageQueues();
  for (let n = 0; n < 200; n += 1) lines.complete(id('a'), `s${n}`, {...TRIAGE, rootCause: 'x'.repeat(9000)}, 'record');
  lines.request(asker('b'), 'open');
  const carried = new TriageQueues(lines.state);
  expect(JSON.stringify(carried.state).length).toBeLessThan(100_000);
  expect(short(carried.request(asker('c'), 's199'))).toEqual([`c-1 ${id('a')}`]);
  expect(carried.request(asker('c'), 'open')).toEqual([]);
  expect(short(carried.request(asker('e'), 's0'))).toEqual(['e-1 leads']);
});
