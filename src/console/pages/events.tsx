import type {VNode} from 'preact';
import {Type} from 'typebox';
import {EVENT_FILTER, type EventFilter, type EventRow, listEvents} from '../queries/events.ts';
import {choicesOf} from '../queries/filter.ts';
import {Badge, casePath, portPath, When, withQuery} from './components.tsx';
import {type Column, DataTable} from './data-table.tsx';
import {FilterForm} from './filter-form.tsx';
import {definePage} from './page.ts';

const EVENTS_SHOWN = 100;
const path = '/ui/events';

export const eventsPage = definePage({
  path,
  query: Type.Object({...EVENT_FILTER.query.properties, before: Type.Optional(Type.Integer({minimum: 0}))}),
  render({reading: {cache}}, {query: {before, ...values}}) {
    const events = listEvents(cache, values, before, EVENTS_SHOWN);
    const older = events.length === EVENTS_SHOWN ? events.at(-1)?.id : undefined;
    const body = (
      <>
        <h1>Events</h1>
        <FilterForm path={path} filter={EVENT_FILTER} values={values} choices={choicesOf(cache, EVENT_FILTER)} />
        <DataTable caption="Events" columns={COLUMNS} rows={events} rowId={(event) => `event-${event.id}`} />
        <OtherEvents values={values} before={before} older={older} />
      </>
    );
    return {title: 'Events', section: 'activity', ...(before === undefined ? {live: 'all'} : {}), body};
  },
});

const COLUMNS: readonly Column<EventRow>[] = [
  {head: 'Time', cell: (event) => <When utc={event.ts} />},
  {head: 'Type', cell: (event) => <Badge value={event.type} />},
  {head: 'Port', cell: ({origin}) => (origin === null ? '' : <a href={portPath(origin)}>{origin}</a>)},
  {head: 'What', class: 'wrap', cell: (event) => <EventText event={event} />},
  {head: 'ID', isNumber: true, class: 'id', cell: (event) => event.id},
];

function EventText({event}: {event: EventRow}): VNode {
  const data = JSON.parse(event.data_json) as Record<string, unknown>;
  const {stage, message, error, relpath, state, job_id, bundle_id, run_id} = data as Record<string, string | undefined>;
  const text = message ?? error ?? relpath ?? job_id ?? bundle_id ?? run_id ?? String(state ?? data.status ?? '');
  return (
    <>
      {stage === undefined ? null : <Badge value={stage} />} {text}{' '}
      {event.workflow_id === null ? null : <a href={casePath(event.workflow_id)}>case</a>}{' '}
      <details id={`data-${event.id}`}>
        <summary>data</summary>
        <pre>{JSON.stringify(data, null, 2)}</pre>
      </details>
    </>
  );
}

/** Links to the latest events and to those before the ones that are shown. */
function OtherEvents({
  values,
  before,
  older,
}: {
  values: EventFilter;
  before: number | undefined;
  older: number | undefined;
}): VNode {
  return (
    <nav class="pager" aria-label="Pages of the list">
      {before === undefined ? null : (
        <a class="button" href={withQuery(path, values)}>
          Latest
        </a>
      )}
      {older === undefined ? null : (
        <a class="button" href={withQuery(path, {...values, before: String(older)})}>
          Older
        </a>
      )}
    </nav>
  );
}
