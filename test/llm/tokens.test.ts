import {countTokens as encode} from 'gpt-tokenizer';
import {countRequest, countTokens} from '../../src/llm/tokens.ts';

test('English and code are counted as the tokenizer does', () => {
  expect(countTokens('')).toBe(0);
  expect(countTokens('hello world')).toBe(2);
  expect(countTokens('a<|endoftext|>b')).toBeGreaterThan(4);
});

test('200 KB of anything that a log may hold is counted fast', () => {
  const log = Array.from({length: 2800}, (_, i) => `cc -O2 -pipe -I/usr/local/include -c src/file${i}.c -o build/${i}.o`).join(
    '\n',
  );
  for (const text of [log, 'a'.repeat(200_000), '='.repeat(200_000), '\n'.repeat(200_000), '\ud800漢'.repeat(50_000)]) {
    const start = performance.now();
    expect(countTokens(text)).toBeGreaterThan(2000);
    expect(performance.now() - start).toBeLessThan(3000);
  }
});

test('slices add at most 1 %', () => {
  const lines = Array.from({length: 400}, (_, i) => `${i}: The quick brown fox jumps over the lazy dog.`).join('\n');
  const whole = encode(lines);
  expect(countTokens(lines)).toBeGreaterThanOrEqual(whole);
  expect(countTokens(lines)).toBeLessThan(whole * 1.01);
});

test('a request counts all that is sent: tools, tool calls, reasoning, and a margin', () => {
  const user = {role: 'user', content: 'hello world'} as const;
  const plain = countRequest([user]);
  expect(plain).toBe(Math.ceil((3 + 4 + 2) * 1.1));
  const call = {id: 'a', type: 'function', function: {name: 'grep', arguments: '{"pattern":"error"}'}} as const;
  const assistant = {role: 'assistant', content: null, reasoning_content: 'one two three', tool_calls: [call]} as const;
  expect(countRequest([user, assistant])).toBeGreaterThan(plain + 20);
  expect(countRequest([user], [{name: 'grep', description: 'Search in a file.', parameters: {}}])).toBeGreaterThan(plain + 110);
});
