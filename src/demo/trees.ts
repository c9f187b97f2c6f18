import {cp, mkdir, readdir, readFile, rm, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {assignmentsOf} from '../dops/makefile/query-makefile.ts';
import {readMakefile} from '../dops/makefile/read-makefile.ts';
import {installRoot} from '../setup/paths.ts';
import {makeTarball, sha256} from './tarballs.ts';

/** Source directories of a dev-env. */
export interface DemoTrees {
  readonly freebsdPorts: string;
  readonly deltaPorts: string;
  readonly distfiles: string;
  readonly framework: string;
}

/** The port whose distinfo has a wrong checksum on purpose. */
const BAD_CHECKSUM_PORT = 'sumtool';

/** Replaces `into` by the demo's ports trees, with tarballs and distinfo. */
export async function createDemoTrees(into: string): Promise<DemoTrees> {
  const from = join(installRoot(), 'demo');
  const trees = {
    freebsdPorts: join(into, 'freebsd-ports'),
    deltaPorts: join(into, 'DeltaPorts'),
    distfiles: join(into, 'distfiles'),
    framework: join(from, 'framework'),
  };
  await rm(into, {recursive: true, force: true});
  await mkdir(trees.distfiles, {recursive: true});
  await cp(join(from, 'ports', 'freebsd-ports'), trees.freebsdPorts, {recursive: true});
  await cp(join(from, 'ports', 'DeltaPorts'), trees.deltaPorts, {recursive: true});
  for (const source of await readdir(join(from, 'ports', 'src')))
    await writeDistfile(join(from, 'ports', 'src', source), source, trees);
  return trees;
}

async function writeDistfile(dir: string, source: string, trees: DemoTrees): Promise<void> {
  const file = `${source}.tar.gz`;
  const bytes = await makeTarball(dir, source);
  await writeFile(join(trees.distfiles, file), bytes);
  const port = await findPortDir(source, trees.freebsdPorts);
  const sum = sha256(source.startsWith(`${BAD_CHECKSUM_PORT}-`) ? Buffer.concat([bytes, Buffer.from('x')]) : bytes);
  await writeFile(
    join(port, 'distinfo'),
    `TIMESTAMP = 1700000000\nSHA256 (${file}) = ${sum}\nSIZE (${file}) = ${bytes.length}\n`,
  );
}

/** Returns the directory of the port that builds `name-version`. Throws if there is none. */
async function findPortDir(source: string, ports: string): Promise<string> {
  for (const category of await readdir(ports)) {
    for (const name of await readdir(join(ports, category))) {
      const makefile = await readFile(join(ports, category, name, 'Makefile'), 'utf8').catch(() => '');
      const [version] = assignmentsOf(readMakefile(makefile), 'DISTVERSION');
      if (`${name}-${version?.value.trim()}` === source) return join(ports, category, name);
    }
  }
  throw new Error(
    `demo/ports/src/${source} belongs to no port below demo/ports/freebsd-ports. Add the port or remove the source.`,
  );
}
