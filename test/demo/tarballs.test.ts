import {chmod, mkdir, mkdtemp, rm, utimes, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {gunzipSync} from 'node:zlib';
import {extract, type Header} from 'tar-stream';
import {makeTarball, sha256} from '../../src/demo/tarballs.ts';

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'tarballs.'));
});
afterEach(() => rm(dir, {recursive: true}));

/** Lays files in this order, with modes and times as a checkout may have them. */
async function lay(into: string, names: readonly string[], time: number, mask: number): Promise<string> {
  await mkdir(join(into, 'man'), {recursive: true});
  for (const name of names) {
    const path = join(into, name);
    await writeFile(path, `content of ${name}\n`);
    await chmod(path, (name === 'configure' ? 0o777 : 0o666) & ~mask);
    await utimes(path, time, time);
  }
  return into;
}

async function entriesOf(packed: Buffer): Promise<Header[]> {
  const found: Header[] = [];
  const reader = extract();
  reader.end(gunzipSync(packed));
  for await (const entry of reader) {
    found.push(entry.header);
    entry.resume();
  }
  return found;
}

const NAMES = ['z.c', 'man/a.1', 'configure', 'a.c'];

test('the same files give the same bytes, whatever their order, time and umask', async () => {
  const one = await makeTarball(await lay(join(dir, 'one'), NAMES, 1000, 0o022), 'a-1.0');
  const other = await makeTarball(await lay(join(dir, 'other'), [...NAMES].reverse(), 2000, 0o077), 'a-1.0');
  expect(sha256(other)).toBe(sha256(one));
});

test('a tarball does not depend on the machine: sorted entries below one directory, fixed time, owner and mode', async () => {
  const packed = await makeTarball(await lay(join(dir, 'one'), NAMES, 1000, 0o077), 'a-1.0');
  const entries = await entriesOf(packed);
  expect(entries.map(({name, mode}) => [name, mode])).toEqual([
    ['a-1.0/a.c', 0o644],
    ['a-1.0/configure', 0o755],
    ['a-1.0/man/a.1', 0o644],
    ['a-1.0/z.c', 0o644],
  ]);
  for (const entry of entries)
    expect(entry).toMatchObject({uid: 0, gid: 0, uname: 'root', gname: 'wheel', mtime: new Date(1_700_000_000_000)});
  expect([...packed.subarray(4, 8), packed[9]]).toEqual([0, 0, 0, 0, 255]);
});

test('different contents have different sums', async () => {
  const before = await makeTarball(await lay(join(dir, 'one'), NAMES, 1000, 0o022), 'a-1.0');
  await writeFile(join(dir, 'one', 'a.c'), 'other\n');
  expect(sha256(await makeTarball(join(dir, 'one'), 'a-1.0'))).not.toBe(sha256(before));
});
