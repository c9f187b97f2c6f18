import {randomUUID} from 'node:crypto';
import {mkdirSync, writeFileSync} from 'node:fs';
import {mkdir, readdir, rename, rm} from 'node:fs/promises';
import {dirname, join} from 'node:path';
import {runMarkdown, summarise} from '../../src/case/run/run-summary.ts';
import type {RunCase, RunEnd} from '../../src/case/run/run-totals.ts';
import type {CaseStatus} from '../../src/case/status.ts';
import {NO_USAGE} from '../../src/case/types.ts';
import {RecordStore} from '../../src/evidence/store.ts';
import {caseId} from '../../src/protocol/workflow-ids.ts';
import {Dice} from './dice.ts';
import {analysisFiles, dirs, type Files, hookFiles, keyed, lastDiff} from './files.ts';
import {type Failure, type PlannedCase, type PlannedRun, planOf, stampOf} from './plan.ts';
import {keepSessions, type Session} from './sessions.ts';
import {earlierCase, tellCase} from './story.ts';

/** Goes up with each change of what is seeded: evidence of another version is made anew. */
const VERSION = 1;
/** Ports of a run that build. */
const BUILT = 5000;

/**
 * A log directory with the evidence of so many cases below `dir`. What an earlier call made is used again, unless it is of another version, another number
 * of cases or another day by UTC: some of them are of today.
 */
export async function seededLogs(dir: string, cases: number, say: (line: string) => void): Promise<string> {
  const now = Date.now();
  const name = `v${VERSION}-${cases}-${new Date(now).toISOString().slice(0, 10)}`;
  const whole = join(dir, name);
  const before = await readdir(dir).catch(() => [] as string[]);
  if (before.includes(name)) {
    say(`the evidence in ${whole} is used again`);
    return join(whole, 'logs');
  }
  say(`the evidence of ${cases} cases is made in ${whole}, 1.5 GB for 10,000`);
  const aside = join(dir, `.${randomUUID()}`);
  await new Seeder(join(aside, 'logs', 'evidence'), say).make(cases, now);
  await rename(aside, whole);
  say(`it took ${((Date.now() - now) / 1000).toFixed(1)} s`);
  // Behind: ext4 makes files several times slower right after many were removed.
  for (const old of before) await rm(join(dir, old), {recursive: true, force: true});
  return join(whole, 'logs');
}

/** Files are written synchronously: some 200,000 small ones are ready in a third of the time. */
class Seeder {
  readonly #root: string;
  readonly #say: (line: string) => void;
  readonly #store: RecordStore;
  readonly #dice = new Dice(7);
  /** Directories that are there. */
  readonly #made = new Set<string>();
  readonly #runCases = new Map<string, RunCase[]>();
  readonly #errorLines: Record<string, string> = {};

  constructor(root: string, say: (line: string) => void) {
    this.#root = root;
    this.#say = say;
    this.#store = new RecordStore(root);
  }

