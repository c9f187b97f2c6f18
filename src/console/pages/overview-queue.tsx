import type {ComponentChildren, VNode} from 'preact';
import {portName} from '../../case/types.ts';
import {Icon, type IconName, type Tone} from '../components/icon.tsx';
import {InlineCode} from '../components/inline-code.tsx';
import {Empty, Panel} from '../components/panel.tsx';
import {Count, Tag} from '../components/pill.tsx';
import {capitalized} from '../components/state-pill.tsx';
import {Time} from '../components/time.tsx';
import {type CaseRow, stateOfRow} from '../queries/cases.ts';
import {pathOfCase} from './case-table.tsx';
import {PortLink, withQuery} from './components.tsx';
import {costText} from './format.ts';

/** Cases that need a person, by what is asked. */
export interface Queue {
  readonly review: readonly CaseRow[];
  readonly questions: readonly CaseRow[];
  /** What they wait for is not in the port: a dev-env, a model. */
  readonly blocked: readonly CaseRow[];
  /** Cases that wait, those that are not shown too. */
  readonly total: number;
}

interface QueueProps {
  readonly queue: Queue;
  /** When the last case closed, in ISO 8601. */
  readonly lastClosedUtc: string | undefined;
  readonly now: number;
}

/** Cases of a group that the overview shows; the list of cases has all. */
const GROUP_SHOWN = 10;

interface Group {
  readonly heading: string;
  readonly icon: IconName;
  readonly tone: Tone;
  readonly button: string;
  /** State in the list of cases. */
  readonly state: string;
  readonly rows: readonly CaseRow[];
}

/** Renders the cases that need a person, in groups, those that wait longest first. */
export function NeedsYou({queue, lastClosedUtc, now}: QueueProps): VNode {
  const groups = groupsOf(queue).filter(({rows}) => rows.length > 0);
  const shown = groups.reduce((sum, {rows}) => sum + Math.min(rows.length, GROUP_SHOWN), 0);
  return (
    <Panel
      id="needs"
      title="Needs you"
      count={queue.total === 0 ? undefined : queue.total}
      countTone="warn"
      flush
      end={shown === 0 ? undefined : <KeysHint />}
      foot={queue.total > shown ? <a href="/ui/cases?state=waiting">All {queue.total} cases that need you</a> : undefined}
    >
      {groups.length === 0 ? <NothingWaits lastClosedUtc={lastClosedUtc} now={now} /> : null}
      {groups.map((group) => (
        <QueueGroup key={group.heading} group={group} now={now} />
      ))}
    </Panel>
  );
}

function KeysHint(): VNode {
  return (
    <span class="wide">
      oldest first
      <span class="client">
        {' '}
        · <kbd>g</kbd> <kbd>n</kbd> opens the next
      </span>
    </span>
  );
}

function NothingWaits({lastClosedUtc, now}: Omit<QueueProps, 'queue'>): VNode {
  return (
    <Empty title="Nothing needs you">
      <p>
        {lastClosedUtc === undefined ? (
          'When dsynth fails a port, its case appears here as soon as it needs a decision.'
        ) : (
          <>
            The last case closed <Time utc={lastClosedUtc} now={now} />. The next failure starts by itself.
          </>
        )}
      </p>
      <a class="button" href="/ui/cases">
        All cases
      </a>
    </Empty>
  );
}

function groupsOf({review, questions, blocked}: Queue): Group[] {
  return [
    {heading: 'Fixes to review', icon: 'check', tone: 'ok', button: 'Review', state: 'review', rows: review},
    {heading: 'Questions', icon: 'hand', tone: 'warn', button: 'Answer', state: 'waiting', rows: questions},
    {heading: 'Blocked by infrastructure', icon: 'plug', tone: 'bad', button: 'See why', state: 'waiting', rows: blocked},
  ];
}

function QueueGroup({group: {heading, icon, tone, button, state, rows}, now}: {group: Group; now: number}): VNode {
  return (
    <>
      <h3 class="group">
        <Icon name={icon} tone={tone} /> {heading} <Count n={rows.length} />
        {rows.length > GROUP_SHOWN ? (
          <a class="end small" href={withQuery('/ui/cases', {state})}>
            All {rows.length}
          </a>
        ) : null}
      </h3>
      <ul class="queue">
        {rows.slice(0, GROUP_SHOWN).map((row) => (
          <li key={row.case_run_id} id={`needs-${row.case_run_id}`}>
            <div class="what">
              <PortLine row={row} />
              <span class="line">{lineOf(row)}</span>
            </div>
            <span class="cost">
              {costText(row) ?? 'no price'} · waits <Time utc={row.waiting_since ?? row.changed_utc} now={now} as="for" />
            </span>
            <a class="button" href={pathOfCase(row)} data-open>
              {button}
              <span class="unseen"> {portName(row)}</span>
            </a>
          </li>
        ))}
      </ul>
    </>
  );
}

/** Renders the port of a case, with its class. */
export function PortLine({row}: {row: CaseRow}): VNode {
  return (
    <span class="row">
      <PortLink href={pathOfCase(row)}>{portName(row)}</PortLink>
      {row.classification === null ? null : <Tag>{row.classification}</Tag>}
    </span>
  );
}

/** What a fix repairs, or what is asked. */
function lineOf(row: CaseRow): ComponentChildren {
  const {kind, detail} = stateOfRow(row);
  if (kind === 'review') return <InlineCode text={row.root_cause ?? row.reason} />;
  if (kind === 'running') return <InlineCode text={row.doing ?? ''} />;
  return (
    <>
      <strong>{capitalized(detail)}</strong> <InlineCode text={row.reason} />
    </>
  );
}
