import {createHash} from 'node:crypto';
import {createWriteStream} from 'node:fs';
import {Writable} from 'node:stream';
import {pipeline} from 'node:stream/promises';
import {EVIDENCE_FILE} from '../modes.ts';
import {openUnlinkedFile} from '../regular-file.ts';

/**
 * Returns the SHA-256 of a regular file, in hex, and copies it to `to` if that is given. Throws if it is a link or larger than `maxBytes`, or if
 * `to` exists.
 */
export async function takeFile(path: string, to: string | undefined, maxBytes: number): Promise<string> {
  const file = await openUnlinkedFile(path);
  const hash = createHash('sha256');
  let bytes = 0;
  try {
    await pipeline(
      file.createReadStream(),
      async function* (chunks: AsyncIterable<Buffer>) {
        for await (const chunk of chunks) {
          bytes += chunk.length;
          if (bytes > maxBytes) throw new Error(`it has more than ${maxBytes} bytes`);
          hash.update(chunk);
          yield chunk;
        }
      },
      to === undefined ? nowhere() : createWriteStream(to, {flags: 'wx', mode: EVIDENCE_FILE}),
    );
  } finally {
    await file.close().catch(() => undefined);
  }
  return hash.digest('hex');
}

function nowhere(): Writable {
  return new Writable({write: (_chunk, _encoding, done) => done()});
}
