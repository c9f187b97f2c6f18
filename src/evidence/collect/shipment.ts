import {mkdir, rename} from 'node:fs/promises';
import {join} from 'node:path';
import {MAX_JOB_BYTES, parseJob} from '../job.ts';
import {EVIDENCE_DIR} from '../modes.ts';
import {readUnlinkedFile} from '../regular-file.ts';
import {runDir} from '../runs.ts';
import type {Answer} from './answers.ts';
import type {Entry} from './entry.ts';
import {bundleDir, IncomingBundle, isThere} from './incoming-bundle.ts';
import {syncDir, writeVerified} from './incoming-file.ts';
import type {JobSection, Manifest, RunSection} from './manifest.ts';
import {hasJob, placeJob} from './place-job.ts';
import {HashMismatch, StreamRefused, TooLarge} from './refused.ts';

export interface ShipmentOptions {
  readonly root: string;
  /** Directory in which files arrive. */
  readonly dir: string;
  /** Path of the host's own directory in the stream. */
  readonly stage: string;
  readonly manifest: Manifest;
  readonly answer: (answer: Answer) => void | Promise<void>;
  readonly otherRoots?: readonly string[];
  readonly step?: (what: string) => Promise<void>;
}

/** A job with its bundle, as far as they have arrived. */
interface IncomingJob {
  readonly section: JobSection;
  /** Undefined without a bundle, or if it is here already. */
  readonly bundle: IncomingBundle | undefined;
}

/** Most bytes of results.txt or a list. */
const MAX_RUN_FILE = 1 << 28;

/** The files that a manifest names, on their way to their places. */
export class Shipment {
  readonly stage: string;
  readonly #options: ShipmentOptions;
  /** What to do with each file, by its path in the stream; undefined: to skip it. */
  readonly #expected = new Map<string, ((entry: Entry) => Promise<void>) | undefined>();
  readonly #open = new Set<JobSection>();
  readonly #openRuns = new Set<RunSection>();

  static async open(options: ShipmentOptions): Promise<Shipment> {
    const shipment = new Shipment(options);
    for (const run of options.manifest.runs) await shipment.#expectRun(run);
    for (const [at, job] of options.manifest.jobs.entries()) await shipment.#expectJob(job, join(options.dir, String(at)));
    return shipment;
  }

  private constructor(options: ShipmentOptions) {
    this.#options = options;
    this.stage = options.stage;
  }

  /** Whether nothing of the manifest is still to come. */
  get isStored(): boolean {
    return this.#open.size === 0 && this.#openRuns.size === 0;
  }

  /** Stores the next file. Throws `StreamRefused` if the manifest does not name it, or it came before. */
  async take(entry: Entry): Promise<void> {
    const {name} = entry.header;
    if (!this.#expected.has(name))
      throw new StreamRefused(
        `The stream has a file that its manifest does not name, or has it twice: ${JSON.stringify(name.slice(0, 200))}.`,
      );
    const store = this.#expected.get(name);
    this.#expected.delete(name);
    if (store) await store(entry);
    entry.resume();
  }

  /** Answers what has not arrived although the stream is complete. */
  async finish(): Promise<void> {
    for (const job of this.#open)
      await this.#settle(job, {
        kind: 'later',
        job: job.name,
        reason: 'A file that its manifest names did not come; it changed while it was sent.',
      });
  }

