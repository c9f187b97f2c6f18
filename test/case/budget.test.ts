import {LEAST_REPLY, reserve} from '../../src/case/budget.ts';
import {repeatedCall} from '../../src/case/stop-rules.ts';
import {billable} from '../../src/case/types.ts';

test('a request with its whole reply limit fits', () => {
  expect(reserve(10_000, 6_000, 4_000)).toEqual({fits: true, replyTokens: 4_000});
});

test('near the end the reply limit shrinks to what is left', () => {
  expect(reserve(7_000, 6_000, 4_000)).toEqual({fits: true, replyTokens: 1_000});
});

test.each([6_000 + LEAST_REPLY - 1, 6_000, 10, 0, -5])('with %d left a prompt of 6000 is not sent', (left) => {
  expect(reserve(left, 6_000, 4_000)).toEqual({fits: false, reason: expect.stringContaining(`${left} tokens are left`)});
});

test('prompt and reply together never exceed what was left', () => {
  for (let left = 0; left < 9_000; left += 37) {
    for (const prompt of [100, 3_000, 8_000]) {
      const answer = reserve(left, prompt, 2_000);
      if (answer.fits) expect(prompt + answer.replyTokens).toBeLessThanOrEqual(left);
    }
  }
});

test('cached prompt tokens are not billed', () => {
  expect(billable({prompt: 1000, cached: 900, completion: 50, reasoning: 20})).toBe(150);
});

test('the same call with the same answer three times is named', () => {
  const call = (answer: string) => ({name: 'get_file', digest: 'd', answer});
  expect(repeatedCall([call('a'), call('a')])).toBeUndefined();
  expect(repeatedCall([call('a'), call('b'), call('c')])).toBeUndefined();
  expect(repeatedCall([call('a'), call('b'), call('a'), call('a')])).toBe('get_file');
});
