import type {VNode} from 'preact';
import {portName} from '../../case/types.ts';
import {runWorkflowId} from '../../protocol/workflow-ids.ts';
import type {Counted, RunComparison} from '../queries/figures.ts';
import type {BundleLine, CaseLine, RunLine} from '../queries/lists.ts';
import {CaseTable} from './case-table.tsx';
import {Badge, bundlePath, count, counted, portPath, runPath, Table, When, withQuery} from './components.tsx';
import {BundleTable, duration} from './lists.tsx';

/** Failures of a run with the same signature. */
interface Group {
  readonly signature: string;
  readonly errorLine: string;
  readonly bundles: readonly BundleLine[];
}

const SHOWN_GROUPS = 60;

/** A run in the manner of dsynth's progress page. */
export function RunPage({
  run,
  before,
  bundles,
  cases,
  outcomes,
  webUi,
  now,
}: {
  run: RunLine;
  before: string | undefined;
  bundles: readonly BundleLine[];
  cases: readonly CaseLine[];
  outcomes: readonly Counted[];
  webUi: string | undefined;
  now: number;
}): VNode {
  const groups = groupsOf(bundles);
  const tokens = cases.reduce((sum, one) => sum + one.tokens, 0);
  return (
    <>
      <h1 class="id">{run.run_id}</h1>
      <p class="facts">
        <Badge word={run.state} /> profile {run.profile || 'unknown'}, target {run.target || 'unknown'}; began{' '}
        <When utc={run.ts_start} />,{' '}
        {run.ts_end === null
          ? `for ${run.ts_start === null ? 'an unknown time' : duration(run.ts_start, new Date(now).toISOString())}`
          : `lasted ${duration(run.ts_start, run.ts_end)}`}
      </p>
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
      <ul class="counts" aria-label="Ports of the run">
        {(
          [
            ['queued', run.queued],
            ['built', run.built],
            ['failed', run.failed],
            ['ignored', run.ignored],
            ['skipped', run.skipped],
          ] as const
        ).map(([word, n]) => (
          <li key={word} class={`tally ${word}`}>
            <strong>{count(n)}</strong> {word}
          </li>
        ))}
        <li class="tally">
          <strong>{count(tokens)}</strong> tokens
        </li>
      </ul>
      {outcomes.length === 0 ? null : (
        <p>
          Cases:{' '}
          {outcomes.map(({word, n}) => (
            <span key={word}>
              <Badge word={word} text={`${n} ${word}`} />{' '}
            </span>
          ))}
        </p>
      )}
      <h2>Failures by their cause</h2>
      {groups.length === 0 ? <p class="dim">No port has failed.</p> : null}
      {groups.slice(0, SHOWN_GROUPS).map((group) => (
        <details key={group.signature} id={`group-${group.signature || 'none'}`} open={groups.length <= 12}>
          <summary>
            <strong>{group.bundles.length}</strong> <code class="wrap">{group.errorLine || 'no line names a cause'}</code>
          </summary>
          <ul class="inline">
            {group.bundles.map((one) => (
              <li key={one.bundle_id}>
                <a href={bundlePath(one.bundle_id)}>{portName(one)}</a>{' '}
                {one.outcome === null && one.phase === null ? null : <Badge word={one.outcome ?? one.phase ?? ''} />}
              </li>
            ))}
          </ul>
        </details>
      ))}
      {groups.length > SHOWN_GROUPS ? <p>and {groups.length - SHOWN_GROUPS} more causes</p> : null}
      <h2>Cases</h2>
      <CaseTable caption="Cases of the run" cases={cases} now={now} />
      <h2>Bundles</h2>
      <p>
        <a href={withQuery('/ui/bundles', {run: run.run_id})}>{counted(bundles.length, 'bundle')}</a>
      </p>
    </>
  );
}

/** Largest first; those without a cause last. */
function groupsOf(bundles: readonly BundleLine[]): Group[] {
  const bySignature = new Map<string, BundleLine[]>();
  for (const one of bundles) bySignature.set(one.signature, [...(bySignature.get(one.signature) ?? []), one]);
  return [...bySignature]
    .map(([signature, ones]) => ({signature, errorLine: ones[0]?.error_line ?? '', bundles: ones}))
    .sort((a, b) => Number(a.signature === '') - Number(b.signature === '') || b.bundles.length - a.bundles.length);
}

