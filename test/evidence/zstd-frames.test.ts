import {constants as zlib, zstdCompressSync} from 'node:zlib';
import fc from 'fast-check';
import {ZstdFrames} from '../../src/evidence/zstd-frames.ts';
import '../fuzz/hostile.ts';

const SKIPPABLE = Buffer.from([0x50, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3]);

function isComplete(chunks: readonly Uint8Array[]): boolean {
  const frames = new ZstdFrames();
  for (const chunk of chunks) frames.take(chunk);
  return frames.isComplete;
}

const packed = fc
  .tuple(fc.string({maxLength: 300}), fc.integer({min: 1, max: 900}), fc.boolean(), fc.boolean())
  .map(([text, times, hasChecksum, hasSize]) =>
    zstdCompressSync(text.repeat(times), {
      params: {[zlib.ZSTD_c_checksumFlag]: hasChecksum ? 1 : 0, [zlib.ZSTD_c_contentSizeFlag]: hasSize ? 1 : 0},
    }),
  );

test('frames are complete at their end and nowhere before it, in chunks of any size', () => {
  fc.assert(
    fc.property(packed, fc.nat(), fc.nat(), (frame, cut, split) => {
      const end = cut % frame.length;
      const at = split % (frame.length + 1);
      expect(isComplete([frame.subarray(0, at), frame.subarray(at)])).toBe(true);
      expect(isComplete([frame.subarray(0, end)])).toBe(end === 0);
    }),
    {numRuns: 200},
  );
});

test('frames may follow each other, and ones to skip', () => {
  const frame = zstdCompressSync('x'.repeat(300_000));
  expect(isComplete([frame, SKIPPABLE, frame])).toBe(true);
  expect(isComplete([frame, SKIPPABLE.subarray(0, 9)])).toBe(false);
  expect(isComplete([frame, frame.subarray(0, -1)])).toBe(false);
});
