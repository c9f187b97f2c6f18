import {Tail} from '../../src/devenv/tail.ts';

test('buffers the last bytes and little more', () => {
  const tail = new Tail(10);
  for (let index = 0; index < 100000; index++) tail.push(Buffer.from(`${index % 10}`));
  tail.push(Buffer.from('abc'));
  expect(tail.text('utf8')).toBe('3456789abc');
  expect(tail.truncated).toBe(true);
  tail.push(Buffer.alloc(100000, 'x'));
  expect(tail.text('utf8')).toBe('x'.repeat(10));
});

test('drops a character that was cut in two', () => {
  const tail = new Tail(4);
  tail.push(Buffer.from('aéé€'));
  expect(tail.text('utf8')).toBe('€');
  const whole = new Tail(100);
  whole.push(Buffer.from('é'));
  expect([whole.text('utf8'), whole.truncated]).toEqual(['é', false]);
});
