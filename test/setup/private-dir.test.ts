import {chmodSync, chownSync, lstatSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {Cache} from '../../src/console/cache/cache.ts';
import {writeAddress} from '../../src/setup/address.ts';
import {privateDir} from '../../src/setup/private-dir.ts';

let top: string;
let dir: string;
let lines: string[];
let umask: number;
const print = (line: string): void => void lines.push(line);
beforeEach(() => {
  umask = process.umask(0);
  top = mkdtempSync(join(tmpdir(), 'portwright-private-'));
  dir = join(top, 'state');
  lines = [];
});
afterEach(() => {
  process.umask(umask);
  rmSync(top, {recursive: true, force: true});
});

function mode(...parts: string[]): string {
  return (lstatSync(join(dir, ...parts)).mode & 0o7777).toString(8);
}

test('a new directory is for its owner alone, whatever the umask, and nothing is printed', async () => {
  await privateDir(dir, print);
  expect({mode: mode(), lines}).toEqual({mode: '700', lines: []});
  await privateDir(dir, print);
  expect(lines).toEqual([]);
});

test('an existing installation is corrected, and each file named', async () => {
  mkdirSync(dir, {mode: 0o755});
  for (const name of ['temporal.db', 'temporal.db-wal', 'temporal.db-shm', 'temporal.log'])
    writeFileSync(join(dir, name), '', {mode: 0o644});
  writeFileSync(join(dir, 'closed'), '', {mode: 0o600});
  await privateDir(dir, print);
  expect(mode()).toBe('700');
  for (const name of ['temporal.db', 'temporal.db-wal', 'temporal.db-shm', 'temporal.log']) expect(mode(name)).toBe('600');
  expect(lines).toEqual([
    `${dir} had mode 0755; corrected to 0700. Others could use it.`,
    `${dir}: temporal.db, temporal.db-shm, temporal.db-wal, temporal.log could be used by others than their owner; corrected to mode 0600.`,
  ]);
});

test.each([0o770, 0o707, 0o1777])('a directory of mode %o, where others could write, is reported as such', async (open) => {
  mkdirSync(dir);
  chmodSync(dir, open);
  await privateDir(dir, print);
  expect(mode()).toBe('700');
  expect(lines).toEqual([expect.stringMatching(/Others could write to it: .* check what is in it/)]);
});

test('a link in the directory is not followed', async () => {
  mkdirSync(dir, {mode: 0o700});
  writeFileSync(join(top, 'elsewhere'), '', {mode: 0o644});
  symlinkSync(join(top, 'elsewhere'), join(dir, 'temporal.db'));
  await privateDir(dir, print);
  expect(lstatSync(join(top, 'elsewhere')).mode & 0o777).toBe(0o644);
  expect(lines).toEqual([]);
});

test("another user's directory is reported, and not changed", async () => {
  mkdirSync(dir, {mode: 0o755});
  const own = process.getuid?.() ?? 0;
  // Only root can give a directory away; anybody else has root's.
  const foreign = own === 0 ? dir : '/usr';
  if (own === 0) chownSync(dir, 4711, 4711);
  await privateDir(foreign, print);
  expect(lines).toEqual([expect.stringMatching(new RegExp(`^${foreign} belongs to uid (4711|0), and this is uid ${own}:`))]);
  expect((lstatSync(foreign).mode & 0o777).toString(8)).toBe('755');
});

test("the console's cache and the server's address are for their owner alone, also where they were there before", async () => {
  const path = join(dir, 'console', 'console.sqlite');
  new Cache(path).close();
  expect([mode('console'), mode('console', 'console.sqlite')]).toEqual(['700', '600']);
  chmodSync(path, 0o644);
  const cache = new Cache(path);
  const files = ['console.sqlite', 'console.sqlite-wal', 'console.sqlite-shm'].map((name) => mode('console', name));
  cache.close();
  expect(files).toEqual(['600', '600', '600']);
  await writeAddress(dir, '127.0.0.1:7233');
  expect(mode('temporal-address')).toBe('600');
});
