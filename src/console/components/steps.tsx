import type {ComponentChildren, VNode} from 'preact';
import {Icon, type IconName, type Tone} from './icon.tsx';

/** State of a step: passed, failed, needs a person, at work, to come, left out. */
export type StepState = 'done' | 'failed' | 'ask' | 'now' | 'todo' | 'skipped';

export interface Step {
  readonly state: StepState;
  readonly text: ComponentChildren;
  /** How long it took, or another number. */
  readonly number?: ComponentChildren;
  readonly sub?: ComponentChildren;
}

const ICONS: Readonly<Record<StepState, readonly [IconName, Tone, string]>> = {
  done: ['check', 'ok', 'done'],
  failed: ['x', 'bad', 'failed'],
  ask: ['alert', 'warn', 'to check'],
  now: ['run', 'run', 'at work'],
  todo: ['todo', 'calm', 'to do'],
  skipped: ['skip', 'calm', 'skipped'],
};

/** Renders the steps of a proof or of a checklist. */
export function Steps({steps, stack}: {steps: readonly Step[]; stack?: boolean}): VNode {
  return (
    <ol class={stack ? 'steps stack' : 'steps'}>
      {steps.map(({state, text, number, sub}, at) => {
        const [icon, tone, name] = ICONS[state];
        return (
          <li key={at}>
            <Icon name={icon} tone={tone} class={state === 'now' ? 'spin' : undefined} />
            <span>
              {text}
              <span class="unseen"> ({name})</span>
            </span>
            <span class="num">{number}</span>
            {sub === undefined ? null : <div class="sub">{sub}</div>}
          </li>
        );
      })}
    </ol>
  );
}

/** A stage of a running case. */
export interface Phase {
  readonly name: string;
  readonly text?: ComponentChildren;
  readonly state: 'done' | 'now' | 'todo';
}

/** Renders stages in their order: those that are done, the one at work, those to come. */
export function Phases({phases}: {phases: readonly Phase[]}): VNode {
  return (
    <ol class="phases">
      {phases.map(({name, text, state}) => (
        <li key={name} class={state === 'done' ? 'done' : undefined} aria-current={state === 'now' ? 'step' : undefined}>
          <strong>{name}</strong>
          {text === undefined ? null : <span>{text}</span>}
        </li>
      ))}
    </ol>
  );
}
