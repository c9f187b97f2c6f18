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
import {type EvalCase, type Forbidden, parseEvalCase, parseForbidden} from './eval-case.ts';
import type {EvalDir} from './run-dir.ts';

/** Contents of the optional `corpus.json`. */
export interface CorpusMetadata {
  /** `demo`: the demo's scripted model and dev-envs can be used. `ports`: the cases have the sources from which dev-envs are made. */
  readonly kind?: 'demo' | 'ports';
  /** Forms that make any fix of the corpus unclean. */
  readonly forbidden?: readonly Forbidden[];
}

export interface Corpus {
  readonly dir: string;
  readonly facts: CorpusMetadata;
  /** Sorted by name. */
  readonly cases: readonly {readonly known: EvalCase; readonly dir: string}[];
}

/** Returns the directory of a corpus, given a path or the name of one in the installation. */
export async function findCorpus(named: string): Promise<string> {
  const shipped = join(installRoot(), 'corpora');
  for (const dir of [resolve(named), join(shipped, basename(named))]) {
    if ((await stat(dir).catch(() => undefined))?.isDirectory() && (await caseDirs(dir)).length > 0) return dir;
  }
  throw new Error(
    `A corpus is a directory with one directory per case, each with case.json and bundle/; ${JSON.stringify(named)} is not. Included corpora: ${(await readdir(shipped)).join(', ')}.`,
  );
}

/** Reads a corpus. Throws an Error that names the case and the fault. */
export async function readCorpus(dir: string): Promise<Corpus> {
  const facts = JSON.parse(await readFile(join(dir, 'corpus.json'), 'utf8').catch(() => '{}')) as CorpusMetadata;
  parseForbidden(facts.forbidden, join(dir, 'corpus.json'));
  const cases = await Promise.all(
    (await caseDirs(dir)).map(async (at) => {
      const file = join(at, 'case.json');
      return {dir: at, known: parseEvalCase(await readFile(file, 'utf8'), file)};
    }),
  );
  const names = cases.map(({known}) => known.name);
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice !== undefined) throw new Error(`Names of cases must be unique in a corpus; ${dir} has ${twice} twice. Rename one.`);
  return {dir, facts, cases: cases.sort((a, b) => (a.known.name < b.known.name ? -1 : 1))};
}

async function caseDirs(dir: string): Promise<string[]> {
  const entries = (await readdir(dir, {withFileTypes: true})).filter((entry) => entry.isDirectory());
  const existing = await Promise.all(entries.map(({name}) => stat(join(dir, name, 'case.json')).catch(() => undefined)));
  return entries.filter((_, at) => existing[at] !== undefined).map(({name}) => join(dir, name));
}

/** Returns the cases whose expected classes the policy lacks, so that no model could be right. */
export function missingClasses(corpus: Corpus, policy: Policy): string[] {
  const offered = classesOf(policy);
  const expected = corpus.cases.filter(({known: {expectedClass, acceptableClasses}}) =>
    [expectedClass, ...acceptableClasses].every((one) => !offered.includes(one)),
  );
  return expected.map(({known}) => `${known.name} expects ${known.expectedClass}`);
}

/**
 * Returns the policy of an evaluation: the operator's, but no case waits for an operator, ports may fail any number of times, and the
 * evaluation has its own cap. Without `repair` every class maps to MANUAL, so that a case ends with its triage. `modelOnly` disables
 * rules and recipes.
 */
export function evalPolicy(policy: Policy, repair: boolean, modelOnly = false): Policy {
  const {limits, ...rest} = policy;
  const unlimited = 1_000_000;
  const manual = Object.fromEntries(classesOf(policy).map((name) => [name, 'MANUAL']));
  return {
    ...rest,
    classification_to_tier: repair ? policy.classification_to_tier : manual,
    ...(modelOnly ? {recipes: false, second_opinion: classesOf(policy)} : {}),
    waiting: {...policy.waiting, close_hours: 0.000_001, review_hours: 0},
    repeats: {attempts: unlimited, same_signature: unlimited, bundles: unlimited},
  };
}

/** Copies a case into the evaluation's directory, with its bundle as evidence of a separate run, and returns its report. */
export async function copyCase(to: EvalDir, from: Corpus['cases'][number], target: string): Promise<FailureReport> {
  const {known, dir} = from;
  const ids = {runId: `eval-${known.name}`, bundleId: `${known.origin.replace('/', '_')}-${known.name}`};
  const bundle = join(to.evidence(known.name), 'runs', ids.runId, 'ports', ids.bundleId);
  const analysis = join(dir, 'bundle', 'analysis');
  await rm(to.casePath(known.name), {recursive: true, force: true});
  await cp(join(dir, 'bundle'), bundle, {recursive: true, filter: (path) => path !== analysis});
  await writeFile(join(to.casePath(known.name), 'case.json'), `${JSON.stringify(known, null, 2)}\n`);
  for (const part of ['freebsd', 'repair.json']) await copyIfExists(join(dir, part), join(to.casePath(known.name), part));
  await copyIfExists(join(dir, '..', 'corpus.json'), join(to.casePath(known.name), 'corpus.json'));
  await writeMissingFiles(bundle, known);
  return {
    target,
    origin: known.origin,
    flavor: known.flavor,
    ...ids,
    profile: 'eval',
    createdUtc: new Date().toISOString(),
  };
}

async function copyIfExists(from: string, to: string): Promise<void> {
  if ((await stat(from).catch(() => undefined)) !== undefined) await cp(from, to, {recursive: true});
}

/** Writes errors.txt and meta.txt by the failure hook, where the corpus has only the full log. */
async function writeMissingFiles(bundle: string, {name, origin, flavor}: EvalCase): Promise<void> {
  const existing = (file: string): Promise<boolean> => stat(join(bundle, file)).then(Boolean, () => false);
  const wanted: string[] = [];
  for (const file of ['logs/errors.txt', 'meta.txt']) if (!(await existing(file))) wanted.push(file);
  if (wanted.length === 0) return;
  const log = await openContent(bundle, 'logs/full.log');
  if (log === undefined)
    throw new Error(`The bundle of ${name} lacks ${wanted.join(' and ')}, and logs/full.log.gz to make them from. Add the log.`);
  const place = await mkdtemp(join(tmpdir(), 'portwright-eval-'));
  try {
    await pipeline(log, createWriteStream(join(place, 'log')));
    const config = {profile: undefined, dirs: {}, target: undefined, deltaports: undefined};
    const run = await ImportedRun.open({
      root: join(place, 'evidence'),
      target: '@eval',
      profile: 'eval',
      config,
      suffix: 'imported',
    });
    const port = {origin, flavor};
    const made = await run.add(port, join(place, 'log')).finally(() => run.close());
    await mkdir(join(bundle, 'logs'), {recursive: true});
    for (const file of wanted) await cp(join(place, 'evidence', 'runs', run.runId, 'ports', made, file), join(bundle, file));
  } finally {
    await rm(place, {recursive: true, force: true});
  }
}