  async make(cases: number, now: number): Promise<void> {
    const plan = planOf(cases, now);
    await mkdir(this.#root, {recursive: true});
    const sessions = await keepSessions(this.#store, this.#dice);
    const ended = new Map<PlannedCase, ReturnType<typeof earlierCase>>();
    const taken = new Set<Failure>();
    for (const [at, planned] of plan.cases.entries()) {
      const status = this.#case(
        planned,
        sessions,
        planned.earlier.flatMap((one) => ended.get(one) ?? []),
        at,
      );
      if (status.outcome !== null) ended.set(planned, earlierCase(status));
      for (const failure of planned.failures) taken.add(failure);
      if (at % 1000 === 999) this.#say(`${at + 1} cases`);
    }
    for (const run of plan.runs) {
      for (const failure of run.failures.filter((one) => !taken.has(one)))
        this.#write(failure, hookFiles(failure, this.#dice).files);
      this.#run(run);
    }
    writeFileSync(join(this.#root, '.current_run'), `${plan.runs.at(-1)?.runId}\n`);
  }

  #case(
    planned: PlannedCase,
    sessions: readonly Session[],
    earlier: readonly ReturnType<typeof earlierCase>[],
    seed: number,
  ): CaseStatus {
    const kept = planned.failures.map((failure) => ({failure, ...hookFiles(failure, this.#dice)}));
    const signatures = kept.map(({causes}) => causes.signature);
    const errorLines = kept.map(({causes}) => causes.findings[0]?.text ?? '');
    const told = tellCase({planned, signatures, errorLines, earlier, sessions, seed});
    const diff = lastDiff(told);
    for (const {failure, files, causes} of kept) {
      const analysis = analysisFiles(told, causes, failure);
      this.#write(failure, {...files, ...analysis, ...(diff === undefined ? {} : {'analysis/changes.diff': diff})});
      this.#errorLines[causes.signature] ??= causes.findings[0]?.text ?? '';
    }
    for (const [id, text] of told.diffs) this.#writeFile(this.#store.path(id), text);
    this.#joinRun(told.status);
    return told.status;
  }

  #joinRun({port, bundle, signature, phase, outcome, triage, usage}: CaseStatus): void {
    if (bundle === null) return;
    const {runId, bundleId} = bundle;
    const classification = triage?.classification ?? null;
    const joined = {caseId: caseId(port), bundleId, signature, phase, outcome, classification, usage};
    this.#runCases.set(runId, [...(this.#runCases.get(runId) ?? []), joined]);
  }

  #write({runId, bundleId}: Failure, files: Files): void {
    const dir = join(this.#root, 'runs', runId, 'ports', bundleId);
    for (const [path, content] of Object.entries(files)) this.#writeFile(join(dir, path), content);
  }

  #writeFile(path: string, content: string | Uint8Array): void {
    const dir = dirname(path);
    if (!this.#made.has(dir)) mkdirSync(dir, {recursive: true});
    this.#made.add(dir);
    writeFileSync(path, content);
  }

  #run({runId, profile, target, start, end, failures}: PlannedRun): void {
    const dir = join(this.#root, 'runs', runId);
    const counts = {built: BUILT, failed: failures.length, ignored: 12, skipped: 85};
    const results = resultsOf(start, failures, counts);
    const ended: RunEnd | undefined =
      end === undefined ? undefined : {kind: 'ended', atUtc: new Date(end).toISOString(), ...counts};
    const report = {
      ...{runId, root: this.#root, profile, target, startedUtc: new Date(start).toISOString(), portsQueued: BUILT + 400},
      ...{results: {bytes: results.length, ...counts}, end: ended},
    };
    const state = {
      runId,
      report,
      cases: this.#runCases.get(runId) ?? [],
      errorLines: this.#errorLines,
      past: {cases: 0, usage: NO_USAGE},
    };
    const summary = summarise(state);
    const began = {ts_utc: stampOf(start), profile, ports_queued: BUILT + 400, ...dirs(target), run_id: runId, target};
    const files = {
      'run_start.txt': keyed(began),
      'results.txt': results,
      ...(ended === undefined ? {} : {'run_end.txt': keyed(endKeys(end ?? 0, profile, counts))}),
      'summary.json': `${JSON.stringify(summary, null, 2)}\n`,
      'summary.md': runMarkdown(summary),
    };
    for (const [name, content] of Object.entries(files)) this.#writeFile(join(dir, name), content);
  }
}

function endKeys(end: number, profile: string, counts: Readonly<Record<string, number>>): Record<string, string | number> {
  const ports = Object.entries(counts).map(([what, many]) => [`ports_${what}`, many] as const);
  return {ts_utc: stampOf(end), profile, ...Object.fromEntries(ports)};
}

/** results.txt: a line a port, with origin, flavor, package file, result, time and bundle. */
function resultsOf(start: number, failures: readonly Failure[], counts: Readonly<Record<string, number>>): string {
  const line = (result: string, nth: number): string =>
    [`devel/${result}-${nth}`, '', `${result}-${nth}-1.0.txz`, result, stampOf(start + nth * 1000), ''].join('\t');
  const many = (result: string, count = 0): string[] => Array.from({length: count}, (_, nth) => line(result, nth));
  const failed = failures.map(({port, pkgname, at, bundleId}) =>
    [port.origin, port.flavor ?? '', `${pkgname}.txz`, 'failure', stampOf(at), bundleId].join('\t'),
  );
  const lines = [
    ...many('success', counts.built),
    ...many('ignored', counts.ignored),
    ...many('skipped', counts.skipped),
    ...failed,
  ];
  return `${lines.join('\n')}\n`;
}
