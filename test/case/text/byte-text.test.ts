import fc from 'fast-check';
import {bytesOfText, textOfBytes} from '../../../src/case/text/byte-text.ts';

test('a text that is UTF-8 stays as it is', () => {
  const text = '\ufeffdéjà 👋 \u2028\0';
  expect(textOfBytes(new TextEncoder().encode(text))).toBe(text);
  expect(Buffer.from(bytesOfText(text)).toString('utf8')).toBe(text);
});

test('a byte that is no UTF-8 becomes a lone surrogate, and JSON carries it', () => {
  const text = textOfBytes(Buffer.from('+caf\xe9 \u00c3\u00a9\n', 'latin1'));
  expect(text).toBe('+caf\udce9 é\n');
  expect(JSON.stringify(text)).toContain('\\udce9');
});

test('any bytes survive', () => {
  fc.assert(
    fc.property(fc.uint8Array({maxLength: 200}), (bytes) => {
      const carried: unknown = JSON.parse(JSON.stringify(textOfBytes(bytes)));
      expect(Buffer.from(bytesOfText(String(carried)))).toEqual(Buffer.from(bytes));
    }),
  );
});
