import type {ComponentChildren, VNode} from 'preact';
import type {Cap} from '../../case/budget/money.ts';
import {formatMoney} from '../../case/budget/money.ts';
import {portName} from '../../case/types.ts';
import type {ClassSpend, Counted, Day, RunOutcomes} from '../queries/figures.ts';
import type {CaseLine} from '../queries/lists.ts';
import type {Health} from '../watch/health.ts';
import {linkTo} from './case-table.tsx';
import {Bars, Columns} from './charts.tsx';
import {Badge, count, counted, runPath, Table, When, withQuery} from './components.tsx';

export interface OverviewProps {
  readonly now: number;
  readonly waiting: readonly CaseLine[];
  readonly waitingTotal: number;
  readonly busy: readonly CaseLine[];
  readonly today: readonly Counted[];
  readonly spent: {readonly tokens: number; readonly cost: number; readonly attempts: number};
  readonly cap: Cap | undefined;
  readonly health: Health;
  readonly envs: readonly string[];
  readonly byClass: readonly ClassSpend[];
  readonly days: readonly Day[];
  readonly runs: readonly RunOutcomes[];
}

/** Minutes without a word after which a busy case is marked. */
const STALE_MINUTES = 15;

export function Overview(props: OverviewProps): VNode {
  return (
    <>
      <h1>Overview</h1>
      <Waiting {...props} />
      <Busy {...props} />
      <div class="grid">
        <Card heading="Closed today">
          <Today {...props} />
        </Card>
        <Card heading="Spent today">
          <Spend {...props} />
        </Card>
        <Card heading="Health">
          <HealthList {...props} />
        </Card>
      </div>
      <Pictures {...props} />
    </>
  );
}

function Card({heading, children}: {heading: string; children: ComponentChildren}): VNode {
  return (
    <section class="card">
      <h2>{heading}</h2>
      {children}
    </section>
  );
}

const REASONS: readonly (readonly [string, string])[] = [
  ['fixed', 'Proved fixes to review'],
  ['manual', 'Left to a person'],
  ['needs-help', 'Could not be repaired'],
  ['budget-exhausted', 'Out of budget'],
  ['triage-failed', 'Triage failed'],
];

function Waiting({waiting, waitingTotal, now}: OverviewProps): VNode {
  const groups = REASONS.map(([pending, heading]) => ({
    heading,
    cases: waiting.filter((one) => one.pending_outcome === pending),
  }));
  const others = waiting.filter((one) => !REASONS.some(([pending]) => pending === one.pending_outcome));
  return (
    <section aria-labelledby="waits">
      <h2 id="waits">
        Waits for you <span class="badge warn">{waitingTotal}</span>
      </h2>
      {waitingTotal === 0 ? <p class="dim">No case waits for an operator.</p> : null}
      {[...groups, {heading: 'Other', cases: others}]
        .filter(({cases}) => cases.length > 0)
        .map(({heading, cases}) => (
          <section key={heading}>
            <h3>
              {heading} ({cases.length})
            </h3>
            <Table caption={heading} heads={['Port', 'Class', 'Why', 'What is asked', 'Tokens', 'Waits']} numbers={['Tokens']}>
              {cases.map((one) => (
                <tr key={one.case_run_id} id={`waits-${one.case_run_id}`}>
                  <th scope="row">
                    <a href={linkTo(one)}>{portName(one)}</a> <span class="dim">{one.target}</span>
                  </th>
                  <td>{one.classification ?? '–'}</td>
                  <td class="why">{one.reason}</td>
                  <td class="why">{one.asked}</td>
                  <td class="number">{count(one.tokens)}</td>
                  <td>
                    <When utc={one.waiting_since} now={now} />
                  </td>
                </tr>
              ))}
            </Table>
          </section>
        ))}
      {waitingTotal > waiting.length ? (
        <p>
          <a href="/ui/cases?state=waiting">All {waitingTotal}</a>
        </p>
      ) : null}
    </section>
  );
}

function Busy({busy, now}: OverviewProps): VNode {
  return (
    <section aria-labelledby="runs-now">
      <h2 id="runs-now">
        At work <span class="badge busy">{busy.length}</span>
      </h2>
      {busy.length === 0 ? (
        <p class="dim">Automation works on nothing.</p>
      ) : (
        <Table
          caption="Cases that automation works on"
          heads={['Port', 'Phase', 'Attempt', 'Turn', 'Tokens', 'Does', 'Open for']}
          numbers={['Attempt', 'Turn', 'Tokens']}
        >
          {busy.map((one) => (
            <tr key={one.case_run_id} id={`busy-${one.case_run_id}`}>
              <th scope="row">
                <a href={linkTo(one)}>{portName(one)}</a> <span class="dim">{one.target}</span>
              </th>
              <td>
                <Badge word={one.phase} />{' '}
                {isStale(one, now) ? <Badge word="stale" text={`silent for ${STALE_MINUTES} min`} /> : null}
              </td>
              <td class="number">
                {one.phase === 'patch' || one.phase === 'prove' ? one.attempts + 1 : one.attempts}
                {one.attempts_limit === null ? '' : ` of ${one.attempts_limit}`}
              </td>
              <td class="number">{one.turn ?? '–'}</td>
              <td class="number">
                {count(one.tokens)}
                {one.tokens_limit === null ? '' : ` of ${count(one.tokens_limit)}`}
              </td>
              <td class="why">{one.doing}</td>
              <td>
                <When utc={one.started_utc} now={now} />
              </td>
            </tr>
          ))}
        </Table>
      )}
    </section>
  );
}

function isStale({changed_utc, phase}: CaseLine, now: number): boolean {
  return phase !== 'waiting-env' && now - Date.parse(changed_utc) > STALE_MINUTES * 60_000;
}

