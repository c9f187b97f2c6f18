import {givesUp, idleStop, reportReason, sameFinalError} from '../../../src/case/attempt/stop-rules.ts';

const CALL = {name: 'get_file', digest: 'a', answer: 'b'};

test('a reply without tool calls ends an attempt, and the reason says what it was', () => {
  expect(reportReason([CALL], 'stop')).toBe('the model reported');
  expect(reportReason([], 'stop')).toMatch(/called no tool/);
  expect(reportReason([], 'length')).toMatch(/cut at its limit/);
  expect(reportReason([CALL], 'length')).toMatch(/cut at its limit/);
});

test('an attempt that edits nothing, or builds nothing, is stopped in time', () => {
  const limits = {no_edit_turns: 3, no_build_turns: 5};
  const seen = (turns: number, everEdited: boolean, everBuilt: boolean) => idleStop({turns, everEdited, everBuilt}, limits)?.end;
  expect(seen(2, false, false)).toBeUndefined();
  expect(seen(3, false, false)).toBe('no-edit');
  expect(seen(4, true, false)).toBeUndefined();
  expect(seen(5, true, false)).toBe('no-build');
  expect(seen(9, true, true)).toBeUndefined();
});

test('the same final error twice in a row is seen, an unknown one is none', () => {
  expect(sameFinalError(['a', 'a'])).toBe(true);
  expect(sameFinalError(['a', 'b', 'b'])).toBe(true);
  expect(sameFinalError(['a', 'b', 'a'])).toBe(false);
  expect(sameFinalError(['', ''])).toBe(false);
  expect(sameFinalError(['a'])).toBe(false);
  expect(sameFinalError([])).toBe(false);
});

test.each([
  ['## Patch Log\n\nx\n\n## Rebuild Status\ngave-up', true],
  ['## Rebuild Status\n\n**Gave up**: the header does not exist', true],
  ['### rebuild status\n- giving up', true],
  ['## Rebuild Status\nfailed', false],
  ['## Rebuild Status\nsuccess\n\nI nearly gave up.', false],
  ['I gave up', false],
])('%j: the model gives up: %s', (report, gaveUp) => {
  expect(givesUp(report)).toBe(gaveUp);
});
