import type {VNode} from 'preact';
import {Type} from 'typebox';
import {Empty, Panel, Title} from '../components/panel.tsx';
import {type Compared, compareRuns, type RunComparison} from '../queries/figures.ts';
import {findRunRow, listRuns, type RunRow} from '../queries/runs.ts';
import {bundlePath, counted, PortLink, runPath} from './components.tsx';
import {type Column, DataTable} from './data-table.tsx';
import {definePage, ShortText} from './page.ts';
import {runName} from './run-name.ts';

const path = '/ui/compare';

export const comparePage = definePage({
  path,
  query: Type.Object({a: ShortText, b: ShortText}),
  render({reading: {cache}}, {query: {a = '', b = ''}}) {
    const [before, after] = [findRunRow(cache, a), findRunRow(cache, b)];
    const isChosen = before !== undefined && after !== undefined;
    const body = (
      <>
        <Title
          up={{href: '/ui/runs', text: 'Runs'}}
          heading="Compare two runs"
          facts={isChosen ? factsOf(before, after, compareRuns(cache, a, b)) : []}
        />
        <RunChoices before={before} after={after} runs={listRuns(cache, {}, 1).rows} />
        {isChosen ? <Comparison comparison={compareRuns(cache, a, b)} /> : <NotChosen />}
      </>
    );
    return {title: 'Compare two runs', section: 'runs', body};
  },
});

function NotChosen(): VNode {
  return (
    <section class="panel">
      <Empty title="Choose two runs" icon="search" level={2}>
        <p>The page shows which failures are new, which are gone, and which ports fail in another way.</p>
      </Empty>
    </section>
  );
}

function factsOf(before: RunRow, after: RunRow, {fresh, changed, gone, same}: RunComparison): VNode[] {
  return [
    <RunLink key="a" run={before} />,
    <RunLink key="b" run={after} />,
    <span key="c">
      {fresh.length} new, {changed.length} in another way, {gone.length} gone, {same.length} the same
    </span>,
  ];
}

function RunLink({run}: {run: RunRow}): VNode {
  return (
    <>
      <a href={runPath(run.run_id)} title={run.run_id}>
        {runName(run.run_id)}
      </a>{' '}
      {counted(run.failed, 'failure')}
    </>
  );
}

interface ChoicesProps {
  readonly before: RunRow | undefined;
  readonly after: RunRow | undefined;
  readonly runs: readonly RunRow[];
}

function RunChoices({before, after, runs}: ChoicesProps): VNode {
  return (
    <form class="filters" method="get" action={path} data-filters id="filters">
      {/* The two latest are proposed. */}
      <RunChoice name="a" label="Before" chosen={before} proposed={runs[1]} runs={runs} />
      <RunChoice name="b" label="After" chosen={after} proposed={runs[0]} runs={runs} />
      <button type="submit">Compare</button>
    </form>
  );
}

interface ChoiceProps {
  readonly name: string;
  readonly label: string;
  readonly chosen: RunRow | undefined;
  readonly proposed: RunRow | undefined;
  readonly runs: readonly RunRow[];
}

function RunChoice({name, label, chosen, proposed, runs}: ChoiceProps): VNode {
  const isListed = chosen === undefined || runs.some(({run_id}) => run_id === chosen.run_id);
  const selected = (chosen ?? proposed)?.run_id;
  return (
    <label>
      {label}
      <select name={name} id={`compare-${name}`}>
        {(isListed ? runs : [chosen, ...runs]).map((run) => (
          <option key={run.run_id} value={run.run_id} selected={run.run_id === selected}>
            {[runName(run.run_id), run.profile, run.target].filter(Boolean).join(', ')}
          </option>
        ))}
      </select>
    </label>
  );
}

const COLUMNS: readonly Column<Compared>[] = [
  {
    head: 'Port',
    isRowHead: true,
    cell: (one) => <PortLink href={bundlePath(one.bundle_id)}>{one.port}</PortLink>,
  },
  {head: 'Error', class: 'span', cell: (one) => <code class="why break">{one.error_line || 'no line names a cause'}</code>},
];
const CHANGED_COLUMNS: readonly Column<RunComparison['changed'][number]>[] = [
  ...COLUMNS,
  {head: 'Before', class: 'span', cell: (one) => <code class="why break">{one.before || 'no line named a cause'}</code>},
];

function Comparison({comparison: {fresh, gone, changed, same}}: {comparison: RunComparison}): VNode {
  return (
    <>
      <Part heading="New failures" none="No port fails that did not fail before." tone="warn" columns={COLUMNS} rows={fresh} />
      <Part heading="Fail in another way" none="No port fails in another way." columns={CHANGED_COLUMNS} rows={changed} />
      <Part heading="Gone" none="No failure is gone." columns={COLUMNS} rows={gone} />
      <Part heading="The same" none="No port fails in the same way." columns={COLUMNS} rows={same} />
    </>
  );
}

interface PartProps<R> {
  readonly heading: string;
  /** Text of a part without rows. */
  readonly none: string;
  readonly tone?: 'warn';
  readonly columns: readonly Column<R>[];
  readonly rows: readonly R[];
}

function Part<R>({heading, none, tone, columns, rows}: PartProps<R>): VNode {
  return (
    <Panel title={heading} count={rows.length} countTone={rows.length > 0 ? tone : undefined} flush>
      {rows.length === 0 ? (
        <div class="body">
          <p class="dim">{none}</p>
        </div>
      ) : (
        <DataTable caption={heading} columns={columns} rows={rows} />
      )}
    </Panel>
  );
}
