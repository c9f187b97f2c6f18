import {createHash} from 'node:crypto';
import {readdir, readFile, stat} from 'node:fs/promises';
import {join} from 'node:path';
import {gzipSync} from 'node:zlib';
import {pack} from 'tar-stream';

/** 2023-11-14T22:13:20Z; any fixed time would do. */
const MTIME = new Date(1_700_000_000_000);
/** Index of the operating system byte in a gzip header; 255 is unknown. */
const GZIP_OS = 9;

/** Makes a source tarball of `dir`, with `name` as the top directory. The same files give the same bytes on any machine. */
export async function makeTarball(dir: string, name: string): Promise<Buffer> {
  const tar = pack();
  const chunks: Buffer[] = [];
  const read = (async () => {
    for await (const chunk of tar) chunks.push(chunk as Buffer);
  })();
  for (const path of await filesBelow(dir)) {
    const executable = ((await stat(join(dir, path))).mode & 0o100) !== 0;
    const header = {
      name: `${name}/${path}`,
      mode: executable ? 0o755 : 0o644,
      mtime: MTIME,
      uid: 0,
      gid: 0,
      uname: 'root',
      gname: 'wheel',
    };
    tar.entry(header, await readFile(join(dir, path)));
  }
  tar.finalize();
  await read;
  const packed = gzipSync(Buffer.concat(chunks), {level: 9});
  packed[GZIP_OS] = 255;
  return packed;
}

async function filesBelow(dir: string): Promise<string[]> {
  const entries = await readdir(dir, {recursive: true, withFileTypes: true});
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(dir.length + 1))
    .sort();
}

/** Returns the SHA-256 of bytes, in hex. */
export function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}
