import type {VNode} from 'preact';
import {Title} from '../components/panel.tsx';
import {Pill} from '../components/pill.tsx';
import {Moment} from '../components/time.tsx';
import {outcomesOfRuns, type RunOutcomes} from '../queries/figures.ts';
import {choicesOf, listQuery} from '../queries/filter.ts';
import {listRuns, RUN_FILTER, type RunRow} from '../queries/runs.ts';
import {count, counted, duration, runPath} from './components.tsx';
import {type Column, DataTable} from './data-table.tsx';
import {FilteredList} from './filter-form.tsx';
import {OutcomeBar} from './outcome-bar.tsx';
import {definePage} from './page.ts';
import {RunBar} from './run-progress.tsx';

const path = '/ui/runs';
const EMPTY = {title: 'No run yet', text: 'A run of dsynth appears here when its hook reports that it began.'};

export const runsPage = definePage({
  path,
  query: listQuery(RUN_FILTER),
  render({reading: {cache}}, {query: {page = 1, ...values}}) {
    const listed = listRuns(cache, values, page);
    const outcomes = outcomesOfRuns(
      cache,
      listed.rows.map(({run_id}) => run_id),
    );
    const body = (
      <>
        <Title
          heading="Runs"
          facts={[
            counted(listed.total, 'run of dsynth', 'runs of dsynth'),
            <a href="/ui/compare">Compare two runs</a>,
            <a href="/ui/bundles">All bundles</a>,
          ]}
        />
        <FilteredList
          path={path}
          filter={RUN_FILTER}
          values={values}
          choices={choicesOf(cache, RUN_FILTER)}
          listed={listed}
          noun="run"
          empty={EMPTY}
        >
          <DataTable
            caption="Runs"
            columns={columns(outcomes, Date.now())}
            rows={listed.rows}
            rowId={(run) => `run-${run.run_id}`}
            order={{path, values}}
          />
        </FilteredList>
      </>
    );
    return {title: 'Runs', section: 'runs', live: 'all', body};
  },
});

function lasted({ts_start, ts_end, state}: RunRow, now: number): string {
  if (ts_end === null && state === 'open') return duration(ts_start, new Date(now).toISOString());
  return duration(ts_start, ts_end);
}

function columns(outcomes: readonly RunOutcomes[], now: number): readonly Column<RunRow>[] {
  return [
    {
      head: 'Began',
      sort: 'began',
      isRowHead: true,
      cell: ({run_id, ts_start}) => (
        <span class="port">
          <a href={runPath(run_id)} title={run_id}>
            {ts_start === null ? run_id : <Moment utc={ts_start} />}
          </a>
        </span>
      ),
    },
    {head: 'State', cell: (run) => <RunState run={run} />},
    {head: 'Profile', sort: 'profile', cell: (run) => run.profile || <span class="dim">not known</span>},
    {head: 'Target', sort: 'target', cell: (run) => run.target || <span class="dim">not known</span>},
    {head: 'Ports', class: 'bar-cell', cell: (run) => <RunBar run={run} />},
    {head: 'Built', sort: 'built', isNumber: true, cell: (run) => count(run.built)},
    {head: 'Failed', sort: 'failed', isNumber: true, cell: (run) => count(run.failed)},
    {head: 'Skipped', sort: 'skipped', isNumber: true, cell: (run) => count(run.skipped)},
    {
      head: 'Its cases',
      class: 'bar-cell',
      cell: ({run_id}) => <OutcomeBar outcomes={outcomes.filter((one) => one.run_id === run_id)} />,
    },
    {head: 'Lasted', sort: 'lasted', isNumber: true, cell: (run) => lasted(run, now)},
  ];
}

const STATES = {open: ['run', 'Running'], ended: ['calm', 'Ended'], abandoned: ['bad', 'Abandoned']} as const;

/** Renders the state of a run. */
export function RunState({run: {state}, big}: {run: RunRow; big?: boolean}): VNode {
  const [tone, text] = STATES[state as keyof typeof STATES] ?? (['calm', state] as const);
  return (
    <Pill tone={tone} big={big === true}>
      {text}
    </Pill>
  );
}
