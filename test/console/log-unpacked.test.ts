import {createHash} from 'node:crypto';
import {mkdtempSync, readdirSync, rmSync, truncateSync, writeFileSync} from 'node:fs';
import {open} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {constants, gunzipSync, gzipSync} from 'node:zlib';
import {LineIndex} from '../../src/console/log/line-index.ts';
import {UnpackedLog, type UnpackOptions} from '../../src/console/log/unpacked-log.ts';

let dir: string;
const opened: UnpackedLog[] = [];
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'portwright-log-test-'));
});
afterEach(async () => {
  for (const log of opened.splice(0)) await log.close();
  rmSync(dir, {recursive: true});
});

async function logOf(content: string | Buffer, packed = false, options?: UnpackOptions): Promise<UnpackedLog> {
  const path = join(dir, 'log');
  writeFileSync(path, content);
  const log = await UnpackedLog.of(await open(path), packed, options);
  opened.push(log);
  return log;
}

async function whole(log: UnpackedLog): Promise<string[]> {
  await log.unpacked;
  return log.linesFrom(1, 2000);
}

/** Lines of very different lengths, by their number. */
const lineOf = (line: number): string => `${line} ${'x'.repeat(line % 97 === 0 ? 70_000 : line % 83)}`;
const shown = (text: string): string =>
  text.length > 4000 ? `${text.slice(0, 4000)} [... ${text.length - 4000} more bytes ...]` : text;
const MANY = Array.from({length: 3000}, (_, i) => lineOf(i + 1));

test.each([
  ['plain', false],
  ['packed', true],
])('any line of a %s log can be read', async (_, packed) => {
  const text = `${MANY.join('\n')}\n`;
  const log = await logOf(packed ? gzipSync(text) : text, packed);
  await log.unpacked;
  expect([log.lines, log.bytes, log.note]).toEqual([3000, text.length, null]);
  for (const from of [1, 2, 96, 97, 98, 1500, 2910, 2911, 3000]) {
    expect(await log.linesFrom(from, 3)).toEqual(MANY.slice(from - 1, from + 2).map(shown));
  }
  expect(await log.linesFrom(3001, 5)).toEqual([]);
});

test('the index finds lines, however the bytes come, and grows with the bytes alone', () => {
  const bytes = Buffer.from(`${MANY.join('\n')}\nno newline`);
  const offsets = [0];
  for (const line of MANY) offsets.push((offsets.at(-1) ?? 0) + line.length + 1);
  for (const size of [1, 1000, 65_536, bytes.length]) {
    const index = new LineIndex();
    for (let at = 0; at < bytes.length; at += size) index.take(bytes.subarray(at, at + size));
    expect([index.bytes, index.completeLines, index.lines]).toEqual([bytes.length, 3000, 3001]);
    for (let line = 1; line <= 3001; line += 1) {
      const start = index.before(line);
      expect(start.offset).toBe(offsets[start.line - 1]);
      expect((offsets[line - 1] ?? 0) - start.offset).toBeLessThan(65_536 + 70_000);
    }
    expect(index.startOf(98)).toBe(offsets[97]);
    expect(index.startsFrom(1, 0).length).toBeLessThanOrEqual(bytes.length / 65_536 + 1);
    expect(index.startsFrom(2000, 500_000)[0]).toEqual(index.before(2000));
  }
});

test('nothing of it has a name, nor stays when it is closed', async () => {
  const log = await logOf(gzipSync('one\n'), true, {tmp: dir});
  expect(await whole(log)).toEqual(['one']);
  expect(readdirSync(dir)).toEqual(['log']);
  await log.close();
  await expect(log.read(0, 1)).rejects.toThrow(/closed|EBADF/);
  opened.pop();
});

test('lines can be read while the rest is unpacked', async () => {
  const log = await logOf(gzipSync('a line of some length\n'.repeat(500_000)), true);
  await log.reached(10);
  expect(log.isComplete).toBe(false);
  expect(log.lines).toBeLessThan(500_000);
  expect(await log.linesFrom(1, 10)).toHaveLength(10);
  await log.reached(500_000);
  expect(log.lines).toBe(500_000);
});

test.each([
  ['', []],
  ['\n', ['']],
  ['no newline', ['no newline']],
  ['one\n\nthree', ['one', '', 'three']],
  ['colour \u001b[31mred\u001b[0m\r\n10 %\r90 %\r100 %\nbell\u0007 \u202e\n', ['colour red', '10 % ␍ 90 % ␍ 100 %', 'bell ']],
])('%j has the lines %j', async (text, lines) => {
  expect(await whole(await logOf(text))).toEqual(lines);
});

