import {choicesOf, listQuery} from '../queries/filter.ts';
import {listPorts, PORT_FILTER, type PortRow} from '../queries/ports.ts';
import {count, portPath, When} from './components.tsx';
import {type Column, DataTable} from './data-table.tsx';
import {FilteredList} from './filter-form.tsx';
import {definePage} from './page.ts';

const path = '/ui/ports';

export const portsPage = definePage({
  path,
  query: listQuery(PORT_FILTER),
  render({reading: {cache}}, {query: {page = 1, ...values}}) {
    const listed = listPorts(cache, values, page);
    const body = (
      <>
        <h1>Ports</h1>
        <p class="dim">Ports that have failed.</p>
        <FilteredList
          path={path}
          filter={PORT_FILTER}
          values={values}
          choices={choicesOf(cache, PORT_FILTER)}
          listed={listed}
          noun="port"
        >
          <DataTable caption="Ports" columns={columns(Date.now())} rows={listed.rows} rowId={({origin}) => `port-${origin}`} />
        </FilteredList>
      </>
    );
    return {title: 'Ports', section: 'ports', live: 'all', body};
  },
});

function columns(now: number): Column<PortRow>[] {
  return [
    {head: 'Port', isRowHead: true, cell: ({origin}) => <a href={portPath(origin)}>{origin}</a>},
    {head: 'Failures', isNumber: true, cell: (one) => count(one.failures)},
    {head: 'Runs', isNumber: true, cell: (one) => count(one.runs)},
    {head: 'Open cases', isNumber: true, cell: (one) => one.open},
    {head: 'Last failure', cell: (one) => <When utc={one.last_utc} now={now} />},
  ];
}
