import type {Tone} from '../components/icon.tsx';
import type {PublicCase} from './queries.ts';

/** A state in the words for readers from outside: whom a case waits for, and why, is not theirs to know. */
export interface PublicState {
  readonly name: string;
  readonly tone: Tone;
}

const CLOSED: Readonly<Record<string, PublicState>> = {
  fixed: {name: 'Fixed', tone: 'ok'},
  recovered: {name: 'Builds again', tone: 'ok'},
  manual: {name: 'Repaired by hand', tone: 'ok'},
};

/** Returns the state of a case. */
export function publicState({is_open, phase, outcome}: PublicCase): PublicState {
  if (is_open === 1)
    return phase === 'awaiting-operator' ? {name: 'Waits for a maintainer', tone: 'warn'} : {name: 'In repair', tone: 'run'};
  return CLOSED[outcome ?? ''] ?? {name: 'Not repaired', tone: 'calm'};
}
