import {reportReason} from '../../src/case/stop-rules.ts';

const CALL = {name: 'get_file', digest: 'a', answer: 'b'};

test('a reply without tool calls ends an attempt, and the reason says what it was', () => {
  expect(reportReason([CALL], 'stop')).toBe('the model reported');
  expect(reportReason([], 'stop')).toMatch(/called no tool/);
  expect(reportReason([], 'length')).toMatch(/cut at its limit/);
  expect(reportReason([CALL], 'length')).toMatch(/cut at its limit/);
});
