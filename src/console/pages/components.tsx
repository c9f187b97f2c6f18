import type {ComponentChildren, VNode} from 'preact';
import {bundlePage, casePage, runPage} from '../../case/review/console-links.ts';
import {age} from '../../case/text/age.ts';

/** Tones of a badge, by phase, outcome, state or result. */
const TONES: Readonly<Record<string, 'good' | 'bad' | 'warn' | 'busy'>> = {
  fixed: 'good',
  recovered: 'good',
  done: 'good',
  success: 'good',
  ok: 'good',
  passed: 'good',
  failed: 'bad',
  failure: 'bad',
  abandoned: 'bad',
  job_failed: 'bad',
  'triage-failed': 'bad',
  'needs-help': 'bad',
  'budget-exhausted': 'bad',
  manual: 'warn',
  'awaiting-operator': 'warn',
  pending: 'warn',
  stale: 'warn',
  open: 'busy',
  inflight: 'busy',
  processing: 'busy',
  collect: 'busy',
  triage: 'busy',
  decide: 'busy',
  'waiting-env': 'busy',
  patch: 'busy',
  prove: 'busy',
};

/** A phase, outcome, state or result in the colour of its tone. */
export function Badge({value, text}: {value: string; text?: string}): VNode {
  const tone = TONES[value];
  return <span class={tone === undefined ? 'badge' : `badge ${tone}`}>{text ?? value}</span>;
}

/** A moment: the date and time by UTC, and how long ago. */
export function When({utc, now, seconds}: {utc: string | null | undefined; now?: number; seconds?: true}): VNode | null {
  if (!utc) return <span class="dim">–</span>;
  const shown = utc.slice(0, seconds ? 19 : 16).replace('T', ' ');
  return (
    <time dateTime={utc} class="nowrap" title={utc} data-age={now === undefined ? undefined : ''}>
      {now === undefined ? shown : age(utc, now)}
    </time>
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

/** A table that scrolls sideways where it is too wide. */
export function Table({
  caption,
  heads,
  numbers = [],
  children,
  id,
}: {
  caption: string;
  heads: readonly string[];
  /** Heads of columns of numbers. */
  numbers?: readonly string[];
  children: ComponentChildren;
  id?: string;
}): VNode {
  return (
    <section class="scroll" tabIndex={0} aria-label={caption} id={id}>
      <table>
        <thead>
          <tr>
            {heads.map((head) => (
              <th key={head} scope="col" class={numbers.includes(head) ? 'number' : undefined}>
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </section>
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

/** A choice in a form of filters, `all` without a value. */
export function Choice({
  name,
  label,
  choices,
  value,
}: {
  name: string;
  label: string;
  choices: readonly string[];
  value: string | undefined;
}): VNode {
  return (
    <label>
      {label}
      <select name={name} id={`filter-${name}`}>
        <option value="">all</option>
        {choices.map((choice) => (
          <option key={choice} value={choice} selected={choice === value}>
            {choice}
          </option>
        ))}
      </select>
    </label>
  );
}
