import type {ComponentChildren, VNode} from 'preact';
import {bundlePage, casePage, runPage} from '../../case/review/console-links.ts';
import type {Tone} from '../components/icon.tsx';
import {Pill} from '../components/pill.tsx';
import {Moment, Time} from '../components/time.tsx';

/** Tones of phases, outcomes, states and results. */
const TONES: Readonly<Record<string, Tone>> = {
  fixed: 'ok',
  recovered: 'ok',
  done: 'ok',
  success: 'ok',
  ok: 'ok',
  passed: 'ok',
  failed: 'bad',
  failure: 'bad',
  abandoned: 'bad',
  job_failed: 'bad',
  'triage-failed': 'bad',
  'needs-help': 'bad',
  'budget-exhausted': 'bad',
  manual: 'warn',
  'awaiting-operator': 'warn',
  pending: 'calm',
  stale: 'warn',
  open: 'run',
  inflight: 'run',
  processing: 'run',
  collect: 'run',
  triage: 'run',
  decide: 'run',
  'waiting-env': 'calm',
  patch: 'run',
  prove: 'run',
  deliver: 'run',
};

/** A phase, outcome, state or result in the colour of its tone. */
export function Badge({value, text}: {value: string; text?: string}): VNode {
  return <Pill tone={TONES[value] ?? 'calm'}>{text ?? value}</Pill>;
}

/** A moment: with `now`, how long ago it is, else the day and the time. Its title is exact. */
export function When({utc, now}: {utc: string | null | undefined; now?: number}): VNode {
  return now === undefined ? <Moment utc={utc} /> : <Time utc={utc} now={now} />;
}

/** Renders the name of a port in a row, as the link of that row. */
export function PortLink({href, title, children}: {href: string; title?: string; children: ComponentChildren}): VNode {
  return (
    <span class="port">
      <a href={href} title={title}>
        {children}
      </a>
    </span>
  );
}

/** Returns the path of a case's page. */
export function casePath(workflowId: string, caseRunId?: string): string {
  return casePage('', {workflowId, runId: caseRunId});
}

export function bundlePath(bundleId: string): string {
  return bundlePage('', {bundleId});
}

export function runPath(runId: string): string {
  return runPage('', runId);
}

export function portPath(origin: string): string {
  return `/ui/ports/${origin.split('/').map(encodeURIComponent).join('/')}`;
}

export function jobPath(jobId: string): string {
  return `/ui/jobs/${encodeURIComponent(jobId)}`;
}

/** Formats a number with thin spaces between its thousands. */
export function count(value: number | null | undefined): string {
  return value == null ? '–' : value.toLocaleString('en').replaceAll(',', '\u202f');
}

/** Formats a number with its noun: `1 case`, `2 cases`. */
export function counted(n: number, one: string, many = `${one}s`): string {
  return `${count(n)} ${n === 1 ? one : many}`;
}

/** Formats the time between two moments, ISO 8601: `3 h 12 min`. */
export function duration(from: string | null, to: string | null): string {
  if (from === null || to === null) return '–';
  const minutes = Math.max(0, Math.round((Date.parse(to) - Date.parse(from)) / 60_000));
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** Head of a column. */
export interface TableHead {
  readonly text: string;
  readonly isNumber?: boolean;
  /** Not shown on a phone. */
  readonly isWide?: boolean;
  /** Path of the list in the order of this column. */
  readonly href?: string;
  /** How the list is sorted by it. */
  readonly sorted?: 'ascending' | 'descending';
}

interface TableProps {
  readonly caption: string;
  readonly heads: readonly (string | TableHead)[];
  readonly children: ComponentChildren;
  readonly id?: string | undefined;
}

/** A table that scrolls sideways where it is too wide, and is a list of cards on a phone: hence the explicit roles. */
export function Table({caption, heads, children, id}: TableProps): VNode {
  return (
    <section class="scroll" tabIndex={0} aria-label={caption} id={id}>
      <table class="grid cards" role="table">
        <thead role="rowgroup">
          <tr role="row">
            {heads.map((head) => {
              const shown = typeof head === 'string' ? {text: head} : head;
              return <Head key={shown.text} head={shown} />;
            })}
          </tr>
        </thead>
        <tbody role="rowgroup">{children}</tbody>
      </table>
    </section>
  );
}

const ARROWS = {ascending: '↑', descending: '↓'} as const;

function Head({head: {text, isNumber, isWide, href, sorted}}: {head: TableHead}): VNode {
  const classes = [...(isNumber ? ['num'] : []), ...(isWide ? ['wide'] : [])].join(' ');
  return (
    <th scope="col" role="columnheader" class={classes === '' ? undefined : classes} aria-sort={sorted}>
      {href === undefined ? (
        text
      ) : (
        <a href={href}>
          {text}
          {sorted === undefined ? null : <span aria-hidden="true"> {ARROWS[sorted]}</span>}
        </a>
      )}
    </th>
  );
}

/** Links to the other pages of a list, with its filter. */
export function Pager({
  path,
  query,
  page,
  pages,
  fragment = '',
}: {
  path: string;
  query: Readonly<Record<string, string | undefined>>;
  page: number;
  pages: number;
  /** `#ID` of the list, where it is not the first thing on its page. */
  fragment?: string;
}): VNode | null {
  if (pages <= 1) return null;
  const link = (to: number, text: string, rel: string): VNode | null =>
    to < 1 || to > pages ? null : (
      <a class="button" rel={rel} href={withQuery(path, {...query, page: to === 1 ? undefined : String(to)}) + fragment}>
        {text}
      </a>
    );
  return (
    <nav class="pager" aria-label="Pages of the list">
      {link(page - 1, 'Newer', 'prev')}
      <span>
        page {page} of {pages}
      </span>
      {link(page + 1, 'Older', 'next')}
    </nav>
  );
}

/** Returns a path with a query of the keys that have a value. */
export function withQuery(path: string, query: Readonly<Record<string, string | undefined>>): string {
  const given = Object.entries(query).filter((entry): entry is [string, string] => entry[1] !== undefined && entry[1] !== '');
  return given.length === 0 ? path : `${path}?${new URLSearchParams(given)}`;
}
