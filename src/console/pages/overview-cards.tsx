import type {VNode} from 'preact';
import type {Cap} from '../../case/budget/money.ts';
import {formatMoney} from '../../case/budget/money.ts';
import {MANY_FAULTS} from '../../case/budget/reported-usage.ts';
import {hostPart} from '../../case/host/host.ts';
import type {Counted} from '../queries/figures.ts';
import type {Health} from '../watch/health.ts';
import {Badge, count, withQuery} from './components.tsx';

interface SpendProps {
  readonly spent: {readonly tokens: number; readonly cost: number; readonly attempts: number};
  readonly cap: Cap | undefined;
  readonly health: Health;
}

interface HealthProps {
  readonly health: Health;
  readonly envs: readonly string[];
}

/** Outcomes of the cases that closed today. */
export function Today({today}: {today: readonly Counted[]}): VNode {
  if (today.length === 0) return <p class="dim">No case has closed today, by UTC.</p>;
  return (
    <ul class="plain">
      {today.map(({name, n}) => (
        <li key={name}>
          <a href={withQuery('/ui/cases', {outcome: name})}>
            <Badge value={name} />
          </a>{' '}
          {n}
        </li>
      ))}
    </ul>
  );
}

/** Tokens and money of today, against the policy's cap. */
export function Spend({spent, cap, health}: SpendProps): VNode {
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

/** The last call of a model. */
interface ModelHealth {
  readonly model?: unknown;
  readonly at?: unknown;
  readonly ok?: unknown;
  readonly error?: unknown;
}

/** Implausible reports of usage by a server, since the worker started. */
interface UsageFaultsHealth {
  readonly count?: unknown;
  readonly problem?: unknown;
}

/** How the parts are that a case needs. */
export function HealthList({health, envs}: HealthProps): VNode {
  const {runner, pools, temporalProblem} = health;
  const models = Object.entries((runner.extra?.model ?? {}) as Record<string, ModelHealth | null>);
  const faults = (runner.extra?.usage_faults ?? {}) as Record<string, UsageFaultsHealth | null>;
  return (
    <dl class="facts">
      <dt>Temporal</dt>
      <dd>
        {temporalProblem === undefined ? <Badge value="ok" text="answers" /> : <Badge value="failed" text={temporalProblem} />}
      </dd>
      <dt>Worker</dt>
      <dd>
        {runner.stale ? <Badge value="stale" text="does not answer" /> : <Badge value={runner.status} />}{' '}
        {runner.stale || runner.job_id === null ? '' : `${runner.current_stage ?? ''} ${runner.job_id}`}
      </dd>
      <dt>Dev-envs</dt>
      <dd>{envs.length === 0 && pools.length === 0 ? 'none is known' : <EnvList health={health} envs={envs} />}</dd>
      <dt>Model</dt>
      <dd>
        {models.every(([, last]) => last === null) ? 'no call yet' : null}
        {models.map(([purpose, last]) =>
          last === null ? null : (
            <div key={purpose}>
              {purpose}: {String(last.model)}{' '}
              {last.ok ? <Badge value="ok" text="answered" /> : <Badge value="failed" text={String(last.error)} />}{' '}
              <UsageFaultsBadge faults={faults[purpose]} />
            </div>
          ),
        )}
      </dd>
    </dl>
  );
}

function UsageFaultsBadge({faults}: {faults: UsageFaultsHealth | null | undefined}): VNode | null {
  if (!faults || Number(faults.count) < MANY_FAULTS) return null;
  const text = `${count(Number(faults.count))} implausible reports of tokens, which count as our estimate. ${String(faults.problem)}`;
  return <Badge value="failed" text={text} />;
}

function EnvList({health, envs}: HealthProps): VNode {
  const leases = health.pools.flatMap((pool) => pool.leases);
  const unhealthy = Object.assign({}, ...health.pools.map((pool) => pool.unhealthy ?? {})) as Record<string, string>;
  const hosts = Object.assign({}, ...health.pools.map((pool) => pool.hosts ?? {})) as Record<string, string>;
  const problemOf = (env: string): string | undefined => {
    const host = hostPart(env) ?? '';
    return hosts[host] === undefined ? unhealthy[env] : `host ${host} cannot be reached: ${hosts[host]}`;
  };
  const waiting = health.pools.reduce((sum, pool) => sum + pool.waiting.length, 0);
  const names = [...new Set([...envs, ...leases.map(({env}) => env), ...Object.keys(unhealthy)])];
  return (
    <>
      {names.map((env) => {
        const lease = leases.find((one) => one.env === env);
        return (
          <div key={env}>
            <code>{env}</code> <EnvState problem={problemOf(env)} holder={lease?.holder.workflowId} />
          </div>
        );
      })}
      {waiting === 0 ? null : <div>{waiting} wait for one</div>}
    </>
  );
}

function EnvState({problem, holder}: {problem: string | undefined; holder: string | undefined}): VNode {
  if (problem !== undefined) return <Badge value="failed" text={`out of the pool: ${problem}`} />;
  if (holder === undefined) return <Badge value="ok" text="free" />;
  return <Badge value="inflight" text={`leased to ${holder}`} />;
}
