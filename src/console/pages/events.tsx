import type {VNode} from 'preact';
import {Type} from 'typebox';
import type {Tone} from '../components/icon.tsx';
import {Empty, Title} from '../components/panel.tsx';
import {Pill, Tag} from '../components/pill.tsx';
import {EVENT_FILTER, EVENT_TEXTS, type EventFilter, type EventRow, listEvents} from '../queries/events.ts';
import {choicesOf} from '../queries/filter.ts';
import {ActivityTabs} from './activity-tabs.tsx';
import {casePath, PortLink, portPath, When, withQuery} from './components.tsx';
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
        <Title heading="Activity" facts={['what happened, newest first']} />
        <ActivityTabs shown="events" />
        <FilterForm path={path} filter={EVENT_FILTER} values={values} choices={choicesOf(cache, EVENT_FILTER)} />
        <section class="panel" aria-label="List of events">
          {events.length === 0 ? (
            <NoEvents isFiltered={Object.values(values).some(Boolean)} />
          ) : (
            <DataTable caption="Events" columns={columns(Date.now())} rows={events} rowId={(event) => `event-${event.id}`} />
          )}
          <OtherEvents values={values} before={before} older={older} />
        </section>
      </>
    );
    return {title: 'Activity', section: 'activity', ...(before === undefined ? {live: 'all'} : {}), body};
  },
});

function NoEvents({isFiltered}: {isFiltered: boolean}): VNode {
  if (!isFiltered)
    return (
      <Empty title="Nothing has happened yet" icon="clock" level={2}>
        <p>Runs, failures and the steps of cases appear here as they happen.</p>
      </Empty>
    );
  return (
    <Empty title="No event matches" icon="search" level={2}>
      <p>A filter is set.</p>
      <a class="button" href={path}>
        Clear filters
      </a>
    </Empty>
  );
}

const TONES: Readonly<Record<string, Tone>> = {job_failed: 'bad', bundle_created: 'bad', job_done: 'ok', job_claimed: 'run'};

function columns(now: number): Column<EventRow>[] {
  return [
    {head: 'When', isNumber: true, cell: (event) => <When utc={event.ts} now={now} />},
    {
      head: 'Type',
      cell: ({type}) => (
        <Pill tone={TONES[type] ?? 'calm'} icon={null}>
          {EVENT_TEXTS[type] ?? type}
        </Pill>
      ),
    },
    {
      head: 'Port',
      cell: ({origin}) => (origin === null ? '' : <PortLink href={portPath(origin)}>{origin}</PortLink>),
    },
    {head: 'What', class: 'span break', cell: (event) => <EventText event={event} />},
  ];
}

function EventText({event}: {event: EventRow}): VNode {
  const data = JSON.parse(event.data_json) as Record<string, unknown>;
  const {stage, message, error, relpath, state, job_id, bundle_id, run_id} = data as Record<string, string | undefined>;
  const text = message ?? error ?? relpath ?? job_id ?? bundle_id ?? run_id ?? String(state ?? data.status ?? '');
  return (
    <>
      {stage === undefined ? null : <Tag>{stage}</Tag>} {text}{' '}
      {event.workflow_id === null ? null : <a href={casePath(event.workflow_id)}>Case</a>}
      <details id={`data-${event.id}`} class="inline">
        <summary class="small dim">Raw JSON</summary>
        <pre>{JSON.stringify({id: event.id, ts: event.ts, type: event.type, ...data}, null, 2)}</pre>
      </details>
    </>
  );
}

interface OtherEventsProps {
  readonly values: EventFilter;
  readonly before: number | undefined;
  readonly older: number | undefined;
}

/** Links to the latest events and to those before the ones that are shown. */
function OtherEvents({values, before, older}: OtherEventsProps): VNode | null {
  if (before === undefined && older === undefined) return null;
  return (
    <nav class="foot row" aria-label="Pages of the list">
      <span class="end" />
      {before === undefined ? null : <a href={withQuery(path, values)}>Latest</a>}
      {older === undefined ? null : (
        <a rel="next" href={withQuery(path, {...values, before: String(older)})}>
          Older
        </a>
      )}
    </nav>
  );
}
