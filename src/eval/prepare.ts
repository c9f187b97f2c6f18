import {createWriteStream} from 'node:fs';
import {cp, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {basename, join, resolve} from 'node:path';
import {pipeline} from 'node:stream/promises';
import {classesOf, type Policy} from '../case/policy/policy.ts';
import type {FailureReport} from '../case/types.ts';
import {ImportedRun} from '../evidence/imported-run.ts';
import {openContent} from '../evidence/reading.ts';
import {installRoot} from '../setup/paths.ts';
import {type EvalCase, parseEvalCase} from './eval-case.ts';
import type {EvalDir} from './run-dir.ts';

/** What a corpus says of itself in `corpus.json`, which it need not have. */
export interface CorpusFacts {
  /** `demo`: the demo's scripted model and dev-envs fit it. */
  readonly kind?: 'demo';
}

export interface Corpus {
  readonly dir: string;
  readonly facts: CorpusFacts;
  /** By name. */
  readonly cases: readonly {readonly known: EvalCase; readonly dir: string}[];
}

/** The directory of a corpus: a path, or the name of one that comes with the installation. */
export async function findCorpus(named: string): Promise<string> {
  const shipped = join(installRoot(), 'corpora');
  for (const dir of [resolve(named), join(shipped, basename(named))]) {
    if ((await stat(dir).catch(() => undefined))?.isDirectory() && (await caseDirs(dir)).length > 0) return dir;
  }
  throw new Error(
    `A corpus is a directory with a directory a case, each with case.json and bundle/; ${JSON.stringify(named)} is none. Those that come with Portwright: ${(await readdir(shipped)).join(', ')}.`,
  );
}

/** Reads a corpus. Throws an Error that names the case, the fault and its mend. */
export async function readCorpus(dir: string): Promise<Corpus> {
  const facts = JSON.parse(await readFile(join(dir, 'corpus.json'), 'utf8').catch(() => '{}')) as CorpusFacts;
  const cases = await Promise.all(
    (await caseDirs(dir)).map(async (at) => {
      const file = join(at, 'case.json');
      return {dir: at, known: parseEvalCase(await readFile(file, 'utf8'), file)};
    }),
  );
  const names = cases.map(({known}) => known.name);
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice !== undefined) throw new Error(`Each case of a corpus has a name of its own; ${dir} has ${twice} twice. Rename one.`);
  return {dir, facts, cases: cases.sort((a, b) => (a.known.name < b.known.name ? -1 : 1))};
}

async function caseDirs(dir: string): Promise<string[]> {
  const entries = (await readdir(dir, {withFileTypes: true})).filter((entry) => entry.isDirectory());
  const there = await Promise.all(entries.map(({name}) => stat(join(dir, name, 'case.json')).catch(() => undefined)));
  return entries.filter((_, at) => there[at] !== undefined).map(({name}) => join(dir, name));
}

/** Classes that cases expect and the policy does not offer; no model could be right there. */
export function classesMissing(corpus: Corpus, policy: Policy): string[] {
  const offered = classesOf(policy);
  const expected = corpus.cases.filter(({known: {expectedClass, acceptableClasses}}) =>
    [expectedClass, ...acceptableClasses].every((one) => !offered.includes(one)),
  );
  return expected.map(({known}) => `${known.name} expects ${known.expectedClass}`);
}

/**
 * The policy of an evaluation: the operator's own, but nobody waits for a person, a port may fail as often as it likes, and the
 * evaluation has its own cap. Without `repair` every class is for a person, so that a case ends with its triage. With `modelOnly` neither
 * rules nor recipes take the model's work.
 */
export function evalPolicy(policy: Policy, repair: boolean, modelOnly = false): Policy {
  const {limits, ...kept} = policy;
  const often = 1_000_000;
  const manual = Object.fromEntries(classesOf(policy).map((name) => [name, 'MANUAL']));
  return {
    ...kept,
    classification_to_tier: repair ? policy.classification_to_tier : manual,
    ...(modelOnly ? {recipes: false, second_opinion: classesOf(policy)} : {}),
    waiting: {...policy.waiting, close_hours: 0.000_001, review_hours: 0},
    repeats: {attempts: often, same_signature: often, bundles: often},
  };
}

/** Copies a case into the evaluation's directory, its bundle as evidence of a run of its own, and returns its report. */
export async function layCase(to: EvalDir, from: Corpus['cases'][number], target: string): Promise<FailureReport> {
  const {known, dir} = from;
  const ids = {runId: `eval-${known.name}`, bundleId: `${known.origin.replace('/', '_')}-${known.name}`};
  const bundle = join(to.evidence(known.name), 'runs', ids.runId, 'ports', ids.bundleId);
  const analysis = join(dir, 'bundle', 'analysis');
  await rm(to.casePath(known.name), {recursive: true, force: true});
  await cp(join(dir, 'bundle'), bundle, {recursive: true, filter: (path) => path !== analysis});
  await writeFile(join(to.casePath(known.name), 'case.json'), `${JSON.stringify(known, null, 2)}\n`);
  await writeErrors(bundle, known);
  return {
    target,
    origin: known.origin,
    flavor: known.flavor,
    ...ids,
    profile: 'eval',
    createdUtc: new Date().toISOString(),
  };
}

/** errors.txt as the hook makes it of the whole log, where the corpus has only that; meta.txt likewise. */
async function writeErrors(bundle: string, {name, origin, flavor}: EvalCase): Promise<void> {
  const there = (file: string): Promise<boolean> => stat(join(bundle, file)).then(Boolean, () => false);
  const wanted: string[] = [];
  for (const file of ['logs/errors.txt', 'meta.txt']) if (!(await there(file))) wanted.push(file);
  if (wanted.length === 0) return;
  const log = await openContent(bundle, 'logs/full.log');
  if (log === undefined)
    throw new Error(`The bundle of ${name} lacks ${wanted.join(' and ')}, and logs/full.log.gz to make it of. Add one.`);
  const place = await mkdtemp(join(tmpdir(), 'portwright-eval-'));
  try {
    await pipeline(log, createWriteStream(join(place, 'log')));
    const config = {profile: undefined, dirs: {}, target: undefined, deltaports: undefined};
    const run = await ImportedRun.open({
      root: join(place, 'evidence'),
      target: '@eval',
      profile: 'eval',
      config,
      word: 'imported',
    });
    const port = {origin, flavor};
    const made = await run.add(port, join(place, 'log')).finally(() => run.close());
    await mkdir(join(bundle, 'logs'), {recursive: true});
    for (const file of wanted) await cp(join(place, 'evidence', 'runs', run.runId, 'ports', made, file), join(bundle, file));
  } finally {
    await rm(place, {recursive: true, force: true});
  }
}
