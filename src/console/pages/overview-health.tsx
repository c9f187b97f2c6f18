import type {ComponentChildren, VNode} from 'preact';
import {MANY_FAULTS} from '../../case/budget/reported-usage.ts';
import {hostPart} from '../../case/host/host.ts';
import {Icon} from '../components/icon.tsx';
import {Notice} from '../components/notice.tsx';
import {Time} from '../components/time.tsx';
import type {SetupState} from '../setup-state.ts';
import type {Health, PoolState} from '../watch/health.ts';
import {count, counted} from './components.tsx';

export interface HealthProps {
  readonly health: Health;
  readonly setup: SetupState;
  /** When the last failure or run was reported, ISO 8601. */
  readonly lastReportUtc: string | undefined;
  /** Milliseconds. */
  readonly now: number;
}

/** Renders in one row whether the parts work that a case needs, and below it what is wrong with each that does not. */
export function HealthBar(props: HealthProps): VNode {
  return (
    <>
      <ul class="panel health" aria-label="Health">
        <li>
          <strong>Health</strong>
        </li>
        <WorkerItem {...props} />
        <TemporalItem {...props} />
        <ModelItem {...props} />
        <EnvItem {...props} />
        <ReportItem {...props} />
      </ul>
      {problemsOf(props.health).map((problem) => (
        <Notice key={problem} tone="bad">
          {problem}
        </Notice>
      ))}
    </>
  );
}

interface ItemProps {
  /** `off`: not set up, or nothing is known yet. */
  readonly state: 'ok' | 'warn' | 'bad' | 'off';
  readonly name: string;
  readonly children?: ComponentChildren;
}

const ICONS = {ok: 'check', warn: 'alert', bad: 'x', off: 'skip'} as const;

function Item({state, name, children}: ItemProps): VNode {
  const tone = state === 'off' ? 'warn' : state;
  return (
    <li>
      <Icon name={ICONS[state]} tone={tone} />
      {state === 'ok' ? (
        <>
          {name} <span class="dim">{children}</span>
        </>
      ) : (
        <strong class={`tone-${tone}`}>
          {name}
          {children === undefined ? '' : ': '}
          {children}
        </strong>
      )}
    </li>
  );
}

function WorkerItem({health: {runner}}: HealthProps): VNode {
  if (runner.stale)
    return (
      <Item state="bad" name="Worker">
        does not answer
      </Item>
    );
  const {activities} = (runner.extra ?? {}) as {activities?: readonly unknown[]};
  const busy = activities?.length ?? (runner.status === 'processing' ? 1 : 0);
  return (
    <Item state="ok" name="Worker">
      {busy === 0 ? 'idle' : `${counted(busy, 'step')} at work`}
    </Item>
  );
}

function TemporalItem({health: {temporalProblem}}: HealthProps): VNode {
  if (temporalProblem === undefined)
    return (
      <Item state="ok" name="Temporal">
        answers
      </Item>
    );
  return (
    <Item state="bad" name="Temporal">
      cannot be reached
    </Item>
  );
}

/** The last call of a model, as the worker reports it. */
interface ModelCall {
  readonly model?: unknown;
  readonly at?: unknown;
  readonly ok?: unknown;
  readonly error?: unknown;
}

function modelCalls({runner}: Health): [string, ModelCall][] {
  const calls = (runner.extra?.model ?? {}) as Readonly<Record<string, ModelCall | null>>;
  return Object.entries(calls).filter((call): call is [string, ModelCall] => call[1] !== null);
}

function ModelItem({health, setup: {model}, now}: HealthProps): VNode {
  if (model.state === 'missing')
    return (
      <Item state="off" name="Model">
        none is set
      </Item>
    );
  const calls = modelCalls(health).sort(([, a], [, b]) => String(b.at).localeCompare(String(a.at)));
  const last = calls[0]?.[1];
  if (last === undefined)
    return model.state === 'unknown' ? (
      <Item state="off" name="Model">
        not known
      </Item>
    ) : (
      <Item state="ok" name="Model">
        {model.name}, no call yet
      </Item>
    );
  if (calls.some(([, {ok}]) => !ok))
    return (
      <Item state="bad" name="Model">
        the last call failed
      </Item>
    );
  return (
    <Item state="ok" name="Model">
      {String(last.model)}, answered <Time utc={String(last.at)} now={now} />
    </Item>
  );
}

function EnvItem({health, setup: {devEnvs}}: HealthProps): VNode {
  const {state, names} = devEnvs;
  if (state !== 'set')
    return (
      <Item state="off" name="Dev-envs">
        {state === 'missing' ? 'none' : 'not known'}
      </Item>
    );
  const out = names.filter((name) => envProblem(health, name) !== undefined);
  const [first] = out;
  if (first === undefined)
    return (
      <Item state="ok" name="Dev-envs">
        {counted(names.length, 'ready', 'ready')}
      </Item>
    );
  return (
    <Item state={out.length === names.length ? 'bad' : 'warn'} name={`Dev-envs ${names.length - out.length} of ${names.length}`}>
      {out.length === 1 ? `${first} is out of the pool` : `${out.length} are out of the pool`}
    </Item>
  );
}

/** Returns why a dev-env is out of its pool; undefined if it is not. */
export function envProblem({pools}: Health, env: string): string | undefined {
  const host = hostPart(env) ?? '';
  for (const {unhealthy = {}, hosts = {}} of pools) {
    const [ofEnv, ofHost] = [unhealthy[env], hosts[host]];
    if (ofHost !== undefined) return `host ${host} cannot be reached: ${ofHost}`;
    if (ofEnv !== undefined) return ofEnv;
  }
  return undefined;
}

function ReportItem({lastReportUtc, now}: HealthProps): VNode {
  if (lastReportUtc === undefined)
    return (
      <Item state="off" name="Hooks">
        no report yet
      </Item>
    );
  return (
    <Item state="ok" name="Hooks">
      last report <Time utc={lastReportUtc} now={now} />
    </Item>
  );
}

/** Implausible reports of usage by a server, since the worker started. */
interface UsageFaults {
  readonly count?: unknown;
  readonly problem?: unknown;
}

/** Returns what is wrong with models and dev-envs, in sentences. */
function problemsOf(health: Health): string[] {
  const faults = (health.runner.extra?.usage_faults ?? {}) as Readonly<Record<string, UsageFaults | null>>;
  return [
    ...modelCalls(health)
      .filter(([, {ok}]) => !ok)
      .map(([purpose, {model, error}]) => `Model ${String(model)} (${purpose}): ${String(error)}`),
    ...Object.entries(faults).flatMap(([purpose, fault]) => faultText(purpose, fault)),
    ...health.pools.flatMap(poolProblems),
  ];
}

function faultText(purpose: string, fault: UsageFaults | null): string[] {
  if (fault === null || Number(fault.count) < MANY_FAULTS) return [];
  return [
    `Model for ${purpose}: ${count(Number(fault.count))} implausible reports of tokens, which count as our estimate. ${String(fault.problem)}`,
  ];
}

function poolProblems({hosts = {}, unhealthy = {}}: PoolState): string[] {
  return [
    ...Object.entries(hosts).map(
      ([host, problem]) => `Build host ${host} cannot be reached, so none of its dev-envs is used: ${problem}`,
    ),
    ...Object.entries(unhealthy).map(([env, problem]) => `Dev-env ${env} is out of the pool: ${problem}`),
  ];
}
