import {cp, mkdir, readFile, rm, stat, writeFile} from 'node:fs/promises';
import {dirname, join} from 'node:path';
import {makeTarball, sha256} from '../demo/tarballs.ts';
import {assignmentsOf} from '../dops/makefile/query-makefile.ts';
import {readMakefile} from '../dops/makefile/read-makefile.ts';
import type {Corpus} from './prepare.ts';
import {readTexts} from './texts.ts';

type Case = Corpus['cases'][number];

/** Source directories of the dev-envs of a corpus. */
export interface CorpusTrees {
  readonly freebsdPorts: string;
  readonly deltaPorts: string;
  readonly distfiles: string;
}

/** Returns the paths of the trees below a directory. */
export function corpusTrees(dir: string): CorpusTrees {
  return {freebsdPorts: join(dir, 'freebsd-ports'), deltaPorts: join(dir, 'DeltaPorts'), distfiles: join(dir, 'distfiles')};
}

/**
 * Replaces `dir` by the trees in which the cases of a corpus fail: `src/` of a case becomes its distfile, `freebsd/` its port, `also/` other
 * ports that it needs, and `bundle/overlay/` its overlay. distinfo is made for the distfile.
 */
export async function writeCorpusTrees({cases}: Pick<Corpus, 'cases'>, dir: string): Promise<CorpusTrees> {
  const trees = corpusTrees(dir);
  await rm(dir, {recursive: true, force: true});
  for (const path of [trees.freebsdPorts, trees.distfiles, join(trees.deltaPorts, 'ports')]) await mkdir(path, {recursive: true});
  for (const one of cases) await addCase(one, trees);
  return trees;
}

async function addCase(one: Case, trees: CorpusTrees): Promise<void> {
  const {known, dir} = one;
  const places = caseTrees(known.origin, trees);
  for (const [part, to] of Object.entries(places)) await copyIfExists(join(dir, part), to);
  const {part, path, makefile} = await homeOf(dir);
  const distinfo = join(places[part], path, 'distinfo');
  await writeFile(distinfo, await writeDistfile(join(dir, 'src'), makefile, trees));
}

/** Parts of a case that are copied into the trees, with their places there. */
type Part = 'freebsd' | 'also' | 'bundle/overlay';

function caseTrees(origin: string, {freebsdPorts, deltaPorts}: CorpusTrees): Readonly<Record<Part, string>> {
  return {
    freebsd: join(freebsdPorts, origin),
    also: freebsdPorts,
    'bundle/overlay': join(deltaPorts, 'ports', origin),
  };
}

/** Where the port of a case is that names the distfile: a part of the case, and a path below it. */
interface Home {
  readonly part: Part;
  readonly path: string;
  readonly makefile: string;
}

/** Returns where the distinfo of a case belongs: to the master of a slave port, to FreeBSD's port, or to a new port of the overlay. */
async function homeOf(dir: string): Promise<Home> {
  const masters = [...(await readTexts(join(dir, 'also'))).keys()].filter((path) => path.endsWith('/Makefile'));
  const places: readonly (readonly [Part, string])[] = [
    ...masters.map((path) => ['also', dirname(path)] as const),
    ['freebsd', '.'],
    ['bundle/overlay', 'newport'],
  ];
  for (const [part, path] of places) {
    const makefile = await readFile(join(dir, part, path, 'Makefile'), 'utf8').catch(() => undefined);
    if (makefile !== undefined) return {part, path, makefile};
  }
  throw new Error(
    `A case that is built has freebsd/Makefile or bundle/overlay/newport/Makefile; ${dir} has neither. Add the port.`,
  );
}

/** Copies the distinfo that the trees have for a case back into the case. */
export async function storeDistinfo({known, dir}: Case, trees: CorpusTrees): Promise<void> {
  const {part, path} = await homeOf(dir);
  await cp(join(caseTrees(known.origin, trees)[part], path, 'distinfo'), join(dir, part, path, 'distinfo'));
}

/** Packs the distfile that a Makefile names, and returns its distinfo. */
async function writeDistfile(src: string, makefile: string, {distfiles}: CorpusTrees): Promise<string> {
  const read = readMakefile(makefile);
  const [name, version] = ['PORTNAME', 'DISTVERSION'].map((one) => assignmentsOf(read, one)[0]?.value.trim());
  const bytes = await makeTarball(src, `${name}-${version}`);
  const file = `${name}-${version}.tar.gz`;
  await writeFile(join(distfiles, file), bytes);
  return `TIMESTAMP = 1700000000\nSHA256 (${file}) = ${sha256(bytes)}\nSIZE (${file}) = ${bytes.length}\n`;
}

async function copyIfExists(from: string, to: string): Promise<void> {
  if ((await stat(from).catch(() => undefined)) !== undefined) await cp(from, to, {recursive: true});
}
