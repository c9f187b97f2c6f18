import type {VNode} from 'preact';
import type {CaseStatus, TimelineEntry} from '../../case/status.ts';
import type {Phase as CasePhase} from '../../case/types.ts';
import {type RunningTurn, runningTurn} from '../attempt/running-turn.ts';
import {visible} from '../attempt/visible.ts';
import {Feed} from '../components/feed.tsx';
import {Icon} from '../components/icon.tsx';
import {Panel} from '../components/panel.tsx';
import {Tag} from '../components/pill.tsx';
import {type Phase, Phases} from '../components/steps.tsx';
import {Time} from '../components/time.tsx';
import {Limited} from './case-rail.tsx';
import {count} from './components.tsx';

interface RunningProps {
  readonly status: CaseStatus;
  /** Timeline of the running attempt. */
  readonly running: readonly TimelineEntry[];
  readonly now: number;
}

const STAGES: readonly (readonly [name: string, phases: readonly CasePhase[]])[] = [
  ['Collect', ['collect']],
  ['Triage', ['triage', 'decide']],
  ['Patch', ['waiting-env', 'patch']],
  ['Prove', ['prove']],
];

/** Renders the stages of a running case: done, at work, to come. */
export function StagesPanel({status, running}: RunningProps): VNode {
  const at = STAGES.findIndex(([, phases]) => phases.includes(status.phase));
  const stages = STAGES.map(
    ([name], index): Phase => ({
      name,
      state: index < at ? 'done' : index === at ? 'now' : 'todo',
      text: index > at ? undefined : stageText(name, status, runningTurn(running)),
    }),
  );
  return (
    <section class="panel" aria-label="Stages">
      <div class="body">
        <Phases phases={stages} />
      </div>
    </section>
  );
}

function stageText(name: string, status: CaseStatus, {turn}: RunningTurn): string | undefined {
  const {triage, budget, phase, attempts} = status;
  if (name === 'Triage' && triage !== null) return `${visible(triage.classification)}, confidence ${visible(triage.confidence)}`;
  if (name !== 'Patch') return undefined;
  const of = budget.attemptsLimit === null ? '' : ` of ${budget.attemptsLimit}`;
  const attempt = `attempt ${attempts.length + (status.currentAttempt === null ? 0 : 1)}${of}`;
  if (phase === 'waiting-env') return `${attempt} · waits for a dev-env`;
  if (turn === undefined) return attempt;
  return `${attempt} · turn ${turn}${budget.turnsLimit === undefined ? '' : ` of ${budget.turnsLimit}`}`;
}

/** Renders what the running attempt does now, with its steps, newest first. */
export function NowPanel({status, running, now}: RunningProps): VNode {
  const {turn, step} = runningTurn(running);
  const last = running.at(-1) ?? status.timeline.at(-1);
  return (
    <Panel
      title="Now"
      id="now"
      end={
        last === undefined ? undefined : (
          <>
            last event <Time utc={last.atUtc} now={now} />
          </>
        )
      }
    >
      <p class="row">
        <Icon name="run" tone="run" class="spin" />
        <strong>{visible(nowText(status, turn))}</strong>
        {status.currentAttempt === null || status.phase !== 'patch' ? null : <Tag>{visible(step)}</Tag>}
      </p>
      {running.length === 0 ? null : (
        <Feed
          items={running
            .toReversed()
            .slice(0, STEPS_SHOWN)
            .map((entry) => ({utc: entry.atUtc, icon: 'bot', text: visible(entry.text)}))}
        />
      )}
      {running.length > STEPS_SHOWN ? <p class="dim small">{count(running.length - STEPS_SHOWN)} earlier events.</p> : null}
    </Panel>
  );
}

const STEPS_SHOWN = 40;

function nowText({phase, timeline}: CaseStatus, turn: number | undefined): string {
  if (phase === 'patch' && turn !== undefined) return `Turn ${turn}`;
  if (phase === 'prove') return 'Clean rebuild of the recorded diff';
  const text = timeline.at(-1)?.text ?? phase;
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** Renders how much of its budget a running case has used; the running attempt is counted by its turns alone. */
export function BudgetBars({status, running}: Omit<RunningProps, 'now'>): VNode | null {
  const {turn} = runningTurn(running);
  const {turnsLimit} = status.budget;
  if (turn === undefined || turnsLimit === undefined) return null;
  return (
    <Panel title="This attempt" id="budget">
      <Limited name="Turns" used={turn} limit={turnsLimit} shown={count} />
      <p class="hint">A call that does not fit into the budget is not sent. The cost of a running attempt counts when it ends.</p>
    </Panel>
  );
}

/** Renders the state of automation for the bar. */
export function RunningSum(): VNode {
  return (
    <>
      <span class="tone-run">
        <Icon name="run" /> Nothing needs you here
      </span>
      <span>A proof follows when the build passes</span>
    </>
  );
}
