import {execFileSync} from 'node:child_process';
import {mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {createServer} from 'node:net';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {text} from 'node:stream/consumers';
import {gzipSync, zstdCompressSync} from 'node:zlib';
import {openLog, plainLog} from '../../src/evidence/plain-log.ts';

const LOG = `${'cc -c foo.c\n'.repeat(20_000)}*** Error code 1\n`;

const NUMBERED = Array.from({length: 40_000}, (_, at) => `${at} ${(at * 7919) % 10_007}\n`).join('');

let dir: string;
let before: string | undefined;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'plain-log-'));
  mkdirSync(join(dir, 'tmp'));
  before = process.env.TMPDIR;
  process.env.TMPDIR = join(dir, 'tmp');
});
afterEach(() => {
  if (before === undefined) delete process.env.TMPDIR;
  else process.env.TMPDIR = before;
  rmSync(dir, {recursive: true});
});

function file(name: string, content: string | Buffer): string {
  const path = join(dir, name);
  writeFileSync(path, content);
  return path;
}

const packedBy = (program: string): Buffer => execFileSync(program, ['-c'], {input: LOG});
const leftovers = (): string[] => readdirSync(join(dir, 'tmp'));

test.each<[string, () => Buffer]>([
  ['gzip', () => gzipSync(LOG)],
  ['zstd', () => zstdCompressSync(LOG)],
  ['xz', () => packedBy('xz')],
  ['bzip2', () => packedBy('bzip2')],
])('a log packed by %s is unpacked, whatever its name, and its copy can be removed', async (_, packed) => {
  const path = file('devel___foo.log', packed());
  const plain = await plainLog(path);
  expect(readFileSync(plain.path, 'utf8')).toBe(LOG);
  await plain.remove();
  expect(leftovers()).toEqual([]);
  expect(readFileSync(path)).toEqual(packed());
  expect(await text(await openLog(path))).toBe(LOG);
});

test('a plain log is used where it is, also one that begins like a name of a format or ends in .gz', async () => {
  for (const content of [LOG, 'BZh1 is no bzip2\n', '', 'PK\n']) {
    const path = file('a.log.gz', content);
    const plain = await plainLog(path);
    expect(plain.path).toBe(path);
    await plain.remove();
    expect(readFileSync(path, 'utf8')).toBe(content);
    expect(await text(await openLog(path))).toBe(content);
  }
});

test.each<[string, () => Buffer, string]>([
  ['a .gz that was cut', () => gzipSync(LOG).subarray(0, 200), 'gzip and cannot be unpacked: unexpected end of file'],
  ['an .xz that was cut', () => packedBy('xz').subarray(0, 40), 'xz and cannot be unpacked: xz: '],
  ['a .bz2 that was cut', () => packedBy('bzip2').subarray(0, 40), 'bzip2 and cannot be unpacked: '],
  ['a log that is packed twice', () => gzipSync(packedBy('xz')), 'its content is packed again, by xz'],
  ['a zip', () => Buffer.from('PK\x03\x04more'), 'Run `unzip -p'],
])('%s is refused with the command to unpack it, and leaves nothing behind', async (_, content, message) => {
  const path = file('a.log', content());
  await expect(plainLog(path)).rejects.toThrow(message);
  await expect(plainLog(path)).rejects.toThrow(`${path} >plain.log`);
  expect(leftovers()).toEqual([]);
});

test.each<[string, () => Buffer]>([
  ['gzip', () => gzipSync(NUMBERED)],
  ['zstd', () => zstdCompressSync(NUMBERED)],
  ['xz', () => execFileSync('xz', ['-c'], {input: NUMBERED})],
  ['bzip2', () => execFileSync('bzip2', ['-c1'], {input: NUMBERED})],
])('a log packed by %s that was cut is read as far as it goes, and fails then', async (name, packed) => {
  const content = packed();
  const chunks: Buffer[] = [];
  const read = async (): Promise<void> => {
    const log = await openLog(file('a.log', content.subarray(0, content.length * 0.8)));
    for await (const chunk of log) chunks.push(chunk);
  };
  await expect(read()).rejects.toThrow(new RegExp(`^its ${name} data is cut or damaged: `));
  const found = Buffer.concat(chunks).toString();
  expect(found.length).toBeGreaterThan(NUMBERED.length / 2);
  expect(NUMBERED.startsWith(found)).toBe(true);
});

test('a program that is missing is named', async () => {
  const path = file('a.log', packedBy('xz'));
  const {PATH} = process.env;
  process.env.PATH = dir;
  try {
    await expect(plainLog(path)).rejects.toThrow(/xz.*ENOENT.*Run `xz -dc/);
  } finally {
    process.env.PATH = PATH;
  }
});

test('what is unpacked to more than the limit is refused', async () => {
  await expect(plainLog(file('a.log', gzipSync(LOG)), 1000)).rejects.toThrow('it has more than 1000 bytes when unpacked');
  expect(leftovers()).toEqual([]);
});

test('a directory, a FIFO, a socket and a device are refused at once', async () => {
  const fifo = join(dir, 'fifo.log');
  execFileSync('mkfifo', [fifo]);
  const socket = join(dir, 'socket.log');
  const server = createServer();
  await new Promise<void>((done) => server.listen(socket, done));
  try {
    await expect(plainLog(dir)).rejects.toThrow(`${dir} is a directory, not a regular file.`);
    await expect(plainLog(fifo)).rejects.toThrow(`${fifo} is a FIFO, not a regular file.`);
    await expect(plainLog(socket)).rejects.toThrow(`${socket} is a socket or a device, not a regular file.`);
    await expect(plainLog('/dev/null')).rejects.toThrow('/dev/null is a device, not a regular file.');
    await expect(openLog(fifo)).rejects.toThrow('is a FIFO');
    await expect(plainLog(join(dir, 'none'))).rejects.toThrow('ENOENT');
  } finally {
    server.close();
  }
});
