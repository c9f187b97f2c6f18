import type {VNode} from 'preact';
import {portName} from '../../case/types.ts';
import {runWorkflowId} from '../../protocol/workflow-ids.ts';
import {Kv} from '../components/facts.tsx';
import {Icon} from '../components/icon.tsx';
import {Empty, Panel, Title} from '../components/panel.tsx';
import {Count, Pill, Tag} from '../components/pill.tsx';
import {StatePill} from '../components/state-pill.tsx';
import {Moment} from '../components/time.tsx';
import {type BundleRow, bundlesOfRun} from '../queries/bundles.ts';
import {type CaseRow, casesOfRun, stateOfRow} from '../queries/cases.ts';
import {findRunRow, type RunRow, runBefore, signaturesOfRun} from '../queries/runs.ts';
import {Refusal} from '../refusal.ts';
import {pathOfCase} from './case-table.tsx';
import {bundlePath, count, counted, PortLink, When, withQuery} from './components.tsx';
import {costText} from './format.ts';
import {OutcomeBar} from './outcome-bar.tsx';
import {definePage, IdParams, liveFor} from './page.ts';
import {runName} from './run-name.ts';
import {RunProgress} from './run-progress.tsx';
import {RunState} from './runs.tsx';

export const runPage = definePage({
  path: '/ui/runs/:id',
  params: IdParams,
  render({reading: {cache, webUi}}, {params: {id}}) {
    const run = findRunRow(cache, id);
    if (run === undefined) throw new Refusal(404, `There is no run ${id}. The list of runs has those that are known.`);
    const before = runBefore(cache, run);
    const body = (
      <RunView
        run={run}
        before={before}
        known={before === undefined ? undefined : signaturesOfRun(cache, before)}
        bundles={bundlesOfRun(cache, id)}
        cases={casesOfRun(cache, id)}
        webUi={webUi}
        now={Date.now()}
      />
    );
    return {title: `Run ${runName(id)}`, section: 'runs', live: liveFor('run_id', id), body};
  },
});

interface RunProps {
  readonly run: RunRow;
  /** Id of the run before it on the same profile. */
  readonly before: string | undefined;
  /** Signatures of that run's failures. */
  readonly known: ReadonlySet<string> | undefined;
  readonly bundles: readonly BundleRow[];
  readonly cases: readonly CaseRow[];
  readonly webUi: string | undefined;
  readonly now: number;
}

/** Failures of a run with the same signature. */
interface Group {
  readonly signature: string;
  readonly errorLine: string;
  readonly classification: string | null;
  readonly bundles: readonly BundleRow[];
}

const SHOWN_GROUPS = 60;
/** Groups are open if there are no more than these. */
const OPEN_GROUPS = 12;

/** A run in the manner of dsynth's progress page. */
function RunView(props: RunProps): VNode {
  const {run, before, now} = props;
  return (
    <>
      <Title
        up={{href: '/ui/runs', text: 'Runs'}}
        heading={run.ts_start === null ? run.run_id : <Moment utc={run.ts_start} />}
        state={<RunState run={run} big />}
        facts={[
          run.profile === '' ? null : `profile ${run.profile}`,
          run.target === '' ? null : `target ${run.target}`,
          run.ts_start === null ? null : (
            <>
              began <When utc={run.ts_start} now={now} />
            </>
          ),
          before === undefined ? null : (
            <a href={withQuery('/ui/compare', {a: before, b: run.run_id})}>Compare with the run before</a>
          ),
        ]}
      />
      <section class="panel" aria-label="Ports of the run">
        <div class="body">
          <RunProgress run={run} now={now} />
        </div>
      </section>
      <div class="cols">
        <div class="stack first">
          <Failures {...props} />
        </div>
        <div class="rail">
          <CasesOfRun {...props} />
          <About {...props} />
        </div>
      </div>
    </>
  );
}

function Failures({bundles, cases, known, run}: RunProps): VNode {
  const groups = groupsOf(bundles);
  const byId = new Map(cases.map((one) => [one.case_run_id, one]));
  return (
    <Panel
      title="Failures by cause"
      count={groups.length}
      flush
      end={<a href={withQuery('/ui/bundles', {run: run.run_id})}>Its bundles</a>}
      foot={
        groups.length > SHOWN_GROUPS
          ? `${counted(groups.length - SHOWN_GROUPS, 'more cause')}; the list of bundles has all`
          : undefined
      }
    >
      {groups.length === 0 ? (
        <Empty title="No port has failed">
          <p>{run.state === 'open' ? 'Failures appear here as they are reported.' : 'The run ended without a failure.'}</p>
        </Empty>
      ) : null}
      {groups.slice(0, SHOWN_GROUPS).map((group) => (
        <FailureGroup
          key={group.signature}
          group={group}
          isNew={known !== undefined && group.signature !== '' && !known.has(group.signature)}
          isOpen={groups.length <= OPEN_GROUPS}
          caseOf={(bundle) => byId.get(bundle.case_run_id ?? '')}
        />
      ))}
    </Panel>
  );
}

