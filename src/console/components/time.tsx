import type {VNode} from 'preact';
import {age} from '../../case/text/age.ts';

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** Formats a moment, ISO 8601, with its zone: `30 Nov 2026, 15:09 UTC`. A text that is no moment is returned as it is. */
export function momentText(utc: string): string {
  const at = new Date(utc);
  if (Number.isNaN(at.getTime())) return utc;
  return `${at.getUTCDate()} ${MONTHS[at.getUTCMonth()]} ${at.getUTCFullYear()}, ${clock(at)} UTC`;
}

/** Formats a moment without its year and zone: `30 Nov 15:09`. */
export function shortMoment(utc: string): string {
  const at = new Date(utc);
  if (Number.isNaN(at.getTime())) return utc;
  return `${at.getUTCDate()} ${MONTHS[at.getUTCMonth()]} ${clock(at)}`;
}

function clock(at: Date): string {
  return at.toISOString().slice(11, 16);
}

/** Formats how long ago a moment is: `now`, `5 min ago`, `3 h ago`. */
export function agoText(utc: string, now: number): string {
  return now - Date.parse(utc) < 60_000 ? 'now' : `${age(utc, now)} ago`;
}

interface TimeProps {
  readonly utc: string | null | undefined;
  /** Milliseconds. */
  readonly now: number;
  /** `for`: how long it lasts, `5 min`. By default how long ago it is, `5 min ago`. */
  readonly as?: 'ago' | 'for';
}

/** Renders a moment as the time since then; the exact one, with its zone, is its title. */
export function Time({utc, now, as = 'ago'}: TimeProps): VNode {
  if (!utc) return <span class="dim">–</span>;
  return (
    <time dateTime={utc} class="nowrap" title={momentText(utc)}>
      {as === 'for' ? age(utc, now) : agoText(utc, now)}
    </time>
  );
}

/** Renders a moment as `30 Nov 15:09`; its title has the year and the zone. */
export function Moment({utc}: {utc: string | null | undefined}): VNode {
  if (!utc) return <span class="dim">–</span>;
  return (
    <time dateTime={utc} class="nowrap" title={momentText(utc)}>
      {shortMoment(utc)}
    </time>
  );
}

/** Formats a day, `2026-11-30`: `30 Nov`. */
export function dayText(day: string): string {
  return `${Number(day.slice(8, 10))} ${MONTHS[Number(day.slice(5, 7)) - 1]}`;
}
