import type {VNode} from 'preact';
import {moneyLabel} from '../../case/budget/money.ts';
import {type CaseState, stateOf} from '../../case/review/case-state.ts';
import type {CaseStatus} from '../../case/status.ts';
import {guardLabel} from '../attempt/attempt-labels.ts';
import {visible} from '../attempt/visible.ts';
import {Icon} from '../components/icon.tsx';
import {DiffCounts} from './case-change.tsx';
import {RunningSum} from './case-running.tsx';
import {counted} from './components.tsx';

interface SumProps {
  readonly status: CaseStatus;
  readonly diff: string | undefined;
  /** Number of answers that the reader may give. */
  readonly answers: number;
}

/** Renders what the actions of a case are about, in a few facts. */
export function CaseSum(props: SumProps): VNode {
  const {status, answers} = props;
  const state = stateOf(status);
  switch (state.kind) {
    case 'review':
      return <FixSum {...props} text="Proved by a clean rebuild" />;
    case 'fixed':
      return <FixSum {...props} text={acceptedText(status)} />;
    case 'question':
    case 'blocked':
      return <QuestionSum answers={answers} state={state} />;
    case 'running':
      return <RunningSum />;
    default:
      return <span>{visible(`${state.title}: ${state.detail}`.replace(/: $/, ''))}</span>;
  }
}

function acceptedText({accepted}: CaseStatus): string {
  return accepted === null ? 'Fixed, nobody reviewed it' : `Accepted by ${accepted.by}`;
}

function FixSum({status, diff, text}: SumProps & {text: string}): VNode {
  const findings = status.attempts.at(-1)?.findings ?? [];
  return (
    <>
      <span class="tone-ok">
        <Icon name="check" /> {visible(text)}
      </span>
      <span>
        <Icon name="shield" /> {guardLabel(findings)}
      </span>
      {diff === undefined ? null : (
        <span>
          <DiffCounts diff={diff} />
        </span>
      )}
      {status.usage.cost > 0 ? <span>{moneyLabel(status.usage.cost)}</span> : null}
    </>
  );
}

function QuestionSum({answers, state}: {answers: number; state: CaseState}): VNode {
  return (
    <>
      <span class={`tone-${state.tone}`}>
        <Icon name={state.kind === 'blocked' ? 'plug' : 'hand'} /> {visible(`${state.title}: ${state.detail}`)}
      </span>
      {answers === 0 ? null : <span>{counted(answers, 'answer')}; none is chosen for you</span>}
    </>
  );
}
