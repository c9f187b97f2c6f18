import {createHash} from 'node:crypto';
import {existsSync, readFileSync} from 'node:fs';
import {mkdtemp, readdir, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {DEMO_PORTS} from '../../src/demo/ports.ts';
import {createDemoTrees, type DemoTrees} from '../../src/demo/trees.ts';

let dir: string;
let trees: DemoTrees;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'trees.'));
  trees = await createDemoTrees(join(dir, 'trees'));
});
afterAll(() => rm(dir, {recursive: true}));

const ORIGINS = [...DEMO_PORTS.map((port) => port.origin), 'misc/goodport'];

/** What distinfo says of a port's one distfile, and what that file is. */
function sums(origin: string) {
  const text = readFileSync(join(trees.freebsdPorts, origin, 'distinfo'), 'utf8');
  const [, file = '', sum] = /^SHA256 \((\S+)\) = ([0-9a-f]{64})$/m.exec(text) ?? [];
  const size = Number(/^SIZE \(\S+\) = (\d+)$/m.exec(text)?.[1]);
  const bytes = readFileSync(join(trees.distfiles, file));
  return {said: sum, is: createHash('sha256').update(bytes).digest('hex'), saidSize: size, size: bytes.length};
}

test.each(ORIGINS.filter((origin) => origin !== 'security/sumtool'))('distinfo of %s is correct', (origin) => {
  const {said, is, saidSize, size} = sums(origin);
  expect(said).toBe(is);
  expect(saidSize).toBe(size);
});

test('distinfo of security/sumtool has a wrong sum and the right size', () => {
  const {said, is, saidSize, size} = sums('security/sumtool');
  expect(said).toMatch(/^[0-9a-f]{64}$/);
  expect(said).not.toBe(is);
  expect(saidSize).toBe(size);
});

test.each(ORIGINS)('%s has the files of a port', (origin) => {
  for (const file of ['Makefile', 'distinfo', 'pkg-descr', 'pkg-plist'])
    expect(readFileSync(join(trees.freebsdPorts, origin, file), 'utf8')).not.toBe('');
  expect(existsSync(join(trees.framework, 'bsd.port.mk'))).toBe(true);
});

test('created again, the trees are the same, without changes made in between', async () => {
  const files = async (): Promise<[string, string][]> => {
    const entries = await readdir(join(dir, 'trees'), {recursive: true, withFileTypes: true});
    const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
    return paths.sort().map((path) => [path, createHash('sha256').update(readFileSync(path)).digest('hex')]);
  };
  const before = await files();
  await writeFile(join(trees.deltaPorts, 'ports', 'misc', 'goodport', 'Makefile.DragonFly'), 'BROKEN= yes\n');
  expect(await createDemoTrees(join(dir, 'trees'))).toEqual(trees);
  expect(await files()).toEqual(before);
});