test('bytes that are no text are replaced, and none makes a line of two', async () => {
  const junk = Buffer.from(Array.from({length: 4096}, (_, i) => (i * 7919) % 256).map((byte) => (byte === 10 ? 11 : byte)));
  const lines = await whole(await logOf(Buffer.concat([junk, Buffer.from('\nlast')])));
  expect([lines.length, lines[1]]).toEqual([2, 'last']);
  expect(lines[0]).not.toMatch(/[^\P{Cc}\t]/u);
});

test('a letter is not cut in the middle', async () => {
  const [line] = await whole(await logOf(`x${'ü'.repeat(3000)}`));
  expect(line).toBe(`x${'ü'.repeat(1999)} [... 2001 more bytes ...]`);
});

test('a line of 50 MB is passed over, with and without a newline behind it', async () => {
  const long = Buffer.alloc(50 << 20, 'x');
  const cut = `${'x'.repeat(4000)} [... ${(50 << 20) - 4000} more bytes ...]`;
  expect(await whole(await logOf(Buffer.concat([Buffer.from('one\n'), long, Buffer.from('\nthree\n')])))).toEqual([
    'one',
    cut,
    'three',
  ]);
  const last = await logOf(gzipSync(long), true);
  await last.unpacked;
  const read = last.read.bind(last);
  let reads = 0;
  last.read = (offset, length) => {
    reads += 1;
    return read(offset, length);
  };
  expect(await whole(last)).toEqual([cut]);
  expect(reads).toBeLessThan(3);
});

const NOISE = Array.from({length: 20_000}, (_, i) => `cc -c file${(i * 7919) % 10_007}.c`);

test('of a packed log that was cut, what could be unpacked is the log, and that is said', async () => {
  const packed = gzipSync(NOISE.join('\n'));
  const cut = packed.subarray(0, packed.length - 2000);
  const log = await logOf(cut, true);
  const lines = await whole(log);
  expect(log.bytes).toBe(gunzipSync(cut, {finishFlush: constants.Z_SYNC_FLUSH}).length);
  expect(lines).toEqual(NOISE.slice(0, 2000));
  expect(await log.linesFrom(log.lines - 1000, 1000)).toEqual(NOISE.slice(log.lines - 1001, log.lines - 1));
  expect(log.note).toContain('damaged or was cut');
});

test('of one with wrong bytes, what is before them is the log', async () => {
  const packed = gzipSync(NOISE.join('\n'));
  for (let at = packed.length >> 1; at < packed.length; at += 32) createHash('sha256').update(`${at}`).digest().copy(packed, at);
  const log = await logOf(packed, true);
  await log.unpacked;
  expect(log.lines).toBeGreaterThan(9000);
  expect(await log.linesFrom(8001, 1000)).toEqual(NOISE.slice(8000, 9000));
  expect(log.note).toContain('damaged');
});

test('what is no packed log at all has no lines, and that is said', async () => {
  const log = await logOf('this is text', true);
  expect(await whole(log)).toEqual([]);
  expect(log.note).toContain('damaged');
});

test('a log that is made shorter, or cannot be read, ends nothing', async () => {
  const log = await logOf('one\ntwo\nthree\n');
  await log.unpacked;
  truncateSync(join(dir, 'log'), 5);
  expect(await log.linesFrom(1, 10)).toEqual(['one']);
  const none = await UnpackedLog.of(await open(dir), false);
  opened.push(none);
  expect([await whole(none), none.failed, none.note]).toEqual([
    [],
    true,
    expect.stringContaining('could not be read to its end: EISDIR'),
  ]);
});

test('no more is unpacked than the limit, and that is said', async () => {
  const log = await logOf(gzipSync(Buffer.alloc(20 << 20, 'line\n')), true, {most: 1_000_000});
  await log.unpacked;
  expect([log.bytes, log.lines, log.held]).toEqual([1_000_000, 200_000, 1_000_000]);
  expect(log.note).toBe('The log has more than 1 MB when unpacked. These are its first lines.');
});

test('where there is no place to unpack it, that is thrown', async () => {
  await expect(logOf(gzipSync('one\n'), true, {tmp: join(dir, 'missing')})).rejects.toThrow('where no file can be made: ENOENT');
});