interface FailureGroupProps {
  readonly group: Group;
  /** The run before has no such failure. */
  readonly isNew: boolean;
  readonly isOpen: boolean;
  readonly caseOf: (bundle: BundleRow) => CaseRow | undefined;
}

function FailureGroup({group, isNew, isOpen, caseOf}: FailureGroupProps): VNode {
  const {signature, errorLine, classification, bundles} = group;
  return (
    <details class="attempt" id={`group-${signature || 'none'}`} open={isOpen}>
      <summary>
        <Icon name="chev" class="chev" />
        <Count n={bundles.length} />
        {errorLine === '' ? <span>No line names a cause</span> : <code class="break">{errorLine}</code>}
        {classification === null ? null : <Tag>{classification}</Tag>}
        {isNew ? (
          <Pill tone="warn" icon="alert">
            new since the run before
          </Pill>
        ) : null}
      </summary>
      <ul class="queue turns">
        {bundles.map((bundle) => (
          <FailedPort key={bundle.bundle_id} bundle={bundle} row={caseOf(bundle)} />
        ))}
      </ul>
    </details>
  );
}

function FailedPort({bundle, row}: {bundle: BundleRow; row: CaseRow | undefined}): VNode {
  return (
    <li>
      <div class="what">
        <span class="row">
          <PortLink href={row === undefined ? bundlePath(bundle.bundle_id) : pathOfCase(row)}>{portName(bundle)}</PortLink>
          {row === undefined ? <span class="dim small">no case yet</span> : <StatePill state={stateOfRow(row)} inList />}
        </span>
      </div>
      <span class="cost">
        <a href={bundlePath(bundle.bundle_id)}>
          Bundle<span class="unseen"> of {portName(bundle)}</span>
        </a>
      </span>
    </li>
  );
}

function CasesOfRun({run, cases, bundles}: RunProps): VNode {
  const usage = cases.reduce((sum, {tokens, cost}) => ({tokens: sum.tokens + tokens, cost: sum.cost + cost}), {
    tokens: 0,
    cost: 0,
  });
  return (
    <Panel title="Its cases" count={cases.length} end={<a href={withQuery('/ui/cases', {run: run.run_id})}>As a table</a>}>
      <OutcomeBar outcomes={cases.map(({outcome, is_open}) => ({outcome: outcome ?? (is_open ? 'open' : 'lost'), n: 1}))} />
      <Kv
        facts={[
          ['Failures', count(bundles.length)],
          ['Tokens', count(usage.tokens)],
          ['Cost', costText(usage)],
        ]}
      />
    </Panel>
  );
}

function About({run, webUi}: RunProps): VNode {
  return (
    <Panel title="About">
      <Kv
        text
        facts={[
          ['Run', <code key="id">{run.run_id}</code>],
          ['Profile', run.profile || null],
          ['Target', run.target || null],
          ['Began', run.ts_start === null ? null : <Moment utc={run.ts_start} />],
          ['Ended', run.ts_end === null ? null : <Moment utc={run.ts_end} />],
          [
            'Temporal',
            webUi === undefined ? null : (
              <a key="ui" href={`${webUi}/workflows/${encodeURIComponent(runWorkflowId(run.run_id))}`}>
                Web UI
              </a>
            ),
          ],
        ]}
      />
    </Panel>
  );
}

/** Groups failures by their signature, the largest group first; the one without a cause last. */
function groupsOf(bundles: readonly BundleRow[]): Group[] {
  const bySignature = new Map<string, BundleRow[]>();
  for (const one of bundles) bySignature.set(one.signature, [...(bySignature.get(one.signature) ?? []), one]);
  return [...bySignature]
    .map(([signature, ones]) => ({
      signature,
      errorLine: ones[0]?.error_line ?? '',
      classification: ones.find((one) => one.classification !== null)?.classification ?? null,
      bundles: ones,
    }))
    .sort((a, b) => Number(a.signature === '') - Number(b.signature === '') || b.bundles.length - a.bundles.length);
}
