import {Transform} from 'node:stream';
import {StringDecoder} from 'node:string_decoder';
import {ESC, plainText} from '../case/text/plain-text.ts';

/** Longest sequence that may still be without its end, in characters. */
const LONGEST_OPEN = 4096;

/** Returns `plainText` as a stream; its chunks may cut sequences and characters anywhere. */
export function plainStream(): Transform {
  const decoder = new StringDecoder('utf8');
  let pending = '';
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      const text = pending + decoder.write(chunk);
      const open = text.indexOf(ESC, Math.max(0, text.length - LONGEST_OPEN));
      const end = open >= 0 ? open : text.length - (text.endsWith('\r') ? 1 : 0);
      pending = text.slice(end);
      done(null, plainText(text.slice(0, end)));
    },
    flush(done) {
      done(null, plainText(pending + decoder.end()));
    },
  });
}
