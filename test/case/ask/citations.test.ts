import {checkedAnswer, citationLabel, citationsIn, type FoundLines, keyOf, plainAnswer} from '../../../src/case/ask/citations.ts';

const REPLY =
  'A header is missing [[logs/full.log:413]], as [[logs/full.log:413]] shows ([[no/such:1]]). The fix calls `main()` [[overlay/overlay.dops:2-3]] [[oops]].';

test('citations are found once each, in their order', () => {
  expect(citationsIn(REPLY)).toEqual([
    {artifact: 'logs/full.log', from: 413, to: 413},
    {artifact: 'no/such', from: 1, to: 1},
    {artifact: 'overlay/overlay.dops', from: 2, to: 3},
  ]);
});

test('a checked answer refers to what the artifacts have; what they do not have is removed, and named', () => {
  const found = new Map<string, FoundLines>([
    ['logs/full.log:413-413', {lines: ['fatal error: x.h']}],
    ['overlay/overlay.dops:2-3', {lines: ['a', 'b'.repeat(500)]}],
    ['no/such:1-1', {missing: 'the case has no such artifact'}],
  ]);
  expect(checkedAnswer(REPLY, found)).toEqual({
    text: 'A header is missing [^1], as [^1] shows. The fix calls `main()` [^2].',
    citations: [
      {artifact: 'logs/full.log', from: 413, to: 413, lines: ['fatal error: x.h']},
      {artifact: 'overlay/overlay.dops', from: 2, to: 3, lines: ['a', 'b'.repeat(200)]},
    ],
    dropped: [
      {text: '[[no/such:1]]', reason: 'the case has no such artifact'},
      {text: '[[oops]]', reason: 'a citation has the form [[artifact:first-last]]'},
    ],
  });
});

test('a model cannot write a checked reference itself, nor more citations than an answer may have', () => {
  expect(checkedAnswer('It is proved [^1].', new Map()).text).toBe('It is proved [1].');
  const reply = Array.from({length: 20}, (_, at) => `[[a:${at + 1}]]`).join(' ');
  const found = new Map<string, FoundLines>(citationsIn(reply).map((one) => [keyOf(one), {lines: ['x']}]));
  const {citations, dropped} = checkedAnswer(reply, found);
  expect(citations).toHaveLength(12);
  expect(dropped[0]?.reason).toBe('an answer has at most 12 citations');
});

test('an answer as plain text has its references in brackets, or none', () => {
  const answer = {text: 'It is so [^1][^2], and so [^12].'};
  expect(plainAnswer(answer)).toBe('It is so [1] [2], and so [12].');
  expect(plainAnswer(answer, false)).toBe('It is so, and so.');
  expect(citationLabel({artifact: 'a', from: 1, to: 4})).toBe('a, lines 1–4');
});
