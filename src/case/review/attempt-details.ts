import type {AttemptProgress} from '../attempt/progress.ts';
import type {RemainingBudget} from '../budget/budget.ts';
import {formatMoney} from '../budget/money.ts';
import {escapeMarkdown} from '../text/markdown.ts';
import {pluralize} from '../text/plural.ts';
import {billable} from '../types.ts';
import {oneDecimal, remainingOf, timelineMarkdown} from './case-details.ts';

/** Context of an attempt's details. */
export interface AttemptDetailsContext {
  /** Links to its console pages, in Markdown. */
  readonly links?: string | undefined;
  /** Limits of the attempt, and the remaining budget of its case at the start; undefined for an operator's own diff. */
  readonly limits?: {readonly turns: number; readonly minutes?: number | undefined; readonly left: RemainingBudget} | undefined;
}

/** Returns an attempt as Markdown for the Web UI's current details: current step, usage, remaining limits, timeline. */
export function attemptDetails(progress: AttemptProgress, {links, limits}: AttemptDetailsContext = {}): string {
  return [
    `**Now:** ${escapeMarkdown(progress.doing)}`,
    ...(links === undefined ? [] : [links]),
    `- **Used:** ${pluralize(progress.turns, 'turn')}, ${billable(progress.usage)} billable tokens${limits === undefined ? '' : `\n- **Left:** ${attemptLeft(progress, limits)}`}`,
    '## Timeline',
    timelineMarkdown(progress.timeline),
  ].join('\n\n');
}

function attemptLeft({worked, usage, startedAt}: AttemptProgress, limits: NonNullable<AttemptDetailsContext['limits']>): string {
  const {tokens, cost} = limits.left;
  const minutes = startedAt === undefined ? 0 : (Date.now() - startedAt) / 60_000;
  return [
    remainingOf(limits.turns, worked, 'turns'),
    remainingOf(tokens, billable(usage), 'tokens'),
    remainingOf(limits.minutes, minutes, 'minutes', oneDecimal),
    remainingOf(cost, usage.cost, 'in money', formatMoney),
  ]
    .filter((part) => part !== '')
    .join(', ');
}
