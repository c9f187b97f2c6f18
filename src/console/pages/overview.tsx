import type {ComponentChildren, VNode} from 'preact';
import type {Cap} from '../../case/budget/money.ts';
import {Notice} from '../components/notice.tsx';
import {Title} from '../components/panel.tsx';
import type {Reading} from '../context.ts';
import {policyInEffect} from '../policy.ts';
import {busyCases, type CaseRow, countWaiting, lastClosed, stateOfRow, waitingCases} from '../queries/cases.ts';
import {figuresByClass, lastDays, lastReport, minutesToFix, outcomesSince, spentSince} from '../queries/figures.ts';
import {latestRun} from '../queries/runs.ts';
import {isSetUp, readSetup, type SetupState} from '../setup-state.ts';
import type {Health} from '../watch/health.ts';
import {counted} from './components.tsx';
import {costText} from './format.ts';
import {Charts} from './overview-charts.tsx';
import {envProblem, HealthBar} from './overview-health.tsx';
import {NeedsYou, type Queue} from './overview-queue.tsx';
import {LatestRun, RunningNow, Today} from './overview-rail.tsx';
import {definePage} from './page.ts';
import {FirstCase, SetupPanel, stepsLeft} from './setup-panel.tsx';

/** Cases that are read for the groups. */
const CASES_READ = 200;
const DAYS_PICTURED = 30;
const DAY_MS = 86_400_000;

export const overviewPage = definePage({
  path: '/',
  async render({reading}) {
    const {env, roots, cache} = reading;
    const health = reading.health();
    const setup = await readSetup({env, roots, health});
    const cap = (await policyInEffect(env))?.limits?.day;
    const data = readOverview(reading, health, setup);
    const isNew = stepsLeft(setup, health) > 0 && lastReport(cache) === undefined;
    const body = isNew ? <Welcome {...data} /> : <Overview {...data} cap={cap} reading={reading} />;
    return {title: 'Overview', section: 'overview', live: 'all', body};
  },
});

interface OverviewData {
  readonly now: number;
  readonly health: Health;
  readonly setup: SetupState;
  readonly lastReportUtc: string | undefined;
  readonly queue: Queue;
  /** Cases that automation works on. */
  readonly running: readonly CaseRow[];
  /** Those that wait for a dev-env, in the order of their start. */
  readonly waiting: readonly CaseRow[];
}

function readOverview({cache}: Reading, health: Health, setup: SetupState): OverviewData {
  const now = Date.now();
  const asking = waitingCases(cache, CASES_READ);
  const busy = busyCases(cache, CASES_READ);
  const stuck = busy.filter((row) => waitsForBrokenEnv(row, health, setup));
  const ofKind = (kind: string): CaseRow[] => asking.filter((row) => stateOfRow(row).kind === kind);
  const queue = {
    review: ofKind('review'),
    questions: asking.filter((row) => !['review', 'blocked'].includes(stateOfRow(row).kind)),
    blocked: [...ofKind('blocked'), ...stuck],
    total: countWaiting(cache) + stuck.length,
  };
  const free = busy.filter((row) => !stuck.includes(row));
  return {
    now,
    health,
    setup,
    lastReportUtc: lastReport(cache),
    queue,
    running: free.filter(({phase}) => phase !== 'waiting-env'),
    waiting: free.filter(({phase}) => phase === 'waiting-env'),
  };
}

/** Whether a case waits for a dev-env while none of those that are known can be used. */
function waitsForBrokenEnv({phase}: CaseRow, health: Health, {devEnvs: {names}}: SetupState): boolean {
  return phase === 'waiting-env' && names.length > 0 && names.every((name) => envProblem(health, name) !== undefined);
}

function Overview({reading, cap, ...data}: OverviewData & {reading: Reading; cap: Cap | undefined}): VNode {
  const {cache} = reading;
  const {now, health, setup, queue, running, waiting} = data;
  const today = new Date(now).toISOString().slice(0, 10);
  const month = new Date(now - DAYS_PICTURED * DAY_MS).toISOString();
  const outcomes = outcomesSince(cache, today);
  const spent = spentSince(cache, today);
  return (
    <>
      <Title
        heading={headingOf(queue.total, health)}
        facts={factsOf(data, outcomes.find(({name}) => name === 'fixed')?.n ?? 0, spent)}
      />
      <HealthBar {...data} />
      <Unready setup={setup} />
      <div class="cols">
        <div class="stack first">
          <NeedsYou queue={queue} lastClosedUtc={lastClosed(cache)} now={now} />
          {isSetUp(setup) ? null : <SetupPanel setup={setup} health={health} hasReports={true} />}
        </div>
        <div class="rail">
          <RunningNow running={running} waiting={waiting} now={now} />
          <LatestRun run={latestRun(cache)} now={now} />
          <Today outcomes={outcomes} spent={spent} cap={cap} health={health} />
        </div>
      </div>
      <Charts
        days={lastDays(cache, DAYS_PICTURED, now)}
        byClass={figuresByClass(cache, month)}
        fixMinutes={minutesToFix(cache, month)}
        cap={cap}
      />
    </>
  );
}

function headingOf(total: number, {temporalProblem, runner}: Health): string {
  if (total > 0) return counted(total, 'case needs you', 'cases need you');
  if (temporalProblem !== undefined) return 'Nothing is repaired: Temporal cannot be reached';
  return runner.stale ? 'Nothing is repaired: the worker does not answer' : 'Nothing needs you';
}

function factsOf(
  {running, waiting}: OverviewData,
  fixed: number,
  spent: {readonly tokens: number; readonly cost: number},
): ComponentChildren[] {
  const cost = costText(spent);
  return [
    `${running.length} running`,
    waiting.length === 0 ? null : `${waiting.length} waiting for a dev-env`,
    `${fixed} fixed today`,
    cost === undefined ? null : `${cost} spent today`,
  ];
}

/** A system that is not set up never looks well, even with cases from another time. */
function Unready({setup}: {setup: SetupState}): VNode | null {
  if (isSetUp(setup)) return null;
  return (
    <Notice
      tone="warn"
      role="status"
      action={
        <a class="button tiny" href="#setup">
          First steps
        </a>
      }
    >
      <strong>Not set up: {missingParts(setup).join(', ')}.</strong> Cases collect evidence and wait for you.
    </Notice>
  );
}

function missingParts({logs, model, devEnvs}: SetupState): string[] {
  return [
    ...(logs.state === 'missing' ? ['no log directory'] : []),
    ...(model.state === 'missing' ? ['no model'] : []),
    ...(devEnvs.state === 'missing' ? ['no dev-env'] : []),
  ];
}

/** The overview before the first failure, while something is not set up. */
function Welcome(data: OverviewData): VNode {
  const {setup, health, queue, now} = data;
  return (
    <>
      <Title
        heading={`Welcome. ${counted(stepsLeft(setup, health), 'step', 'steps')} to the first case`}
        facts={missingParts(setup)}
      />
      <HealthBar {...data} />
      <div class="cols">
        <div class="stack first">
          <SetupPanel setup={setup} health={health} hasReports={false} />
        </div>
        <div class="rail">
          <FirstCase />
          <NeedsYou queue={queue} lastClosedUtc={undefined} now={now} />
        </div>
      </div>
    </>
  );
}
