import type {TimelineEntry} from '../status.ts';

/** A page of a case's timeline. */
export interface TimelinePage {
  /** Oldest first. */
  readonly entries: readonly TimelineEntry[];
  /** Entries on all pages. */
  readonly total: number;
  /** From 1, which has the latest entries. */
  readonly page: number;
  readonly pages: number;
}

/** Entries on a page. A case that fails again and again for months has tens of thousands. */
export const TIMELINE_ENTRIES = 200;

/** Returns a page of a timeline, the latest by default; a number beyond the last page is the last. */
export function timelinePage(timeline: readonly TimelineEntry[], page = 1): TimelinePage {
  const total = timeline.length;
  const pages = Math.max(1, Math.ceil(total / TIMELINE_ENTRIES));
  const at = Math.min(Math.max(1, page), pages);
  const end = total - (at - 1) * TIMELINE_ENTRIES;
  return {entries: timeline.slice(Math.max(0, end - TIMELINE_ENTRIES), end), total, page: at, pages};
}
