/**
 * `npm run ports-corpus -- DIR [right.diff|wrong.diff]`: builds every case of corpora/ports in one dev-env with hooks, made below DIR, and replaces the bundles by
 * what the hooks stored. The sources of a case are `src/` (its distfile), `freebsd/` (the port), `also/` (other ports that it needs) and
 * `bundle/overlay/`. Fails if a port builds.
 * With the name of a diff it applies that to each overlay, writes nothing to the corpus, and prints which ports fail.
 */
import {chmod, cp, mkdir, readdir, readFile, rm, writeFile} from 'node:fs/promises';
import {join, resolve} from 'node:path';
import {execa} from 'execa';
import {makeTarball, sha256} from '../src/demo/tarballs.ts';
import {ownDevEnv} from '../src/devenv/command.ts';
import {assignmentsOf} from '../src/dops/makefile/query-makefile.ts';
import {readMakefile} from '../src/dops/makefile/read-makefile.ts';
import {type Corpus, readCorpus} from '../src/eval/prepare.ts';
import {readTexts} from '../src/eval/texts.ts';
import {keyValues} from '../src/evidence/names.ts';
import {installRoot} from '../src/setup/paths.ts';

type Case = Corpus['cases'][number];

const NAME = 'ports-corpus';
const LOGS_INSIDE = '/build/synth/logs';

const [dir, diff] = process.argv.slice(2);
if (dir === undefined)
  throw new Error('The directory for the dev-env is missing. Usage: npm run ports-corpus -- DIR [right.diff|wrong.diff]');
await main(resolve(dir), diff);

async function main(at: string, applied: string | undefined): Promise<void> {
  const {cases} = await readCorpus(join(installRoot(), 'corpora', 'ports'));
  await rm(join(at, 'trees'), {recursive: true, force: true});
  await rm(join(at, 'logs'), {recursive: true, force: true});
  await mkdir(join(at, 'logs'), {recursive: true, mode: 0o755});
  for (const one of cases) await addToTrees(one, join(at, 'trees'));
  if (applied !== undefined)
    for (const one of cases) await execa('git', ['apply', join(one.dir, applied)], {cwd: join(at, 'trees', 'DeltaPorts')});
  await build(at, cases);
  if (applied !== undefined) return;
  const stored = await storedBundles(join(at, 'logs', 'evidence', 'runs'));
  for (const one of cases) await replaceBundle(one, stored);
}

/** Adds the port, its overlay and its distfile to the trees, and its distinfo to the corpus too. */
async function addToTrees({known, dir: from}: Case, trees: string): Promise<void> {
  const others = [...(await readTexts(join(from, 'also'))).keys()].filter((path) => path.endsWith('/Makefile'));
  const home = others[0] === undefined ? join(from, 'freebsd') : join(from, 'also', others[0], '..');
  const makefile = readMakefile(await readFile(join(home, 'Makefile'), 'utf8'));
  const [name, version] = ['PORTNAME', 'DISTVERSION'].map((one) => assignmentsOf(makefile, one)[0]?.value.trim());
  const bytes = await makeTarball(join(from, 'src'), `${name}-${version}`);
  const file = `${name}-${version}.tar.gz`;
  await mkdir(join(trees, 'distfiles'), {recursive: true});
  await writeFile(join(trees, 'distfiles', file), bytes);
  const distinfo = `TIMESTAMP = 1700000000\nSHA256 (${file}) = ${sha256(bytes)}\nSIZE (${file}) = ${bytes.length}\n`;
  await writeFile(join(home, 'distinfo'), distinfo);
  await cp(join(from, 'freebsd'), join(trees, 'freebsd-ports', known.origin), {recursive: true});
  if (others.length > 0) await cp(join(from, 'also'), join(trees, 'freebsd-ports'), {recursive: true});
  const overlay = join(trees, 'DeltaPorts', 'ports', known.origin);
  await mkdir(overlay, {recursive: true});
  for (const [path, text] of await readTexts(join(from, 'bundle', 'overlay'))) {
    await mkdir(join(overlay, path, '..'), {recursive: true});
    await writeFile(join(overlay, path), text);
  }
}

/** Runs dsynth with hooks over all cases; they are expected to fail. */
async function build(at: string, cases: readonly Case[]): Promise<void> {
  const env = {PORTWRIGHT_ENVS_DIR: join(at, 'envs')};
  const run = (args: readonly string[]) => execa(ownDevEnv(), ['dev-env', ...args], {env, reject: false, stdin: 'ignore'});
  const trees = ['freebsd-ports', 'distfiles'].flatMap((name) => [`--${name}`, join(at, 'trees', name)]);
  const places = ['--delta-root', join(at, 'trees', 'DeltaPorts'), '--framework', join(installRoot(), 'demo', 'framework')];
  const hooks = await installHooks(join(at, 'hooks'));
  const logs = ['--hooks', hooks, '--bind', `${join(at, 'logs')}:${LOGS_INSIDE}`, '--logs-dir', LOGS_INSIDE];
  await run(['destroy', '--yes', NAME]);
  const created = await run(['create', '--name', NAME, '--target', '@demo', ...trees, ...places, ...logs]);
  if (created.exitCode !== 0) throw new Error(`dev-env create failed (exit ${created.exitCode}): ${created.stderr.slice(-1500)}`);
  const script = 'exec dsynth -S -y -P -p "$DPORTS_DSYNTH_PROFILE" build "$@"';
  const specs = cases.map(({known}) => (known.flavor === undefined ? known.origin : `${known.origin}@${known.flavor}`));
  const built = await run(['exec', NAME, '--', 'sh', '-c', script, 'dsynth', ...specs]);
  console.log(built.stdout, built.stderr);
}

async function installHooks(to: string): Promise<string> {
  await rm(to, {recursive: true, force: true});
  await cp(join(installRoot(), 'hooks'), to, {recursive: true});
  for (const name of (await readdir(to)).filter((file) => file.startsWith('hook_'))) await chmod(join(to, name), 0o755);
  await writeFile(join(to, 'portwright-hooks.conf'), 'PORTWRIGHT_TARGET=@demo\nDELTAPORTS_ROOT=/work/DeltaPorts\n');
  return to;
}

/** Returns the directories of the bundles of failures by origin. */
async function storedBundles(runs: string): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for (const run of await readdir(runs)) {
    for (const name of await readdir(join(runs, run, 'ports'))) {
      const bundle = join(runs, run, 'ports', name);
      const meta = keyValues(await readFile(join(bundle, 'meta.txt'), 'utf8'));
      const origin = (meta.get('origin_base') ?? meta.get('origin') ?? '').split('@')[0] ?? '';
      if (meta.get('result') === 'failure') found.set(origin, bundle);
    }
  }
  return found;
}

/** Replaces a case's bundle, with the log unpacked. */
async function replaceBundle({known, dir: to}: Case, stored: ReadonlyMap<string, string>): Promise<void> {
  const bundle = stored.get(known.origin);
  if (bundle === undefined)
    throw new Error(`${known.origin} did not fail, or the hooks stored nothing of it. See the output of dsynth above.`);
  await rm(join(to, 'bundle'), {recursive: true, force: true});
  for (const part of ['meta.txt', 'logs/errors.txt', 'port', 'overlay'])
    await cp(join(bundle, part), join(to, 'bundle', part), {recursive: true}).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT' || part !== 'overlay') throw error;
    });
  const log = await execa('gzip', ['-dc', join(bundle, 'logs', 'full.log.gz')], {stripFinalNewline: false});
  await writeFile(join(to, 'bundle', 'logs', 'full.log'), log.stdout);
}
