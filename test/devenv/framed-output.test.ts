import {FramedOutput} from '../../src/devenv/framed-output.ts';

const FRAMED = 'noise of a login\n\u001etoken began\nout\u001etoken \u001etok\n\u001etoken ended 007\nlate';

test('passes the command’s own output, whatever the chunks', () => {
  for (let size = 1; size <= FRAMED.length; size++) {
    const framed = new FramedOutput('token');
    let passed = '';
    for (let at = 0; at < FRAMED.length; at += size) passed += framed.take(Buffer.from(FRAMED.slice(at, at + size))).toString();
    expect({size, passed, code: framed.code}).toEqual({size, passed: 'out\u001etoken \u001etok\nlate', code: '007'});
  }
});

test('output is passed on at once, unless it may begin the end mark', () => {
  const framed = new FramedOutput('token');
  framed.take(Buffer.from('\u001etoken began\n'));
  expect(framed.take(Buffer.from('ready?')).toString()).toBe('ready?');
  expect(framed.take(Buffer.from('\u001e')).toString()).toBe('');
  expect(framed.take(Buffer.from('x')).toString()).toBe('\u001ex');
});

test('without an end mark there is no code, and what may be part of one is held', () => {
  const framed = new FramedOutput('token');
  framed.take(Buffer.from('\u001etoken began\nout\u001etoken ended 0'));
  expect(framed).toMatchObject({began: true, code: undefined, held: '\u001etoken ended 0'});
});

test('output that has no beginning is held, the last 64 KiB of it', () => {
  const framed = new FramedOutput('token');
  expect(framed.take(Buffer.from(`${'x'.repeat(70_000)}refused`))).toHaveLength(0);
  expect(framed.began).toBe(false);
  expect(framed.held).toHaveLength(65_536);
  expect(framed.held.endsWith('refused')).toBe(true);
});
