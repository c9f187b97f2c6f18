import type {CaseStatus} from '../../src/case/status.ts';
import type {Dice} from './dice.ts';

/** A page, and the addresses by which it is asked for in turn. */
export interface PageKind {
  readonly name: string;
  readonly paths: readonly string[];
}

/** Addresses of each page that shows one run, case, port, job or failure. */
const SAMPLES = 20;
const LIST_PAGES = 4;
/** Words that many triages, some and none have, and parts of origins. */
const SEARCHED = ['FreeBSD', 'DragonFly', 'sys/procctl.h', 'EVFILT', 'py-', 'lib', 'ridge', 'undeclared', 'nothing has this'];
const NAMES = ['py-', 'lib', 'devel/', 'ridge', 'thistle', 'R-cran', 'nothing has this'];

interface List {
  readonly rows: readonly Readonly<Record<string, unknown>>[];
  readonly pages: number;
}

/** All pages of a console: lists with filters, texts and late pages, and the pages of some of what they list. */
export class Pages {
  readonly #base: string;
  readonly #dice: Dice;

  constructor(base: string, dice: Dice) {
    this.#base = base;
    this.#dice = dice;
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
    const paths = rows.map((row) => `/ui/cases/${word(row, 'workflow_id')}?run=${word(row, 'case_run_id')}`);
    const diffs = await Promise.all(rows.map((row, at) => this.#diffsOf(row, paths[at] as string)));
    const filters = ['state=waiting', 'state=open', 'class=compile-error', 'outcome=fixed', 'tier=MANUAL&state=closed'];
    return [
      {name: 'cases', paths: ['/ui/cases', ...late('/ui/cases', pages)]},
      {name: 'cases, filtered', paths: filters.map((filter) => `/ui/cases?${filter}`)},
      {name: 'cases, searched', paths: searches('/ui/cases', SEARCHED)},
      {name: 'case', paths},
      {name: 'case, session', paths: paths.map((path) => path.replace('?', '/session?'))},
      {name: 'case, session.html', paths: paths.map((path) => path.replace('?', '/session.html?'))},
      {name: 'case, diff', paths: diffs.flat()},
    ];
  }

  async #diffsOf(row: List['rows'][number], path: string): Promise<string[]> {
    const {status} = await this.#ask<{status: CaseStatus}>(
      `/api/v1/cases/${word(row, 'workflow_id')}?run=${word(row, 'case_run_id')}`,
    );
    return status.attempts.filter(({diff}) => diff !== undefined).map(({attempt}) => path.replace('?', `/diff/${attempt}?`));
  }

  async #bundles(): Promise<PageKind[]> {
    const {rows, pages} = await this.#sample('bundles');
    const [first] = rows;
    const paths = rows.map((row) => `/ui/bundles/${word(row, 'bundle_id')}`);
    const filters = [
      'class=link-error',
      'outcome=needs-help',
      `run=${word(first, 'run_id')}`,
      `signature=${word(first, 'signature')}`,
    ];
    const files = ['meta.txt', 'logs/errors.txt', 'port/Makefile'];
    return [
      {name: 'bundles', paths: ['/ui/bundles', ...late('/ui/bundles', pages)]},
      {name: 'bundles, filtered', paths: filters.map((filter) => `/ui/bundles?${filter}`)},
      {name: 'bundles, searched', paths: searches('/ui/bundles', SEARCHED)},
      {name: 'bundle', paths},
      ...['summary', 'patch', 'logs', 'artifacts'].map((tab) => ({
        name: `bundle, ${tab}`,
        paths: paths.map((path) => `${path}?tab=${tab}`),
      })),
      {name: 'bundle, file', paths: paths.map((path) => `${path}/artifacts/${this.#dice.pick(files)}`)},
      {name: 'bundle, log', paths: paths.map((path) => `${path}/log`)},
    ];
  }

  async #jobs(): Promise<PageKind[]> {
    const {rows, pages} = await this.#sample('jobs');
    const filters = ['state=failed', 'state=inflight', 'state=done&type=patch'].map((filter) => `/ui/jobs?${filter}`);
    return [
      {name: 'jobs', paths: ['/ui/jobs', ...late('/ui/jobs', pages)]},
      {name: 'jobs, filtered', paths: [...filters, ...searches('/ui/jobs', NAMES)]},
      {name: 'job', paths: rows.map((row) => `/ui/jobs/${word(row, 'job_id')}`)},
    ];
  }

  async #ports(): Promise<PageKind[]> {
    const {rows, pages} = await this.#sample('ports');
    return [
      {name: 'ports', paths: ['/ui/ports', ...late('/ui/ports', pages)]},
      {name: 'ports, searched', paths: searches('/ui/ports', NAMES)},
      {name: 'port', paths: rows.map((row) => `/ui/ports/${String(row.origin)}`)},
    ];
  }

  async #runs(): Promise<PageKind[]> {
    const {rows} = await this.#sample('runs');
    const ids = rows.map((row) => word(row, 'run_id'));
    return [
      {name: 'runs', paths: ['/ui/runs', '/ui/runs?profile=Devel', '/ui/runs?target=%402026Q4']},
      {name: 'run', paths: ids.map((id) => `/ui/runs/${id}`)},
      {name: 'compare', paths: ids.slice(1).map((id, at) => `/ui/compare?a=${ids[at]}&b=${id}`)},
    ];
  }

  /** Some rows of several pages of a list. */
  async #sample(list: string): Promise<List> {
    const {pages} = await this.#ask<List>(`/api/v1/${list}`);
    const taken = this.#dice.shuffled(Array.from({length: pages}, (_, at) => at + 1)).slice(0, LIST_PAGES);
    const asked = await Promise.all([1, ...taken].map((page) => this.#ask<List>(`/api/v1/${list}?page=${page}`)));
    return {rows: this.#dice.shuffled(asked.flatMap(({rows}) => rows)).slice(0, SAMPLES), pages};
  }

  async #ask<T>(path: string): Promise<T> {
    const answer = await fetch(new URL(path, this.#base));
    if (!answer.ok) throw new Error(`The console must answer ${path}; got ${answer.status}: ${await answer.text()}`);
    return (await answer.json()) as T;
  }
}

/** Pages in the middle and at the end of a list. */
function late(path: string, pages: number): string[] {
  return [Math.ceil(pages / 2), pages].map((page) => `${path}?page=${page}`);
}

function searches(path: string, texts: readonly string[]): string[] {
  return texts.map((text) => `${path}?q=${encodeURIComponent(text)}`);
}

function word(row: List['rows'][number] | undefined, key: string): string {
  return encodeURIComponent(String(row?.[key] ?? ''));
}
