import {mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {gzipSync} from 'node:zlib';
import {FULL_LOG, isLogName, logFile, OpenLogs} from '../../src/console/log/open-logs.ts';
import type {UnpackedLog} from '../../src/console/log/unpacked-log.ts';

let dir: string;
let logs: OpenLogs;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'portwright-log-test-'));
  logs = new OpenLogs();
});
afterEach(async () => {
  await logs.close();
  rmSync(dir, {recursive: true});
});

function bundle(name: string, files: Readonly<Record<string, string | Buffer>>): string {
  for (const sub of ['logs', 'analysis']) mkdirSync(join(dir, name, sub), {recursive: true});
  for (const [path, content] of Object.entries(files)) writeFileSync(join(dir, name, path), content);
  return join(dir, name);
}

const itself = async (log: UnpackedLog): Promise<UnpackedLog> => log;
async function linesOf(place: string, file = FULL_LOG): Promise<string[] | undefined> {
  return logs.use(place, file, async (log) => {
    await log.unpacked;
    return log.linesFrom(1, 10);
  });
}

test('requests for the same log share one unpacking', async () => {
  const place = bundle('a', {'logs/full.log.gz': gzipSync('one\n')});
  const got = await Promise.all([1, 2, 3].map(() => logs.use(place, FULL_LOG, itself)));
  expect(new Set([...got, await logs.use(place, FULL_LOG, itself)]).size).toBe(1);
  expect(logs.size).toBe(1);
});

test('a whole log is the same under either name, and when it is packed meanwhile', async () => {
  const place = bundle('a', {'logs/full.log': 'one\n'});
  expect(await logFile(place, FULL_LOG)).toBe('logs/full.log');
  const first = await logs.use(place, FULL_LOG, itself);
  writeFileSync(join(place, 'logs/full.log.gz'), gzipSync('one\n'));
  rmSync(join(place, 'logs/full.log'));
  expect(await logs.use(place, FULL_LOG, itself)).toBe(first);
  expect(await linesOf(place)).toEqual(['one']);
  expect(await logFile(place, FULL_LOG)).toBe('logs/full.log.gz');
  expect(await linesOf(bundle('b', {'logs/full.log.gz': gzipSync('two\n')}))).toEqual(['two']);
});

test('the log of a proof is found packed or not, and read again once it has changed', async () => {
  const place = bundle('a', {'analysis/proof-1.log': 'one\n', 'analysis/proof-2.log.gz': gzipSync('two\n')});
  expect(await linesOf(place, 'analysis/proof-1.log')).toEqual(['one']);
  for (const name of ['analysis/proof-2.log', 'analysis/proof-2.log.gz']) expect(await linesOf(place, name)).toEqual(['two']);
  writeFileSync(join(place, 'analysis/proof-1.log'), 'another\nof two lines\n');
  expect(await linesOf(place, 'analysis/proof-1.log')).toEqual(['another', 'of two lines']);
});

test('without a log there is none, and no link is followed', async () => {
  const place = bundle('a', {});
  symlinkSync('/etc/hostname', join(place, 'logs/full.log'));
  expect(await linesOf(place)).toBeUndefined();
  expect(logs.size).toBe(0);
});

test('names of logs', () => {
  for (const good of [FULL_LOG, 'analysis/proof-0123abcd.log', 'analysis/a.log.gz']) expect(isLogName(good)).toBe(true);
  for (const bad of [
    '',
    'analysis/..',
    'analysis/.',
    'analysis/.x',
    'analysis/a/b.log',
    'logs/errors.txt',
    '../x',
    '/etc/passwd',
    'analysis/a\n',
  ])
    expect(isLogName(bad)).toBe(false);
});

test('the logs used last are held, the others closed', async () => {
  logs = new OpenLogs({logs: 2});
  const [a, b, c] = ['a', 'b', 'c'].map((name) => bundle(name, {'logs/full.log': name})) as [string, string, string];
  const first = await logs.use(a, FULL_LOG, itself);
  const second = await logs.use(b, FULL_LOG, itself);
  await logs.use(a, FULL_LOG, itself);
  await logs.use(c, FULL_LOG, itself);
  expect(logs.size).toBe(2);
  expect(await logs.use(a, FULL_LOG, itself)).toBe(first);
  expect(await logs.use(b, FULL_LOG, itself)).not.toBe(second);
  await expect(second?.read(0, 1)).rejects.toThrow();
  expect(await linesOf(a)).toEqual(['a']);
});

test('unpacked bytes are bounded over all of them, and a log that is read stays open until that is done', async () => {
  logs = new OpenLogs({bytes: 3_000_000});
  const content = gzipSync(Buffer.alloc(2_000_000, 'line\n'));
  const a = bundle('a', {'logs/full.log.gz': content});
  const b = bundle('b', {'logs/full.log.gz': content});
  const first = await logs.use(a, FULL_LOG, async (log) => {
    await log.unpacked;
    await logs.use(b, FULL_LOG, (other) => other.unpacked);
    expect(logs.size).toBe(1);
    expect(await log.linesFrom(400_000, 5)).toEqual(['line']);
    return log;
  });
  await logs.close();
  await expect(first?.read(0, 1)).rejects.toThrow();
});

test('one log alone is cut at its limit', async () => {
  logs = new OpenLogs({bytes: 1000, bytesEach: 1000});
  const place = bundle('a', {'logs/full.log.gz': gzipSync(Buffer.alloc(2_000_000, 'line\n'))});
  expect(await logs.use(place, FULL_LOG, async (log) => [await log.unpacked, log.bytes, log.lines])).toEqual([
    undefined,
    1000,
    200,
  ]);
  expect(logs.size).toBe(1);
});

test('closing ends unpackings that go on', async () => {
  const place = bundle('a', {'logs/full.log.gz': gzipSync(Buffer.alloc(50 << 20, 'line\n'))});
  const log = await logs.use(place, FULL_LOG, itself);
  await logs.close();
  expect(log?.isComplete).toBe(false);
  expect(log?.bytes).toBeLessThan(50 << 20);
  await expect(log?.read(0, 1)).rejects.toThrow();
});
