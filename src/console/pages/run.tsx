import type {VNode} from 'preact';
import {portName} from '../../case/types.ts';
import {runWorkflowId} from '../../protocol/workflow-ids.ts';
import {type BundleRow, bundlesOfRun} from '../queries/bundles.ts';
import {type CaseRow, casesOfRun} from '../queries/cases.ts';
import type {Counted} from '../queries/figures.ts';
import {findRunRow, type RunRow, runBefore} from '../queries/runs.ts';
import {Refusal} from '../refusal.ts';
import {CaseTable} from './case-table.tsx';
import {Badge, bundlePath, count, counted, duration, When, withQuery} from './components.tsx';
import {definePage, IdParams, liveFor} from './page.ts';

export const runPage = definePage({
  path: '/ui/runs/:id',
  params: IdParams,
  render({reading: {cache, webUi}}, {params: {id}}) {
    const run = findRunRow(cache, id);
    if (run === undefined) throw new Refusal(404, `There is no run ${id}. The list of runs has those that are known.`);
    const bundles = bundlesOfRun(cache, id);
    const cases = casesOfRun(cache, id);
    const body = (
      <RunView run={run} before={runBefore(cache, run)} bundles={bundles} cases={cases} webUi={webUi} now={Date.now()} />
    );
    return {title: id, section: 'runs', live: liveFor('run_id', id), body};
  },
});

interface RunProps {
  readonly run: RunRow;
  /** Id of the run before it on the same profile. */
  readonly before: string | undefined;
  readonly bundles: readonly BundleRow[];
  readonly cases: readonly CaseRow[];
  readonly webUi: string | undefined;
  readonly now: number;
}

/** Failures of a run with the same signature. */
interface Group {
  readonly signature: string;
  readonly errorLine: string;
  readonly bundles: readonly BundleRow[];
}

const SHOWN_GROUPS = 60;
/** Groups are open if there are no more than these. */
const OPEN_GROUPS = 12;

/** A run in the manner of dsynth's progress page. */
function RunView(props: RunProps): VNode {
  const {run, bundles, cases, now} = props;
  return (
    <>
      <h1 class="id">{run.run_id}</h1>
      <RunFacts {...props} />
      <RunLinks {...props} />
      <Tally {...props} />
      <Outcomes cases={cases} />
      <h2>Failures by their cause</h2>
      <Groups groups={groupsOf(bundles)} />
      <h2>Cases</h2>
      <CaseTable caption="Cases of the run" cases={cases} now={now} />
      <h2>Bundles</h2>
      <p>
        <a href={withQuery('/ui/bundles', {run: run.run_id})}>{counted(bundles.length, 'bundle')}</a>
      </p>
    </>
  );
}

function RunFacts({run, now}: RunProps): VNode {
  return (
    <p class="facts">
      <Badge value={run.state} /> profile {run.profile || 'unknown'}, target {run.target || 'unknown'}; began{' '}
      <When utc={run.ts_start} />,{' '}
      {run.ts_end === null
        ? `for ${run.ts_start === null ? 'an unknown time' : duration(run.ts_start, new Date(now).toISOString())}`
        : `lasted ${duration(run.ts_start, run.ts_end)}`}
    </p>
  );
}

function RunLinks({run, before, webUi}: RunProps): VNode {
  return (
    <p>
      {before === undefined ? null : (
        <>
          <a class="button" href={withQuery('/ui/compare', {a: before, b: run.run_id})}>
            Compare with the run before
          </a>{' '}
        </>
      )}
      {webUi === undefined ? null : (
        <a class="button" href={`${webUi}/workflows/${encodeURIComponent(runWorkflowId(run.run_id))}`}>
          Temporal Web UI
        </a>
      )}
    </p>
  );
}

const TALLIES = ['queued', 'built', 'failed', 'ignored', 'skipped'] as const;

function Tally({run, cases}: RunProps): VNode {
  const tokens = cases.reduce((sum, one) => sum + one.tokens, 0);
  return (
    <ul class="counts" aria-label="Ports of the run">
      {TALLIES.map((name) => (
        <li key={name} class={`tally ${name}`}>
          <strong>{count(run[name])}</strong> {name}
        </li>
      ))}
      <li class="tally">
        <strong>{count(tokens)}</strong> tokens
      </li>
    </ul>
  );
}

function Outcomes({cases}: {cases: readonly CaseRow[]}): VNode | null {
  if (cases.length === 0) return null;
  return (
    <p>
      Cases:{' '}
      {outcomesOf(cases).map(({name, n}) => (
        <span key={name}>
          <Badge value={name} text={`${n} ${name}`} />{' '}
        </span>
      ))}
    </p>
  );
}

/** Counts cases by their outcome, or the phase of those without one. */
function outcomesOf(cases: readonly CaseRow[]): Counted[] {
  const outcomes = new Map<string, number>();
  for (const {outcome, phase} of cases) outcomes.set(outcome ?? phase, (outcomes.get(outcome ?? phase) ?? 0) + 1);
  return [...outcomes].map(([name, n]) => ({name, n}));
}

function Groups({groups}: {groups: readonly Group[]}): VNode {
  return (
    <>
      {groups.length === 0 ? <p class="dim">No port has failed.</p> : null}
      {groups.slice(0, SHOWN_GROUPS).map((group) => (
        <details key={group.signature} id={`group-${group.signature || 'none'}`} open={groups.length <= OPEN_GROUPS}>
          <summary>
            <strong>{group.bundles.length}</strong> <code class="wrap">{group.errorLine || 'no line names a cause'}</code>
          </summary>
          <ul class="inline">
            {group.bundles.map((one) => (
              <li key={one.bundle_id}>
                <a href={bundlePath(one.bundle_id)}>{portName(one)}</a>{' '}
                {one.outcome === null && one.phase === null ? null : <Badge value={one.outcome ?? one.phase ?? ''} />}
              </li>
            ))}
          </ul>
        </details>
      ))}
      {groups.length > SHOWN_GROUPS ? <p>and {groups.length - SHOWN_GROUPS} more causes</p> : null}
    </>
  );
}

/** Groups failures by their signature, the largest group first; the one without a cause last. */
function groupsOf(bundles: readonly BundleRow[]): Group[] {
  const bySignature = new Map<string, BundleRow[]>();
  for (const one of bundles) bySignature.set(one.signature, [...(bySignature.get(one.signature) ?? []), one]);
  return [...bySignature]
    .map(([signature, ones]) => ({signature, errorLine: ones[0]?.error_line ?? '', bundles: ones}))
    .sort((a, b) => Number(a.signature === '') - Number(b.signature === '') || b.bundles.length - a.bundles.length);
}
