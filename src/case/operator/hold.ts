import {escapeMarkdown} from '../text/markdown.ts';
import type {FailureReport} from '../types.ts';

/** A hold of an operator: automation starts nothing for the port, in any target and flavor. */
export interface Hold {
  readonly origin: string;
  readonly by: string;
  readonly reason: string;
  readonly sinceUtc: string;
  /** ISO 8601; without it the hold lasts until `release`. */
  readonly untilUtc?: string;
}

export interface HoldState extends Hold {
  /** Failures that were recorded without starting a case. */
  readonly count: number;
  /** The latest of them. */
  readonly reports: readonly FailureReport[];
}

const UNITS = {m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000} as const;

/**
 * Parses the end of a hold: `12h`, `3d`, `2w` from now, or a date or time in ISO 8601. Returns ISO 8601.
 * Throws an Error with the rule if it is neither, or not after `now` (milliseconds).
 */
export function untilTime(text: string, now: number): string {
  const at = parseUntil(text, now);
  if (Number.isNaN(at)) throw new Error(`--until takes 12h, 3d, 2w or a date as 2026-12-31; got ${JSON.stringify(text)}.`);
  if (at <= now) throw new Error(`--until must be later than now; got ${JSON.stringify(text)}.`);
  return new Date(at).toISOString();
}

/** Returns milliseconds; NaN for a text that is neither a duration nor a date. */
function parseUntil(text: string, now: number): number {
  const [, amount, unit] = /^(\d{1,4})([mhdw])$/.exec(text) ?? [];
  if (unit !== undefined) return now + Number(amount) * UNITS[unit as keyof typeof UNITS];
  const isDate = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d)?(Z|[+-]\d\d:\d\d)?)?$/.test(text) && isDay(text.slice(0, 10));
  return isDate ? Date.parse(text) : Number.NaN;
}

/** Returns whether a date exists: `Date` parses 2026-02-30 as the second of March. */
function isDay(text: string): boolean {
  const at = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(text);
}

/** Renders a hold as Markdown, for the Web UI's current details. */
export function holdDetails({origin, by, reason, untilUtc, count, reports}: HoldState): string {
  const until = untilUtc === undefined ? 'until it is released' : `until ${untilUtc.slice(0, 16)}`;
  return [
    `# ${origin} is held ${until}`,
    `By ${escapeMarkdown(by)}: ${escapeMarkdown(reason)}. Its failures are recorded and start no case. Update \`release\` ends it.`,
    `${count} ${count === 1 ? 'failure' : 'failures'} so far:`,
    reports.map((one) => `- \`runs/${one.runId}/ports/${one.bundleId}\`, ${one.target}`).join('\n'),
  ].join('\n\n');
}
