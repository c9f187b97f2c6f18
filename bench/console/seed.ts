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
import {SeededRandom} from '../seeded-random.ts';
import {analysisFiles, type Files, hookFiles, keyValueLines, lastDiff, runDirs} from './files.ts';
import {createPlan, type Failure, hookTimestamp, type PlannedCase, type PlannedRun} from './plan.ts';
import {type Session, writeSessions} from './sessions.ts';
import {earlierCase, simulateCase} from './simulated-case.ts';

/** Increased with each change of the seeded evidence; evidence of another version is regenerated. */
const VERSION = 2;
/** Number of successful ports of a run. */
const BUILT_PORTS = 5000;

/**
 * Returns a log directory below `dir` with evidence of so many cases. It is reused by later calls with the same version, number
 * of cases and UTC day, since some cases are from today.
 */
export async function ensureSeededLogs(dir: string, cases: number, log: (line: string) => void): Promise<string> {
  const now = Date.now();
  const name = `v${VERSION}-${cases}-${new Date(now).toISOString().slice(0, 10)}`;
  const target = join(dir, name);
  const existing = await readdir(dir).catch(() => [] as string[]);
  if (existing.includes(name)) {
    log(`reusing the evidence in ${target}`);
    return join(target, 'logs');
  }
  log(`generating the evidence of ${cases} cases in ${target}, 1.5 GB for 10,000`);
  const temporary = join(dir, `.${randomUUID()}`);
  await new Seeder(join(temporary, 'logs', 'evidence'), log).write(cases, now);
  await rename(temporary, target);
  log(`generated in ${((Date.now() - now) / 1000).toFixed(1)} s`);
  // Last, because ext4 creates files several times slower right after many were removed.
  for (const old of existing) await rm(join(dir, old), {recursive: true, force: true});
  return join(target, 'logs');
}

/** Writes the evidence, synchronously: 200,000 small files take a third of the time. */
class Seeder {
  readonly #root: string;
  readonly #log: (line: string) => void;
  readonly #store: RecordStore;
  readonly #random = new SeededRandom(7);
  /** Existing directories. */
  readonly #createdDirs = new Set<string>();
  readonly #runCases = new Map<string, RunCase[]>();
  readonly #errorLines: Record<string, string> = {};

  constructor(root: string, log: (line: string) => void) {
    this.#root = root;
    this.#log = log;
    this.#store = new RecordStore(root);
  }

  async write(cases: number, now: number): Promise<void> {
    const plan = createPlan(cases, now);
    await mkdir(this.#root, {recursive: true});
    const sessions = await writeSessions(this.#store, this.#random);
    const ended = new Map<PlannedCase, ReturnType<typeof earlierCase>>();
    const joined = new Set<Failure>();
    for (const [at, planned] of plan.cases.entries()) {
      const status = this.#case(
        planned,
        sessions,
        planned.earlier.flatMap((one) => ended.get(one) ?? []),
        at,
      );
      if (status.outcome !== null) ended.set(planned, earlierCase(status));
      for (const failure of planned.failures) joined.add(failure);
      if (at % 1000 === 999) this.#log(`${at + 1} cases`);
    }
    for (const run of plan.runs) {
      for (const failure of run.failures.filter((one) => !joined.has(one)))
        this.#write(failure, hookFiles(failure, this.#random).files);
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
    const failures = planned.failures.map((failure) => ({failure, ...hookFiles(failure, this.#random)}));
    const signatures = failures.map(({causes}) => causes.signature);
    const errorLines = failures.map(({causes}) => causes.findings[0]?.text ?? '');
    const simulated = simulateCase({planned, signatures, errorLines, earlier, sessions, seed});
    const diff = lastDiff(simulated);
    for (const {failure, files, causes} of failures) {
      const analysis = analysisFiles(simulated, causes, failure);
      this.#write(failure, {...files, ...analysis, ...(diff === undefined ? {} : {'analysis/changes.diff': diff})});
      this.#errorLines[causes.signature] ??= causes.findings[0]?.text ?? '';
    }
    for (const [id, text] of simulated.diffs) this.#writeFile(this.#store.path(id), text);
    this.#joinRun(simulated.status);
    return simulated.status;
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
    if (!this.#createdDirs.has(dir)) mkdirSync(dir, {recursive: true});
    this.#createdDirs.add(dir);
    writeFileSync(path, content);
  }

  #run({runId, profile, target, start, end, failures}: PlannedRun): void {
    const dir = join(this.#root, 'runs', runId);
    const counts = {built: BUILT_PORTS, failed: failures.length, ignored: 12, skipped: 85};
    const results = resultsText(start, failures, counts);
    const ended: RunEnd | undefined =
      end === undefined ? undefined : {kind: 'ended', atUtc: new Date(end).toISOString(), ...counts};
    const report = {
      runId,
      root: this.#root,
      profile,
      target,
      startedUtc: new Date(start).toISOString(),
      portsQueued: BUILT_PORTS + 400,
      results: {bytes: results.length, ...counts},
      end: ended,
    };
    const state = {
      runId,
      report,
      cases: this.#runCases.get(runId) ?? [],
      errorLines: this.#errorLines,
      past: {cases: 0, usage: NO_USAGE},
    };
    const summary = summarise(state);
    const began = {
      ts_utc: hookTimestamp(start),
      profile,
      ports_queued: BUILT_PORTS + 400,
      ...runDirs(target),
      run_id: runId,
      target,
    };
    const files = {
      'run_start.txt': keyValueLines(began),
      'results.txt': results,
      ...(ended === undefined ? {} : {'run_end.txt': keyValueLines(endKeys(end ?? 0, profile, counts))}),
      'summary.json': `${JSON.stringify(summary, null, 2)}\n`,
      'summary.md': runMarkdown(summary),
    };
    for (const [name, content] of Object.entries(files)) this.#writeFile(join(dir, name), content);
  }
}

function endKeys(end: number, profile: string, counts: Readonly<Record<string, number>>): Record<string, string | number> {
  const ports = Object.entries(counts).map(([what, lines]) => [`ports_${what}`, lines] as const);
  return {ts_utc: hookTimestamp(end), profile, ...Object.fromEntries(ports)};
}

/** Renders results.txt: one line per port, with origin, flavor, package file, result, time and bundle. */
function resultsText(start: number, failures: readonly Failure[], counts: Readonly<Record<string, number>>): string {
  const line = (result: string, nth: number): string =>
    [`devel/${result}-${nth}`, '', `${result}-${nth}-1.0.txz`, result, hookTimestamp(start + nth * 1000), ''].join('\t');
  const resultLines = (result: string, count = 0): string[] => Array.from({length: count}, (_, nth) => line(result, nth));
  const failed = failures.map(({port, pkgname, at, bundleId}) =>
    [port.origin, port.flavor ?? '', `${pkgname}.txz`, 'failure', hookTimestamp(at), bundleId].join('\t'),
  );
  const lines = [
    ...resultLines('success', counts.built),
    ...resultLines('ignored', counts.ignored),
    ...resultLines('skipped', counts.skipped),
    ...failed,
  ];
  return `${lines.join('\n')}\n`;
}
