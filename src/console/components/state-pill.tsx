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

/** Renders the state of a case with its icon and colour. `short` leaves out the question or step. */
export function StatePill({state, big, short}: {state: CaseState; big?: boolean; short?: boolean}): VNode {
  return (
    <Pill tone={state.tone} icon={ICONS[state.kind]} big={big ?? false}>
      {visible(short ? state.title : stateLabel(state))}
    </Pill>
  );
}
