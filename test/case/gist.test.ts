import {gistOf} from '../../src/case/gist.ts';

test('a report is its summary', () => {
  expect(gistOf('## Patch Summary\n\nGuard the\nconstants.\n\n## Patch Log\n\nlong')).toBe('Guard the constants.');
  expect(gistOf('## Patch Summary\n\nAll there is')).toBe('All there is');
});

test('any other text is its start, on one line', () => {
  expect(gistOf('I cannot\n\tdo this.')).toBe('I cannot do this.');
  expect(gistOf('## Patch Summary\n\n## Patch Log\n\nx')).toBe('## Patch Summary ## Patch Log x');
  expect(gistOf('a'.repeat(1000))).toHaveLength(300);
});
