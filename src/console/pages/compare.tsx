import type {VNode} from 'preact';
import {Type} from 'typebox';
import {Count} from '../components/pill.tsx';
import {type Compared, compareRuns, type RunComparison} from '../queries/figures.ts';
import {findRunRow, listRuns, type RunRow} from '../queries/runs.ts';
import {bundlePath, runPath} from './components.tsx';
import {type Column, DataTable} from './data-table.tsx';
import {definePage, ShortText} from './page.ts';

const path = '/ui/compare';

export const comparePage = definePage({
  path,
  query: Type.Object({a: ShortText, b: ShortText}),
  render({reading: {cache}}, {query: {a = '', b = ''}}) {
    const [before, after] = [findRunRow(cache, a), findRunRow(cache, b)];
    const body = (
      <>
        <h1>Compare two runs</h1>
        <RunChoices before={before} after={after} runs={listRuns(cache, {}, 1).rows} />
        {before === undefined || after === undefined ? (
          <p class="notice">Choose two runs.</p>
        ) : (
          <Comparison a={before} b={after} comparison={compareRuns(cache, a, b)} />
        )}
      </>
    );
    return {title: 'Compare two runs', section: 'runs', body};
  },
});

interface ChoicesProps {
  readonly before: RunRow | undefined;
  readonly after: RunRow | undefined;
  readonly runs: readonly RunRow[];
}

function RunChoices({before, after, runs}: ChoicesProps): VNode {
  return (
    <form class="filters" method="get" action={path}>
      <RunChoice name="a" label="Before" chosen={before} runs={runs} />
      <RunChoice name="b" label="After" chosen={after} runs={runs} />
      <button type="submit">Compare</button>
    </form>
  );
}

interface ChoiceProps {
  readonly name: string;
  readonly label: string;
  readonly chosen: RunRow | undefined;
  readonly runs: readonly RunRow[];
}

function RunChoice({name, label, chosen, runs}: ChoiceProps): VNode {
  const isListed = chosen === undefined || runs.some(({run_id}) => run_id === chosen.run_id);
  return (
    <label>
      {label}
      <select name={name} id={`compare-${name}`}>
        {(isListed ? runs : [chosen, ...runs]).map((run) => (
          <option key={run.run_id} value={run.run_id} selected={run.run_id === chosen?.run_id}>
            {run.ts_start?.slice(0, 16).replace('T', ' ') ?? ''} {run.run_id}
          </option>
        ))}
      </select>
    </label>
  );
}

const COLUMNS: readonly Column<Compared>[] = [
  {head: 'Port', isRowHead: true, cell: (one) => <a href={bundlePath(one.bundle_id)}>{one.port}</a>},
  {head: 'Error', class: 'why mono', cell: (one) => one.error_line},
];
const CHANGED_COLUMNS: readonly Column<RunComparison['changed'][number]>[] = [
  ...COLUMNS,
  {head: 'Before', class: 'why mono', cell: (one) => one.before},
];

function Comparison({a, b, comparison}: {a: RunRow; b: RunRow; comparison: RunComparison}): VNode {
  const {fresh, gone, changed, same} = comparison;
  return (
    <>
      <p class="facts">
        From <a href={runPath(a.run_id)}>{a.run_id}</a> ({a.failed} failed) to <a href={runPath(b.run_id)}>{b.run_id}</a> (
        {b.failed} failed): {fresh.length} new, {changed.length} in another way, {gone.length} gone, {same.length} the same.
      </p>
      <Part heading="New failures" tone="warn" columns={COLUMNS} rows={fresh} />
      <Part heading="Fail in another way" tone="warn" columns={CHANGED_COLUMNS} rows={changed} />
      <Part heading="Gone" columns={COLUMNS} rows={gone} />
      <Part heading="The same" columns={COLUMNS} rows={same} />
    </>
  );
}

interface PartProps<R> {
  readonly heading: string;
  readonly tone?: 'warn';
  readonly columns: readonly Column<R>[];
  readonly rows: readonly R[];
}

function Part<R>({heading, tone, columns, rows}: PartProps<R>): VNode {
  return (
    <section>
      <h2>
        {heading} <Count n={rows.length} tone={tone} />
      </h2>
      {rows.length === 0 ? null : <DataTable caption={heading} columns={columns} rows={rows} />}
    </section>
  );
}
