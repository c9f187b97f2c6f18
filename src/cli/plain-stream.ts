import {Transform} from 'node:stream';
import {StringDecoder} from 'node:string_decoder';
import {ESC, plainText} from '../case/text/plain-text.ts';

/** How far back a sequence may have begun whose end has not come yet, characters. */
const LONGEST_OPEN = 4096;

/** `plainText` as a stream of bytes; sequences and letters may be cut anywhere. */
export function plainStream(): Transform {
  const decoder = new StringDecoder('utf8');
  let kept = '';
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      const text = kept + decoder.write(chunk);
      const open = text.indexOf(ESC, Math.max(0, text.length - LONGEST_OPEN));
      const end = open >= 0 ? open : text.length - (text.endsWith('\r') ? 1 : 0);
      kept = text.slice(end);
      done(null, plainText(text.slice(0, end)));
    },
    flush(done) {
      done(null, plainText(kept + decoder.end()));
    },
  });
}
