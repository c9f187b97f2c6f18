import type {Cache} from '../cache/cache.ts';
import type {Condition} from './filter.ts';

/** Rows on one page of a list. */
const PAGE_ROWS = 50;

/** One page of a list. */
export interface Listed<T> {
  readonly rows: readonly T[];
  /** Rows on all pages. */
  readonly total: number;
  /** From 1. */
  readonly page: number;
  readonly pages: number;
  /** Rows of a full page. */
  readonly pageRows: number;
}

export interface ListSelect {
  readonly select: string;
  readonly from: string;
  readonly where: Condition;
  readonly order: string;
  /** What is counted for the total, and grouped by: `*` for rows as they are. */
  readonly groupBy?: string;
}

/** Reads a page of a list; a number beyond the last page is the last. */
export function listPage<T>(cache: Cache, {select, from, where, order, groupBy}: ListSelect, page: number): Listed<T> {
  const counted = groupBy === undefined ? '*' : `DISTINCT ${groupBy}`;
  const total = cache.one<{n: number}>(`SELECT count(${counted}) AS n FROM ${from} ${where.sql}`, ...where.values)?.n ?? 0;
  const pages = Math.max(1, Math.ceil(total / PAGE_ROWS));
  const at = Math.min(Math.max(1, page), pages);
  const group = groupBy === undefined ? '' : `GROUP BY ${groupBy}`;
  const rows = cache.all<T>(
    `SELECT ${select} FROM ${from} ${where.sql} ${group} ORDER BY ${order} LIMIT ${PAGE_ROWS} OFFSET ?`,
    ...where.values,
    (at - 1) * PAGE_ROWS,
  );
  return {rows, total, page: at, pages, pageRows: PAGE_ROWS};
}
