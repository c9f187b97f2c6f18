import {choicesOf, listQuery} from '../queries/filter.ts';
import {listRuns, RUN_FILTER, type RunRow} from '../queries/runs.ts';
import {Badge, count, duration, runPath, When} from './components.tsx';
import {type Column, DataTable} from './data-table.tsx';
import {FilteredList} from './filter-form.tsx';
import {definePage} from './page.ts';

const path = '/ui/runs';

export const runsPage = definePage({
  path,
  query: listQuery(RUN_FILTER),
  render({reading: {cache}}, {query: {page = 1, ...values}}) {
    const listed = listRuns(cache, values, page);
    const body = (
      <>
        <h1>Runs</h1>
        <FilteredList
          path={path}
          filter={RUN_FILTER}
          values={values}
          choices={choicesOf(cache, RUN_FILTER)}
          listed={listed}
          noun="run"
        >
          <form method="get" action="/ui/compare">
            <DataTable caption="Runs" columns={COLUMNS} rows={listed.rows} rowId={(run) => `run-${run.run_id}`} />
            <p>
              <button type="submit">Compare the two</button>
            </p>
          </form>
        </FilteredList>
      </>
    );
    return {title: 'Runs', section: 'runs', live: 'all', body};
  },
});

const COLUMNS: readonly Column<RunRow>[] = [
  {
    head: 'Compare',
    class: 'nowrap',
    // The two latest are chosen.
    cell: ({run_id}, index) => (
      <>
        <input type="radio" name="a" value={run_id} aria-label={`first: ${run_id}`} checked={index === 1} />
        <input type="radio" name="b" value={run_id} aria-label={`second: ${run_id}`} checked={index === 0} />
      </>
    ),
  },
  {
    head: 'Run',
    isRowHead: true,
    cell: ({run_id}) => (
      <a class="id" href={runPath(run_id)}>
        {run_id}
      </a>
    ),
  },
  {head: 'State', cell: (run) => <Badge value={run.state} />},
  {head: 'Profile', cell: (run) => run.profile},
  {head: 'Target', cell: (run) => run.target},
  {head: 'Began', cell: (run) => <When utc={run.ts_start} />},
  {head: 'Lasted', class: 'nowrap', cell: (run) => duration(run.ts_start, run.ts_end)},
  {head: 'Built', isNumber: true, cell: (run) => count(run.built)},
  {head: 'Failed', isNumber: true, cell: (run) => count(run.failed)},
  {head: 'Ignored', isNumber: true, cell: (run) => count(run.ignored)},
  {head: 'Skipped', isNumber: true, cell: (run) => count(run.skipped)},
];
