/**
 * `npm run ports-corpus -- DIR [right.diff|wrong.diff]`: builds every case of corpora/ports in one dev-env with hooks, made below DIR, and replaces the bundles by
 * what the hooks stored. The sources of a case are `src/` (its distfile), `freebsd/` (the port), `also/` (other ports that it needs) and
 * `bundle/overlay/`. Fails if a port builds.
 * With the name of a diff it applies that to each overlay, writes nothing to the corpus, and prints which ports fail.
 */
import {cp, mkdir, readdir, readFile, rm, writeFile} from 'node:fs/promises';
import {join, resolve} from 'node:path';
import {execa} from 'execa';
import {installHooks, LOGS_INSIDE, recreateEnv} from '../src/demo/envs.ts';
import {ownDevEnv} from '../src/devenv/command.ts';
import {corpusEnvOptions} from '../src/eval/corpus-envs.ts';
import {type CorpusTrees, storeDistinfo, writeCorpusTrees} from '../src/eval/corpus-trees.ts';
import {type Corpus, readCorpus} from '../src/eval/prepare.ts';
import {keyValues} from '../src/evidence/names.ts';
import {installRoot} from '../src/setup/paths.ts';
import {largeConfigure} from './large-configure.ts';

type Case = Corpus['cases'][number];

const NAME = 'ports-corpus';

const [dir, diff] = process.argv.slice(2);
if (dir === undefined)
  throw new Error('The directory for the dev-env is missing. Usage: npm run ports-corpus -- DIR [right.diff|wrong.diff]');
await main(resolve(dir), diff);

async function main(at: string, applied: string | undefined): Promise<void> {
  const corpus = join(installRoot(), 'corpora', 'ports');
  await writeFile(join(corpus, 'manychecks', 'src', 'configure'), largeConfigure(), {mode: 0o755});
  const {cases} = await readCorpus(corpus);
  await rm(join(at, 'logs'), {recursive: true, force: true});
  await mkdir(join(at, 'logs'), {recursive: true, mode: 0o755});
  const trees = await writeCorpusTrees({cases}, join(at, 'trees'));
  if (applied !== undefined)
    for (const one of cases) await execa('git', ['apply', join(one.dir, applied)], {cwd: trees.deltaPorts});
  await build(at, trees, cases);
  if (applied !== undefined) return;
  const stored = await storedBundles(join(at, 'logs', 'evidence', 'runs'));
  for (const one of cases) {
    await storeDistinfo(one, trees);
    await replaceBundle(one, stored);
  }
}

/** Runs dsynth with hooks over all cases; they are expected to fail. */
async function build(at: string, trees: CorpusTrees, cases: readonly Case[]): Promise<void> {
  const env = {PORTWRIGHT_ENVS_DIR: join(at, 'envs')};
  const run = (args: readonly string[]) => execa(ownDevEnv(), ['dev-env', ...args], {env, reject: false, stdin: 'ignore'});
  const hooks = await installHooks(join(at, 'hooks'));
  const logs = ['--hooks', hooks, '--bind', `${join(at, 'logs')}:${LOGS_INSIDE}`, '--logs-dir', LOGS_INSIDE];
  await recreateEnv(NAME, [...corpusEnvOptions(trees), ...logs], env);
  const script = 'exec dsynth -S -y -P -p "$DPORTS_DSYNTH_PROFILE" build "$@"';
  const specs = cases.map(({known}) => (known.flavor === undefined ? known.origin : `${known.origin}@${known.flavor}`));
  const built = await run(['exec', NAME, '--', 'sh', '-c', script, 'dsynth', ...specs]);
  console.log(built.stdout, built.stderr);
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
