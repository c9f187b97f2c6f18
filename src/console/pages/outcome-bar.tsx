import type {VNode} from 'preact';
import {Bar} from '../components/facts.tsx';
import type {Tone} from '../components/icon.tsx';
import {count} from './components.tsx';

/** Cases by what they came to. */
export interface OutcomeGroups {
  readonly fixed: number;
  readonly left: number;
  readonly other: number;
  readonly open: number;
}

const LEFT = ['manual', 'needs-help', 'budget-exhausted', 'triage-failed'];

/** Returns the group that an outcome counts in. */
export function groupOf(outcome: string): keyof OutcomeGroups {
  if (outcome === 'fixed' || outcome === 'open') return outcome;
  return LEFT.includes(outcome) ? 'left' : 'other';
}

/** The groups in the order in which bars and charts show them. */
export const GROUPS: readonly (readonly [keyof OutcomeGroups, string, Tone])[] = [
  ['fixed', 'fixed', 'ok'],
  ['left', 'left to a person', 'warn'],
  ['other', 'ended otherwise', 'calm'],
  ['open', 'open', 'run'],
];

/** Counts cases by group. */
export function groupOutcomes(outcomes: readonly {readonly outcome: string; readonly n: number}[]): OutcomeGroups {
  const groups = {fixed: 0, left: 0, other: 0, open: 0};
  for (const {outcome, n} of outcomes) groups[groupOf(outcome)] += n;
  return groups;
}

/** Returns the groups that have cases, as text: `3 fixed, 1 open`. */
export function outcomesText(groups: OutcomeGroups): string {
  return GROUPS.filter(([key]) => groups[key] > 0)
    .map(([key, name]) => `${count(groups[key])} ${name}`)
    .join(', ');
}

/** Renders what became of some cases as one bar with its text. */
export function OutcomeBar({outcomes}: {outcomes: readonly {readonly outcome: string; readonly n: number}[]}): VNode {
  const groups = groupOutcomes(outcomes);
  const text = outcomesText(groups);
  if (text === '') return <span class="dim">none</span>;
  const most = GROUPS.reduce((sum, [key]) => sum + groups[key], 0);
  return (
    <>
      <Bar parts={GROUPS.map(([key, , tone]) => ({value: groups[key], tone}))} most={most} label={text} />
      <span class="small dim">{text}</span>
    </>
  );
}
