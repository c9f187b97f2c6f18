import type {AttemptProgress} from '../attempt/progress.ts';
import type {RemainingBudget} from '../budget/budget.ts';
import {formatMoney} from '../budget/money.ts';
import {escapeMarkdown} from '../text/markdown.ts';
import {billable} from '../types.ts';
import {oneDecimal, pluralize, remainingOf, timelineMarkdown} from './case-details.ts';

/** What the details of an attempt say beside its story. */
export interface AttemptDetailsContext {
  /** Its pages in the console, in Markdown. */
  readonly links?: string | undefined;
  /** Turns that it may have, and what its case's budget had left when it began; undefined for an operator's own diff. */
  readonly limits?: {readonly turns: number; readonly minutes?: number | undefined; readonly left: RemainingBudget} | undefined;
}

/** An attempt as Markdown: where it is, what it may still use, and what it has done. */
export function attemptDetails(progress: AttemptProgress, {links, limits}: AttemptDetailsContext = {}): string {
  return [
    `**Now:** ${escapeMarkdown(progress.doing)}`,
    ...(links === undefined ? [] : [links]),
    `- **Used:** ${pluralize(progress.turns, 'turn')}, ${billable(progress.usage)} billable tokens${limits === undefined ? '' : `\n- **Left:** ${attemptLeft(progress, limits)}`}`,
    '## Story',
    timelineMarkdown(progress.timeline),
  ].join('\n\n');
}

function attemptLeft({turns, usage, startedAt}: AttemptProgress, limits: NonNullable<AttemptDetailsContext['limits']>): string {
  const {tokens, cost} = limits.left;
  const worked = startedAt === undefined ? 0 : (Date.now() - startedAt) / 60_000;
  return [
    remainingOf(limits.turns, turns, 'turns'),
    remainingOf(tokens, billable(usage), 'tokens'),
    remainingOf(limits.minutes, worked, 'minutes', oneDecimal),
    remainingOf(cost, usage.cost, 'in money', formatMoney),
  ]
    .filter((part) => part !== '')
    .join(', ');
}
