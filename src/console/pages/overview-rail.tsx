import type {VNode} from 'preact';
import type {Cap} from '../../case/budget/money.ts';
import {portName} from '../../case/types.ts';
import {Bar, Kv} from '../components/facts.tsx';
import {Empty, Panel} from '../components/panel.tsx';
import {StatePill} from '../components/state-pill.tsx';
import {shortMoment, Time} from '../components/time.tsx';
import {type CaseRow, stateOfRow} from '../queries/cases.ts';
import type {Counted} from '../queries/figures.ts';
import type {RunRow} from '../queries/runs.ts';
import type {Health} from '../watch/health.ts';
import {pathOfCase} from './case-table.tsx';
import {count, counted, PortLink, runPath, withQuery} from './components.tsx';
import {costText, money, shortCount} from './format.ts';
import {RunProgress} from './run-progress.tsx';

/** Cases at work that the panel shows; the list of cases has all. */
const SHOWN = 8;
/** Minutes without a change after which a case at work is marked. */
const SILENT_MINUTES = 15;

/** Renders the cases that automation works on. */
export function RunningNow({
  running,
  waiting,
  now,
}: {
  running: readonly CaseRow[];
  waiting: readonly CaseRow[];
  now: number;
}): VNode {
  const foot =
    waiting.length === 0 ? undefined : (
      <a href="/ui/cases?phase=waiting-env">{counted(waiting.length, 'case waits', 'cases wait')} for a dev-env</a>
    );
  return (
    <Panel id="running" title="Running now" count={running.length === 0 ? undefined : running.length} flush foot={foot}>
      {running.length === 0 ? (
        <Empty title="Nothing running">
          <p>The next failure starts by itself.</p>
        </Empty>
      ) : (
        <ul class="queue">
          {running.slice(0, SHOWN).map((row) => (
            <RunningCase key={row.case_run_id} row={row} now={now} />
          ))}
        </ul>
      )}
      {running.length > SHOWN ? (
        <div class="foot">
          <a href="/ui/cases?state=running">All {running.length}</a>
        </div>
      ) : null}
    </Panel>
  );
}

function RunningCase({row, now}: {row: CaseRow; now: number}): VNode {
  const silent = now - Date.parse(row.changed_utc) > SILENT_MINUTES * 60_000;
  return (
    <li id={`running-${row.case_run_id}`}>
      <div class="what">
        <span class="row">
          <PortLink href={pathOfCase(row)}>{portName(row)}</PortLink>
        </span>
        <span class="line">
          <StatePill state={stateOfRow(row)} inList /> {attemptText(row)}
          {silent ? (
            <span class="tone-warn">
              silent for <Time utc={row.changed_utc} now={now} as="for" />
            </span>
          ) : null}
        </span>
        <TokensBar row={row} />
      </div>
    </li>
  );
}

function attemptText({phase, attempts, attempts_limit}: CaseRow): string {
  if (phase !== 'patch' && phase !== 'prove') return '';
  return attempts_limit === null ? `attempt ${attempts + 1}` : `attempt ${attempts + 1} of ${attempts_limit}`;
}

/** The part of the token budget that is used. */
function TokensBar({row: {tokens, tokens_limit}}: {row: CaseRow}): VNode | null {
  if (tokens_limit === null || tokens_limit <= 0) return null;
  const tone = tokens > 0.85 * tokens_limit ? 'warn' : 'run';
  return (
    <Bar parts={[{value: tokens, tone}]} most={tokens_limit} label={`${count(tokens)} of ${count(tokens_limit)} tokens used`} />
  );
}

/** Renders the latest dsynth run. */
export function LatestRun({run, now}: {run: RunRow | undefined; now: number}): VNode | null {
  if (run === undefined) return null;
  return (
    <Panel
      title={run.ts_start === null ? 'dsynth run' : `dsynth run, ${shortMoment(run.ts_start)}`}
      end={<a href={runPath(run.run_id)}>Open run</a>}
    >
      <RunProgress run={run} now={now} />
    </Panel>
  );
}

interface TodayProps {
  readonly outcomes: readonly Counted[];
  readonly spent: {readonly tokens: number; readonly cost: number; readonly attempts: number};
  readonly cap: Cap | undefined;
  readonly health: Health;
}

/** Renders what was spent and closed today, by UTC. */
export function Today({outcomes, spent, cap, health}: TodayProps): VNode {
  const used = health.day ?? spent;
  return (
    <Panel title="Today" end="by UTC">
      <Kv
        facts={[
          [
            'Money',
            costText(used) === undefined ? (
              'no prices in the policy'
            ) : (
              <Spent text={money(used.cost)} cap={cap?.cost === undefined ? undefined : money(cap.cost)} />
            ),
          ],
        ]}
      />
      <CapBar used={used.cost} cap={cap?.cost} label="of the day’s money" />
      <Kv
        facts={[
          [
            'Tokens',
            <Spent key="t" text={shortCount(used.tokens)} cap={cap?.tokens === undefined ? undefined : shortCount(cap.tokens)} />,
          ],
        ]}
      />
      <CapBar used={used.tokens} cap={cap?.tokens} label="of the day’s tokens" />
      <Kv
        facts={[
          ['Closed', <Closed key="c" outcomes={outcomes} />],
          ['Attempts', count(spent.attempts)],
        ]}
      />
    </Panel>
  );
}

function Spent({text, cap}: {text: string; cap: string | undefined}): VNode {
  return (
    <>
      {text} {cap === undefined ? null : <span class="dim">of {cap}</span>}
    </>
  );
}

function CapBar({used, cap, label}: {used: number; cap: number | undefined; label: string}): VNode | null {
  if (cap === undefined || cap <= 0) return null;
  return <Bar parts={[{value: used}]} most={cap} label={`${Math.round((100 * used) / cap)} % ${label}`} />;
}

/** Outcomes of cases that a person has to repair. */
const LEFT = ['manual', 'needs-help', 'budget-exhausted', 'triage-failed'];

function Closed({outcomes}: {outcomes: readonly Counted[]}): VNode {
  const sumOf = (isMeant: (outcome: string) => boolean): number =>
    outcomes.filter(({name}) => isMeant(name)).reduce((sum, {n}) => sum + n, 0);
  const fixed = sumOf((outcome) => outcome === 'fixed');
  const left = sumOf((outcome) => LEFT.includes(outcome));
  const other = sumOf((outcome) => outcome !== 'fixed' && !LEFT.includes(outcome));
  if (fixed + left + other === 0) return <span class="dim">none yet</span>;
  return (
    <>
      <a href={withQuery('/ui/cases', {outcome: 'fixed'})}>{count(fixed)} fixed</a>
      {left === 0 ? '' : `, ${count(left)} left to a person`}
      {other === 0 ? '' : `, ${count(other)} otherwise`}
    </>
  );
}
