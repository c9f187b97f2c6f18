import {Title} from '../components/panel.tsx';
import {choicesOf, listQuery} from '../queries/filter.ts';
import {listPorts, PORT_FILTER, type PortRow} from '../queries/ports.ts';
import {count, counted, PortLink, portPath, When} from './components.tsx';
import {type Column, DataTable} from './data-table.tsx';
import {FilteredList} from './filter-form.tsx';
import {definePage} from './page.ts';

const path = '/ui/ports';
const EMPTY = {title: 'No port has failed', text: 'A port appears here with its first reported failure.'};

export const portsPage = definePage({
  path,
  query: listQuery(PORT_FILTER),
  render({reading: {cache}}, {query: {page = 1, ...values}}) {
    const listed = listPorts(cache, values, page);
    const body = (
      <>
        <Title heading="Ports" facts={[counted(listed.total, 'port that has failed', 'ports that have failed')]} />
        <FilteredList
          path={path}
          filter={PORT_FILTER}
          values={values}
          choices={choicesOf(cache, PORT_FILTER)}
          listed={listed}
          noun="port"
          empty={EMPTY}
        >
          <DataTable
            caption="Ports"
            columns={columns(Date.now())}
            rows={listed.rows}
            rowId={({origin}) => `port-${origin}`}
            order={{path, values}}
          />
        </FilteredList>
      </>
    );
    return {title: 'Ports', section: 'ports', live: 'all', body};
  },
});

function columns(now: number): Column<PortRow>[] {
  return [
    {
      head: 'Port',
      sort: 'port',
      isRowHead: true,
      cell: ({origin}) => <PortLink href={portPath(origin)}>{origin}</PortLink>,
    },
    {head: 'Failures', sort: 'failures', isNumber: true, cell: (one) => count(one.failures)},
    {head: 'Runs', sort: 'runs', isNumber: true, cell: (one) => count(one.runs)},
    {head: 'Open cases', sort: 'open', isNumber: true, cell: (one) => count(one.open)},
    {head: 'Last failure', sort: 'last', isNumber: true, cell: (one) => <When utc={one.last_utc} now={now} />},
  ];
}
