import {replyExcerpt} from '../../../src/case/attempt/reply-excerpt.ts';

test('a report is its summary', () => {
  expect(replyExcerpt('## Patch Summary\n\nGuard the\nconstants.\n\n## Patch Log\n\nlong')).toBe('Guard the constants.');
  expect(replyExcerpt('## Patch Summary\n\nAll there is')).toBe('All there is');
});

test('any other text is its start, on one line', () => {
  expect(replyExcerpt('I cannot\n\tdo this.')).toBe('I cannot do this.');
  expect(replyExcerpt('## Patch Summary\n\n## Patch Log\n\nx')).toBe('## Patch Summary ## Patch Log x');
  expect(replyExcerpt('a'.repeat(1000))).toHaveLength(300);
});
