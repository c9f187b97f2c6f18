import type {VNode} from 'preact';
import {type CaseState, type StateKind, stateLabel} from '../../case/review/case-state.ts';
import {visible} from '../attempt/visible.ts';
import type {IconName} from './icon.tsx';
import {Pill} from './pill.tsx';

const ICONS: Readonly<Record<StateKind, IconName>> = {
  review: 'check',
  question: 'hand',
  blocked: 'plug',
  stopping: 'stop',
  running: 'run',
  fixed: 'check',
  closed: 'skip',
};

/** Renders the state of a case with its icon and colour. `inList`: in a few words, as a list has the question in a separate column. */
export function StatePill({state, big, inList}: {state: CaseState; big?: boolean; inList?: boolean}): VNode {
  return (
    <Pill tone={state.tone} icon={ICONS[state.kind]} big={big ?? false}>
      {visible(inList ? listText(state) : stateLabel(state))}
    </Pill>
  );
}

/** The step of a case at work and the end of a closed one are more specific than their titles. */
function listText({kind, title, detail}: CaseState): string {
  return (kind === 'running' || kind === 'closed') && detail !== '' ? capitalized(detail) : title;
}

/** Returns a text with a capital letter at its start. */
export function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
