import type {CaseStatus} from '../../src/case/status.ts';
import type {SeededRandom} from '../seeded-random.ts';

/** A kind of page, and the paths that are requested in turn. */
export interface PageKind {
  readonly name: string;
  readonly paths: readonly string[];
}

/** Number of runs, cases, ports, jobs or failures whose pages are requested. */
const SAMPLES = 20;
const LIST_PAGES = 4;
/** Texts that many, some or no triages contain, and parts of origins. */
const SEARCH_TEXTS = ['FreeBSD', 'DragonFly', 'sys/procctl.h', 'EVFILT', 'py-', 'lib', 'ridge', 'undeclared', 'nothing has this'];
const NAMES = ['py-', 'lib', 'devel/', 'ridge', 'thistle', 'R-cran', 'nothing has this'];

interface List {
  readonly rows: readonly Readonly<Record<string, unknown>>[];
  readonly pages: number;
}

/** Lists the pages of a console: lists with filters, searches and later pages, and the pages of some of their rows. */
export class Pages {
  readonly #base: string;
  readonly #random: SeededRandom;

  constructor(base: string, random: SeededRandom) {
    this.#base = base;
    this.#random = random;
  }

  async all(): Promise<PageKind[]> {
    const lists = [this.#cases(), this.#bundles(), this.#jobs(), this.#ports(), this.#runs()];
    const events = ['?failures=1', '?type=job_failed', '?type=triage_written', '?origin=devel%2Fpy-ridge', ''].map(
      (query) => `/ui/events${query}`,
    );
    return [
      {name: 'overview', paths: ['/']},
      {name: 'events', paths: [...events, '/ui/events?before=1']},
      ...(await Promise.all(lists)).flat(),
      {name: 'api', paths: ['/ui/api']},
    ];
  }

  async #cases(): Promise<PageKind[]> {
    const {rows, pages} = await this.#sample('cases');
    const paths = rows.map((row) => `/ui/cases/${field(row, 'workflow_id')}?run=${field(row, 'case_run_id')}`);
    const diffs = await Promise.all(rows.map((row, at) => this.#diffPaths(row, paths[at] as string)));
    const filters = ['state=waiting', 'state=open', 'class=compile-error', 'outcome=fixed', 'tier=MANUAL&state=closed'];
    return [
      {name: 'cases', paths: ['/ui/cases', ...laterPages('/ui/cases', pages)]},
      {name: 'cases, filtered', paths: filters.map((filter) => `/ui/cases?${filter}`)},
      {name: 'cases, searched', paths: searches('/ui/cases', SEARCH_TEXTS)},
      {name: 'case', paths},
      {name: 'case, session', paths: paths.map((path) => path.replace('?', '/session?'))},
      {name: 'case, session.html', paths: paths.map((path) => path.replace('?', '/session.html?'))},
      {name: 'case, diff', paths: diffs.flat()},
    ];
  }

  async #diffPaths(row: List['rows'][number], path: string): Promise<string[]> {
    const {status} = await this.#fetchJson<{status: CaseStatus}>(
      `/api/v1/cases/${field(row, 'workflow_id')}?run=${field(row, 'case_run_id')}`,
    );
    return status.attempts.filter(({diff}) => diff !== undefined).map(({attempt}) => path.replace('?', `/diff/${attempt}?`));
  }

  async #bundles(): Promise<PageKind[]> {
    const {rows, pages} = await this.#sample('bundles');
    const [first] = rows;
    const paths = rows.map((row) => `/ui/bundles/${field(row, 'bundle_id')}`);
    const filters = [
      'class=link-error',
      'outcome=needs-help',
      `run=${field(first, 'run_id')}`,
      `signature=${field(first, 'signature')}`,
    ];
    const files = ['meta.txt', 'logs/errors.txt', 'port/Makefile'];
    return [
      {name: 'bundles', paths: ['/ui/bundles', ...laterPages('/ui/bundles', pages)]},
      {name: 'bundles, filtered', paths: filters.map((filter) => `/ui/bundles?${filter}`)},
      {name: 'bundles, searched', paths: searches('/ui/bundles', SEARCH_TEXTS)},
      {name: 'bundle', paths},
      ...['summary', 'patch', 'logs', 'artifacts'].map((tab) => ({
        name: `bundle, ${tab}`,
        paths: paths.map((path) => `${path}?tab=${tab}`),
      })),
      {name: 'bundle, file', paths: paths.map((path) => `${path}/artifacts/${this.#random.pick(files)}`)},
      {name: 'bundle, log', paths: paths.map((path) => `${path}/log`)},
    ];
  }

  async #jobs(): Promise<PageKind[]> {
    const {rows, pages} = await this.#sample('jobs');
    const filters = ['state=failed', 'state=inflight', 'state=done&type=patch'].map((filter) => `/ui/jobs?${filter}`);
    return [
      {name: 'jobs', paths: ['/ui/jobs', ...laterPages('/ui/jobs', pages)]},
      {name: 'jobs, filtered', paths: [...filters, ...searches('/ui/jobs', NAMES)]},
      {name: 'job', paths: rows.map((row) => `/ui/jobs/${field(row, 'job_id')}`)},
    ];
  }

  async #ports(): Promise<PageKind[]> {
    const {rows, pages} = await this.#sample('ports');
    return [
      {name: 'ports', paths: ['/ui/ports', ...laterPages('/ui/ports', pages)]},
      {name: 'ports, searched', paths: searches('/ui/ports', NAMES)},
      {name: 'port', paths: rows.map((row) => `/ui/ports/${String(row.origin)}`)},
    ];
  }

  async #runs(): Promise<PageKind[]> {
    const {rows} = await this.#sample('runs');
    const ids = rows.map((row) => field(row, 'run_id'));
    return [
      {name: 'runs', paths: ['/ui/runs', '/ui/runs?profile=Devel', '/ui/runs?target=%402026Q4']},
      {name: 'run', paths: ids.map((id) => `/ui/runs/${id}`)},
      {name: 'compare', paths: ids.slice(1).map((id, at) => `/ui/compare?a=${ids[at]}&b=${id}`)},
    ];
  }

  /** Returns some rows of several pages of a list. */
  async #sample(list: string): Promise<List> {
    const {pages} = await this.#fetchJson<List>(`/api/v1/${list}`);
    const sampled = this.#random.shuffled(Array.from({length: pages}, (_, at) => at + 1)).slice(0, LIST_PAGES);
    const lists = await Promise.all([1, ...sampled].map((page) => this.#fetchJson<List>(`/api/v1/${list}?page=${page}`)));
    return {rows: this.#random.shuffled(lists.flatMap(({rows}) => rows)).slice(0, SAMPLES), pages};
  }

  async #fetchJson<T>(path: string): Promise<T> {
    const answer = await fetch(new URL(path, this.#base));
    if (!answer.ok) throw new Error(`GET ${path} must succeed; got ${answer.status}: ${await answer.text()}`);
    return (await answer.json()) as T;
  }
}

/** Returns the paths of the middle and the last page of a list. */
function laterPages(path: string, pages: number): string[] {
  return [Math.ceil(pages / 2), pages].map((page) => `${path}?page=${page}`);
}

function searches(path: string, texts: readonly string[]): string[] {
  return texts.map((text) => `${path}?q=${encodeURIComponent(text)}`);
}

function field(row: List['rows'][number] | undefined, key: string): string {
  return encodeURIComponent(String(row?.[key] ?? ''));
}
