import type {VNode} from 'preact';
import type {IconName, Tone} from '../components/icon.tsx';
import {Pill} from '../components/pill.tsx';
import type {CaseRow} from '../queries/cases.ts';

/** What a case asks of its reader. */
export type StateKind = 'review' | 'question' | 'blocked' | 'running' | 'fixed' | 'closed';

interface RowState {
  readonly kind: StateKind;
  readonly tone: Tone;
  readonly title: string;
}

const STEPS: Readonly<Record<string, string>> = {
  collect: 'Reading the evidence',
  triage: 'Triage',
  decide: 'Reading the policy',
  'waiting-env': 'Waits for a dev-env',
  patch: 'Patch',
  prove: 'Clean rebuild',
  deliver: 'Delivery',
};
const CLOSED: Readonly<Record<string, readonly [Tone, string]>> = {
  manual: ['calm', 'Left to an operator'],
  'needs-help': ['bad', 'Not repaired'],
  'budget-exhausted': ['bad', 'Budget used up'],
  'triage-failed': ['bad', 'No triage'],
  recovered: ['ok', 'Builds again'],
  discarded: ['calm', 'Discarded'],
};

/** What the state of a case in a list is read from. */
export type StateRow = Pick<CaseRow, 'phase' | 'outcome' | 'pending_outcome'> & Partial<Pick<CaseRow, 'turn'>>;

/** Returns the state of a case in a list. */
export function rowState({phase, outcome, pending_outcome, turn = null}: StateRow): RowState {
  if (outcome === 'fixed') return {kind: 'fixed', tone: 'ok', title: 'Fixed'};
  if (outcome !== null || phase === 'closed') {
    const [tone, title] = CLOSED[outcome ?? ''] ?? (['calm', 'Closed'] as const);
    return {kind: 'closed', tone, title};
  }
  if (phase === 'awaiting-operator')
    return pending_outcome === 'fixed'
      ? {kind: 'review', tone: 'ok', title: 'Fix ready for review'}
      : {kind: 'question', tone: 'warn', title: 'Needs you'};
  const tone = phase === 'waiting-env' ? 'calm' : 'run';
  return {kind: 'running', tone, title: phase === 'patch' && turn !== null ? `Patch, turn ${turn}` : (STEPS[phase] ?? phase)};
}

const ICONS: Readonly<Partial<Record<StateKind, IconName>>> = {blocked: 'plug', closed: 'stop'};

/** Renders the state of a case in a list. */
export function StatePill({row}: {row: StateRow}): VNode {
  const {kind, tone, title} = rowState(row);
  const icon = ICONS[kind] ?? (kind === 'running' && tone === 'calm' ? 'clock' : undefined);
  return (
    <Pill tone={tone} icon={icon}>
      {title}
    </Pill>
  );
}