  async #expectRun(run: RunSection): Promise<void> {
    const {stage} = this;
    // Several hosts have the run of a profile's package hooks without a run.
    const other = run.runId.endsWith('-unknown') ? undefined : await this.#otherRoot(join('runs', run.runId));
    if (other !== undefined)
      throw new StreamRefused(
        `Run ${run.runId} is in ${other} already: another host has the same id, or this host's evidence is read from a mount too. Take that out of LOGS_ROOT.`,
      );
    const sizes = new Map<string, number>();
    this.#openRuns.add(run);
    for (const [name, hash] of run.files)
      this.#expect(`${stage}/runs/${run.runId}/${name}`, async (entry) => {
        sizes.set(name, await this.#storeRunFile(run.runId, name, hash, entry));
        if (sizes.size === run.files.size) await this.#closeRun(run, sizes);
      });
    if (run.files.size === 0) await this.#closeRun(run, sizes);
  }

  async #closeRun(run: RunSection, files: ReadonlyMap<string, number>): Promise<void> {
    this.#openRuns.delete(run);
    await this.#step('answer a run');
    await this.#options.answer({kind: 'run', runId: run.runId, over: run.over, files});
  }

  async #storeRunFile(runId: string, name: string, hash: string, entry: Entry): Promise<number> {
    const {dir, root} = this.#options;
    if (entry.header.size > MAX_RUN_FILE)
      throw new StreamRefused(`A file of a run has at most ${MAX_RUN_FILE} bytes; ${name} has more.`);
    const aside = join(dir, name);
    const size = await writeVerified(aside, entry, {hash, name: `${runId}/${name}`});
    await this.#step('store a file of a run');
    await mkdir(runDir(root, runId), EVIDENCE_DIR);
    await rename(aside, join(runDir(root, runId), name));
    await syncDir(runDir(root, runId));
    return size;
  }

  async #expectJob(section: JobSection, dir: string): Promise<void> {
    const {root} = this.#options;
    const {name, bundle: ref, files} = section;
    this.#open.add(section);
    const isStored = await hasJob(root, name);
    const other = ref && (await this.#otherRoot(join('runs', ref.runId, 'ports', ref.bundleId)));
    if (other !== undefined) section.fault ??= `Bundle ${ref?.bundleId} of run ${ref?.runId} is in ${other} already.`;
    const needsBundle = ref !== undefined && !isStored && section.fault === undefined && !(await isThere(bundleDir(root, ref)));
    const bundle = needsBundle ? new IncomingBundle(dir, ref, section) : undefined;
    const job: IncomingJob = {section, bundle};
    await bundle?.open();
    if (ref)
      for (const path of files.keys())
        this.#expect(
          `runs/${ref.runId}/ports/${ref.bundleId}/${path}`,
          bundle && ((entry) => this.#storeFile(job, bundle, path, entry)),
        );
    const isOver = isStored || section.fault !== undefined;
    this.#expect(`queue/pending/${name}`, isOver ? undefined : (entry) => this.#storeJob(job, `${dir}.job`, entry));
    if (isStored) await this.#settle(section, {kind: 'done', job: name});
    else if (section.fault !== undefined) await this.#settle(section, {kind: 'fail', job: name, reason: section.fault});
  }

  #expect(path: string, store: ((entry: Entry) => Promise<void>) | undefined): void {
    if (this.#expected.has(path)) throw new StreamRefused(`The manifest names ${JSON.stringify(path.slice(0, 200))} twice.`);
    this.#expected.set(path, store);
  }

  async #storeFile({section}: IncomingJob, bundle: IncomingBundle, path: string, entry: Entry): Promise<void> {
    if (!this.#open.has(section)) return;
    await this.#orRefuse(section, async () => {
      await bundle.write(path, entry.header.size, entry);
    });
  }

  /** The job comes last: its bundle is complete, or something of it is missing. */
  async #storeJob({section, bundle}: IncomingJob, path: string, entry: Entry): Promise<void> {
    const {root} = this.#options;
    const {name, hash} = section;
    if (!this.#open.has(section)) return;
    await this.#orRefuse(section, async () => {
      if (entry.header.size > MAX_JOB_BYTES) throw new TooLarge(`A job has at most ${MAX_JOB_BYTES} bytes; ${name} has more.`);
      await writeVerified(path, entry, {hash, name});
      await checkNames(section, path);
      const {missing} = bundle ?? {};
      if (missing !== undefined)
        return this.#settle(section, {kind: 'later', job: name, reason: `${missing} changed while it was sent.`});
      await this.#step('publish a bundle');
      await bundle?.publish(root);
      await this.#step('place a job');
      await placeJob(root, name, path);
      await this.#step('answer a job');
      await this.#settle(section, {kind: 'done', job: name});
    });
  }

  /** Runs a step of a job. What is wrong with the bundle is answered, and the others go on; any other error ends the stream. */
  async #orRefuse(section: JobSection, work: () => Promise<void>): Promise<void> {
    await work().catch(async (error: Error) => {
      const isFinal = error instanceof TooLarge || error instanceof WrongJob;
      if (!isFinal && !(error instanceof HashMismatch)) throw error;
      const kind = isFinal ? 'fail' : 'later';
      await this.#settle(section, {kind, job: section.name, reason: error.message});
    });
  }

  async #settle(section: JobSection, answer: Answer): Promise<void> {
    this.#open.delete(section);
    await this.#options.answer(answer);
  }

  /** Returns the evidence root of another host that has something at a path. */
  async #otherRoot(relpath: string): Promise<string | undefined> {
    for (const root of this.#options.otherRoots ?? []) if (await isThere(join(root, relpath))) return root;
    return undefined;
  }

  async #step(what: string): Promise<void> {
    await this.#options.step?.(what);
  }
}

class WrongJob extends Error {
  override readonly name = 'WrongJob';
}

/** A job that can be read names its bundle as the manifest does. Others are refused by the spool, with the reason. */
async function checkNames({bundle, name}: JobSection, path: string): Promise<void> {
  const text = await readUnlinkedFile(path, MAX_JOB_BYTES);
  let job: {runId: string; bundleId: string};
  try {
    job = parseJob(text).report;
  } catch {
    return;
  }
  if (bundle && (job.runId !== bundle.runId || job.bundleId !== bundle.bundleId))
    throw new WrongJob(
      `${name} is about bundle ${job.bundleId} of run ${job.runId}; the manifest names ${bundle.bundleId} of ${bundle.runId}.`,
    );
}
