import {SentPrefixes} from '../../src/llm/sent-prefixes.ts';

const LOG = Array.from({length: 400}, (_, n) => `line ${n}\n`).join('');

test('what was sent to a server is known in blocks of 512 characters, in any conversation', () => {
  const sent = new SentPrefixes();
  expect(sent.knownLength('a', LOG)).toBe(0);
  sent.add('a', LOG.slice(0, 1_100));
  expect(sent.knownLength('a', LOG)).toBe(1_024);
  expect(sent.knownLength('a', LOG.slice(0, 1_100))).toBe(1_100);
  expect(sent.knownLength('a', `x${LOG}`)).toBe(0);
  expect(sent.knownLength('b', LOG)).toBe(0);
});

test('the same text behind another beginning is not known', () => {
  const sent = new SentPrefixes();
  sent.add('a', 'x'.repeat(512) + LOG);
  expect(sent.knownLength('a', 'y'.repeat(512) + LOG)).toBe(0);
});

test('the oldest requests are forgotten', () => {
  const sent = new SentPrefixes();
  sent.add('a', LOG);
  for (let n = 0; n < 60; n += 1) sent.add('a', `${n}`.padEnd(512, '.').repeat(900));
  expect(sent.knownLength('a', LOG)).toBe(0);
  expect(sent.knownLength('a', '59'.padEnd(512, '.').repeat(900))).toBe(512 * 900);
});
