import {createHash} from 'node:crypto';
import type {BundleRef} from '../../case/types.ts';
import {isEvidenceId} from '../names.ts';
import {StreamRefused} from './refused.ts';

/** Files of a run outside its bundles. */
export interface RunSection {
  readonly runId: string;
  readonly over: boolean;
  /** Hash by name. */
  readonly files: Map<string, string>;
}

/** A job and its bundle. */
export interface JobSection {
  readonly name: string;
  readonly hash: string;
  /** Undefined for a job without a bundle. */
  readonly bundle: BundleRef | undefined;
  readonly dirs: string[];
  /** Hash by path below the bundle. */
  readonly files: Map<string, string>;
  /** Why the bundle is refused. */
  fault?: string;
}

export interface Manifest {
  readonly runs: readonly RunSection[];
  readonly jobs: readonly JobSection[];
}

/** Most bytes of a manifest: 20 bundles of 5000 files. */
export const MAX_MANIFEST = 32 << 20;
const MAX_SECTIONS = 1000;
/** The hooks store at most 2000 of port/ and 2000 of overlay/. */
const MAX_FILES = 6000;
/** Most parts of a path: the directories above it are listed, so deep paths would take a multiple of the manifest's memory. */
const MAX_PARTS = 32;
const HASH = /^[0-9a-f]{64}$/;
const JOB = /^[A-Za-z0-9_][A-Za-z0-9._@+,-]{0,240}\.job$/;
const RUN_FILE =
  /^(run_start\.txt|run_end\.txt|results\.txt|dsynth\.ini|[A-Za-z0-9_-][A-Za-z0-9._-]{0,128}-make\.conf|0[0-6]_[a-z_]{1,40}\.log)$/;
const PATH = /^[A-Za-z0-9._+@,=~%:/ -]{1,1024}$/;

/** Parses and validates a manifest; docs/evidence.md has its lines. Throws `StreamRefused` with the line that breaks the rules. */
export function parseManifest(text: string): Manifest {
  const lines = checkedLines(text);
  const runs: RunSection[] = [];
  const jobs: JobSection[] = [];
  let run: RunSection | undefined;
  let job: JobSection | undefined;
  for (const line of lines) {
    const [word = '', first = '', ...rest] = line.split(' ');
    if (word === 'run') {
      [run, job] = [runSection(line, first, rest), undefined];
      runs.push(run);
    } else if (word === 'job') {
      [run, job] = [undefined, jobSection(line, first, rest)];
      jobs.push(job);
    } else if (word === 'r' && run) addRunFile(run, line, first, rest);
    else if (word === 'd' && job) addPath(job, line.slice(2));
    else if (word === 'f' && job) addFile(job, line, first, rest.join(' '));
    else throw broken(line);
  }
  if (runs.length + jobs.length > MAX_SECTIONS) throw new StreamRefused(`A manifest has at most ${MAX_SECTIONS} runs and jobs.`);
  for (const one of jobs) one.fault ??= conflict(one);
  return {runs, jobs};
}

/** The lines without the last, which has the hash of the others. */
function checkedLines(text: string): string[] {
  const [, body = '', hash] = /^([\s\S]*?)end ([0-9a-f]{64})\n$/.exec(text) ?? [];
  if (hash === undefined || createHash('sha256').update(body).digest('hex') !== hash)
    throw new StreamRefused('The manifest must end with the hash of its lines; it is damaged.');
  return body.split('\n').filter((line) => line !== '');
}

function broken(line: string): StreamRefused {
  return new StreamRefused(`A manifest has no such line: ${JSON.stringify(line.slice(0, 200))}.`);
}

function runSection(line: string, runId: string, [state, ...more]: string[]): RunSection {
  if (!isEvidenceId(runId) || (state !== 'over' && state !== 'open') || more.length > 0) throw broken(line);
  return {runId, over: state === 'over', files: new Map()};
}

function addRunFile(run: RunSection, line: string, hash: string, [name = '', ...more]: string[]): void {
  if (!HASH.test(hash) || !RUN_FILE.test(name) || more.length > 0 || run.files.has(name)) throw broken(line);
  run.files.set(name, hash);
}

function jobSection(line: string, name: string, [hash = '', runId = '', bundleId = '', ...more]: string[]): JobSection {
  const isAlone = runId === '-' && bundleId === '-';
  const isBundle = isEvidenceId(runId) && isEvidenceId(bundleId);
  if (!JOB.test(name) || !HASH.test(hash) || !(isAlone || isBundle) || more.length > 0) throw broken(line);
  return {name, hash, bundle: isAlone ? undefined : {runId, bundleId}, dirs: [], files: new Map()};
}

function addFile(job: JobSection, line: string, hash: string, path: string): void {
  if (!HASH.test(hash) || job.files.has(path)) throw broken(line);
  if (job.files.size >= MAX_FILES) job.fault ??= `A bundle has at most ${MAX_FILES} files.`;
  checkPath(job, path);
  job.files.set(path, hash);
}

function addPath(job: JobSection, path: string): void {
  if (job.dirs.length >= MAX_FILES) job.fault ??= `A bundle has at most ${MAX_FILES} directories.`;
  checkPath(job, path);
  job.dirs.push(path);
}

function checkPath(job: JobSection, path: string): void {
  const parts = path.split('/');
  const isSafe = PATH.test(path) && parts.every((part) => part !== '' && part !== '.' && part !== '..' && part.length <= 255);
  if (!isSafe)
    job.fault ??= `A path in a bundle is relative, without empty, "." or ".." parts, of letters, digits, blanks and ._+@,=~%:/-; got ${JSON.stringify(path.slice(0, 200))}.`;
  if (parts.length > MAX_PARTS) job.fault ??= `A path in a bundle has at most ${MAX_PARTS} parts; one has ${parts.length}.`;
}

/** Returns why the paths do not fit together: one of them is a file, and a directory for another one. */
function conflict({files, dirs, bundle}: JobSection): string | undefined {
  if (bundle === undefined) return files.size + dirs.length > 0 ? 'A job without a bundle has no files.' : undefined;
  const parents = [...files.keys(), ...dirs].flatMap(parentsOf);
  const both = [...parents, ...dirs].find((dir) => files.has(dir));
  return both === undefined ? undefined : `${both} is a file and a directory.`;
}

/** Returns the directories above a path, outermost first. */
export function parentsOf(path: string): string[] {
  const parts = path.split('/').slice(0, -1);
  return parts.map((_, at) => parts.slice(0, at + 1).join('/'));
}