export function ComparePage({
  a,
  b,
  comparison,
  runs,
}: {
  a: RunLine | undefined;
  b: RunLine | undefined;
  comparison: RunComparison | undefined;
  runs: readonly RunLine[];
}): VNode {
  return (
    <>
      <h1>Compare two runs</h1>
      <form class="filters" method="get" action="/ui/compare">
        {(
          [
            ['a', 'Before', a],
            ['b', 'After', b],
          ] as const
        ).map(([name, label, chosen]) => (
          <label key={name}>
            {label}
            <select name={name} id={`compare-${name}`}>
              {[...(chosen === undefined || runs.some(({run_id}) => run_id === chosen.run_id) ? [] : [chosen]), ...runs].map(
                (run) => (
                  <option key={run.run_id} value={run.run_id} selected={run.run_id === chosen?.run_id}>
                    {run.ts_start?.slice(0, 16).replace('T', ' ') ?? ''} {run.run_id}
                  </option>
                ),
              )}
            </select>
          </label>
        ))}
        <button type="submit">Compare</button>
      </form>
      {comparison === undefined || a === undefined || b === undefined ? (
        <p class="note">Choose two runs.</p>
      ) : (
        <Comparison a={a} b={b} comparison={comparison} />
      )}
    </>
  );
}

function Comparison({a, b, comparison}: {a: RunLine; b: RunLine; comparison: RunComparison}): VNode {
  const {fresh, gone, changed, same} = comparison;
  const parts = [
    {heading: 'New failures', tone: 'bad', lines: fresh},
    {heading: 'Fail in another way', tone: 'warn', lines: changed},
    {heading: 'Gone', tone: 'good', lines: gone},
    {heading: 'The same', tone: '', lines: same},
  ];
  return (
    <>
      <p class="facts">
        From <a href={runPath(a.run_id)}>{a.run_id}</a> ({a.failed} failed) to <a href={runPath(b.run_id)}>{b.run_id}</a> (
        {b.failed} failed): {fresh.length} new, {changed.length} in another way, {gone.length} gone, {same.length} the same.
      </p>
      {parts.map(({heading, tone, lines}) => (
        <section key={heading}>
          <h2>
            {heading} <span class={`badge ${tone}`}>{lines.length}</span>
          </h2>
          {lines.length === 0 ? null : (
            <Table caption={heading} heads={heading === 'Fail in another way' ? ['Port', 'Error', 'Before'] : ['Port', 'Error']}>
              {lines.map((one) => (
                <tr key={one.port}>
                  <th scope="row">
                    <a href={bundlePath(one.bundle_id)}>{one.port}</a>
                  </th>
                  <td class="why mono">{one.error_line}</td>
                  {'before' in one ? <td class="why mono">{String(one.before)}</td> : null}
                </tr>
              ))}
            </Table>
          )}
        </section>
      ))}
    </>
  );
}

/** A port's history over runs. */
export function PortPage({
  origin,
  bundles,
  cases,
  now,
}: {
  origin: string;
  bundles: readonly BundleLine[];
  cases: readonly CaseLine[];
  now: number;
}): VNode {
  return (
    <>
      <h1>{origin}</h1>
      <p class="facts">
        {counted(bundles.length, 'failure')} and {counted(cases.length, 'case')} are known, the latest first.
      </p>
      <h2>Cases</h2>
      <CaseTable caption={`Cases of ${origin}`} cases={cases} now={now} />
      <h2>Failures over runs</h2>
      <BundleTable caption={`Failures of ${origin}`} bundles={bundles} now={now} />
      <p>
        <a href={withQuery('/ui/events', {origin})}>Events of this port</a>,{' '}
        <a href={withQuery('/ui/jobs', {q: origin})}>its jobs</a>, <a href={portPath(origin)}>this page</a>
      </p>
    </>
  );
}