function Today({today}: OverviewProps): VNode {
  if (today.length === 0) return <p class="dim">No case has closed today, by UTC.</p>;
  return (
    <ul class="plain">
      {today.map(({word, n}) => (
        <li key={word}>
          <a href={withQuery('/ui/cases', {outcome: word})}>
            <Badge word={word} />
          </a>{' '}
          {n}
        </li>
      ))}
    </ul>
  );
}

function Spend({spent, cap, health}: OverviewProps): VNode {
  const used = health.day ?? spent;
  return (
    <dl class="facts">
      <dt>Billable tokens</dt>
      <dd>
        {count(used.tokens)}
        {cap?.tokens === undefined ? ' (no cap a day)' : ` of ${count(cap.tokens)} a day`}
      </dd>
      <dt>Cost by the policy’s prices</dt>
      <dd>
        {formatMoney(used.cost)}
        {cap?.cost === undefined ? '' : ` of ${formatMoney(cap.cost)} a day`}
      </dd>
      <dt>Attempts of cases that changed today</dt>
      <dd>{count(spent.attempts)}</dd>
    </dl>
  );
}

interface ModelHealth {
  readonly model?: unknown;
  readonly at?: unknown;
  readonly ok?: unknown;
  readonly error?: unknown;
}

function HealthList({health, envs}: OverviewProps): VNode {
  const {runner, pools, temporalProblem} = health;
  const models = Object.entries((runner.extra?.model ?? {}) as Record<string, ModelHealth | null>);
  return (
    <dl class="facts">
      <dt>Temporal</dt>
      <dd>
        {temporalProblem === undefined ? <Badge word="ok" text="answers" /> : <Badge word="failed" text={temporalProblem} />}
      </dd>
      <dt>Worker</dt>
      <dd>
        {runner.stale ? <Badge word="stale" text="does not answer" /> : <Badge word={runner.status} />}{' '}
        {runner.stale || runner.job_id === null ? '' : `${runner.current_stage ?? ''} ${runner.job_id}`}
      </dd>
      <dt>Dev-envs</dt>
      <dd>{envs.length === 0 && pools.length === 0 ? 'none is known' : <EnvList health={health} envs={envs} />}</dd>
      <dt>Model</dt>
      <dd>
        {models.every(([, said]) => said === null) ? 'no call yet' : null}
        {models.map(([purpose, said]) =>
          said === null ? null : (
            <div key={purpose}>
              {purpose}: {String(said.model)}{' '}
              {said.ok ? <Badge word="ok" text="answered" /> : <Badge word="failed" text={String(said.error)} />}
            </div>
          ),
        )}
      </dd>
    </dl>
  );
}

function EnvList({health, envs}: {health: Health; envs: readonly string[]}): VNode {
  const leases = health.pools.flatMap((pool) => pool.leases);
  const unhealthy = Object.assign({}, ...health.pools.map((pool) => pool.unhealthy ?? {})) as Record<string, string>;
  const waiting = health.pools.reduce((sum, pool) => sum + pool.waiting.length, 0);
  const names = [...new Set([...envs, ...leases.map(({env}) => env), ...Object.keys(unhealthy)])];
  return (
    <>
      {names.map((env) => {
        const lease = leases.find((one) => one.env === env);
        return (
          <div key={env}>
            <code>{env}</code>{' '}
            {unhealthy[env] !== undefined ? (
              <Badge word="failed" text={`out of the pool: ${unhealthy[env]}`} />
            ) : lease === undefined ? (
              <Badge word="ok" text="free" />
            ) : (
              <Badge word="inflight" text={`leased to ${lease.holder.workflowId}`} />
            )}
          </div>
        );
      })}
      {waiting === 0 ? null : <div>{waiting} wait for one</div>}
    </>
  );
}

function Pictures({days, byClass, runs}: OverviewProps): VNode {
  const byRun = new Map<string, RunOutcomes[]>();
  for (const one of runs) byRun.set(one.run_id, [...(byRun.get(one.run_id) ?? []), one]);
  return (
    <section aria-labelledby="pictures">
      <h2 id="pictures">The last {days.length} days</h2>
      <div class="grid">
        <Columns
          caption="Attempts a day"
          unit="attempts"
          columns={days.map(({day, attempts}) => ({label: day.slice(5), value: attempts}))}
        />
        <Columns
          caption="Tokens a day"
          unit="tokens"
          columns={days.map(({day, tokens}) => ({label: day.slice(5), value: tokens}))}
        />
      </div>
      <div class="grid">
        <section>
          <h3>Outcomes of each run</h3>
          <Bars
            caption="Outcomes of each run"
            heads={['Run', 'Cases', 'What became of them']}
            rows={[...byRun].map(([runId, parts]) => ({
              label: parts[0]?.ts_start?.slice(0, 16).replace('T', ' ') ?? runId,
              href: runPath(runId),
              parts: parts.map(({outcome, n}) => ({word: outcome, value: n})),
              text: parts.map(({outcome, n}) => `${n} ${outcome}`).join(', '),
            }))}
          />
        </section>
        <section>
          <h3>Spend by class</h3>
          <Bars
            caption="Spend by class"
            heads={['Class', 'Tokens', 'Cases']}
            rows={byClass.map(({classification, tokens, cases, fixed, cost}) => ({
              label: classification,
              parts: [{word: 'plain', value: tokens}],
              text: `${count(tokens)} tokens${cost > 0 ? `, ${formatMoney(cost)}` : ''}; ${counted(cases, 'case')}, ${fixed} fixed`,
            }))}
          />
        </section>
      </div>
    </section>
  );
}
