import type {AttemptProgress} from '../attempt/progress.ts';
import type {Left} from '../budget/budget.ts';
import {money} from '../budget/money.ts';
import {escapeMarkdown} from '../text/markdown.ts';
import {billable} from '../types.ts';
import {counted, leftOf, story, tenths} from './case-details.ts';

/** What the details of an attempt say beside its story. */
export interface AttemptFrame {
  /** Its pages in the console, in Markdown. */
  readonly links?: string | undefined;
  /** Turns that it may have, and what its case's budget had left when it began; undefined for an operator's own diff. */
  readonly limits?: {readonly turns: number; readonly minutes?: number | undefined; readonly left: Left} | undefined;
}

/** An attempt as Markdown: where it is, what it may still use, and what it has done. */
export function attemptDetails(progress: AttemptProgress, {links, limits}: AttemptFrame = {}): string {
  return [
    `**Now:** ${escapeMarkdown(progress.doing)}`,
    ...(links === undefined ? [] : [links]),
    `- **Used:** ${counted(progress.turns, 'turn')}, ${billable(progress.usage)} billable tokens${limits === undefined ? '' : `\n- **Left:** ${attemptLeft(progress, limits)}`}`,
    '## Story',
    story(progress.timeline),
  ].join('\n\n');
}

function attemptLeft({turns, usage, startedAt}: AttemptProgress, limits: NonNullable<AttemptFrame['limits']>): string {
  const {tokens, cost} = limits.left;
  const worked = startedAt === undefined ? 0 : (Date.now() - startedAt) / 60_000;
  return [
    leftOf(limits.turns, turns, 'turns'),
    leftOf(tokens, billable(usage), 'tokens'),
    leftOf(limits.minutes, worked, 'minutes', tenths),
    leftOf(cost, usage.cost, 'in money', money),
  ]
    .filter((part) => part !== '')
    .join(', ');
}
