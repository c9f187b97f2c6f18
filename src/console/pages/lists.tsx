import type {VNode} from 'preact';
import {OUTCOMES, portName} from '../../case/types.ts';
import {EVENT_TYPES} from '../cache/case-events.ts';
import {JOB_STATES} from '../cache/jobs.ts';
import {
  type BundleFilter,
  type BundleLine,
  CASE_STATES,
  type CaseFilter,
  type CaseLine,
  type EventFilter,
  type EventLine,
  type JobLine,
  type Listed,
  type PortLine,
  type RunLine,
} from '../queries/lists.ts';
import {CaseTable} from './case-table.tsx';
import {
  Badge,
  bundlePath,
  Choice,
  casePath,
  count,
  jobPath,
  Pager,
  portPath,
  runPath,
  Table,
  When,
  withQuery,
} from './components.tsx';

const PHASES = ['collect', 'triage', 'decide', 'waiting-env', 'patch', 'prove', 'awaiting-operator', 'closed'];

type Query = Readonly<Record<string, string | undefined>>;

function Search({value, label}: {value: string | undefined; label: string}): VNode {
  return (
    <label>
      {label}
      <input type="search" name="q" id="filter-q" value={value ?? ''} maxLength={200} />
    </label>
  );
}

function Total({listed, what}: {listed: Listed<unknown>; what: string}): VNode {
  return (
    <p class="dim" role="status">
      {count(listed.total)} {what}
    </p>
  );
}

function Show(): VNode {
  return <button type="submit">Show</button>;
}

export function CasesPage({
  listed,
  filter,
  words,
  now,
}: {
  listed: Listed<CaseLine>;
  filter: CaseFilter;
  words: {tiers: readonly string[]; classes: readonly string[]; targets: readonly string[]};
  now: number;
}): VNode {
  return (
    <>
      <h1>Cases</h1>
      <form class="filters" method="get" action="/ui/cases">
        <Search value={filter.q} label="Origin, class, signature or words of the triage" />
        <Choice name="state" label="State" words={CASE_STATES} value={filter.state} />
        <Choice name="phase" label="Phase" words={PHASES} value={filter.phase} />
        <Choice name="outcome" label="Outcome" words={OUTCOMES} value={filter.outcome} />
        <Choice name="class" label="Class" words={words.classes} value={filter.class} />
        <Choice name="tier" label="Tier" words={words.tiers} value={filter.tier} />
        <Choice name="target" label="Target" words={words.targets} value={filter.target} />
        <Show />
      </form>
      <Total listed={listed} what="cases" />
      <CaseTable caption="Cases" cases={listed.rows} now={now} />
      <Pager path="/ui/cases" query={filter as Query} page={listed.page} pages={listed.pages} />
    </>
  );
}

export function BundlesPage({
  listed,
  filter,
  words,
  now,
}: {
  listed: Listed<BundleLine>;
  filter: BundleFilter;
  words: {classes: readonly string[]; targets: readonly string[]};
  now: number;
}): VNode {
  return (
    <>
      <h1>Bundles</h1>
      <p class="dim">A bundle is the kept evidence of one failure.</p>
      <form class="filters" method="get" action="/ui/bundles">
        <Search value={filter.q} label="Origin, class, signature, error or words of the triage" />
        <Choice name="class" label="Class" words={words.classes} value={filter.class} />
        <Choice name="outcome" label="Outcome" words={OUTCOMES} value={filter.outcome} />
        <Choice name="target" label="Target" words={words.targets} value={filter.target} />
        {filter.run ? <input type="hidden" name="run" value={filter.run} /> : null}
        {filter.signature ? <input type="hidden" name="signature" value={filter.signature} /> : null}
        <Show />
      </form>
      {filter.run || filter.signature ? (
        <p>
          Only {filter.run ? <>of run {filter.run}</> : null} {filter.signature ? <>with signature {filter.signature}</> : null}.{' '}
          <a href="/ui/bundles">Show all</a>
        </p>
      ) : null}
      <Total listed={listed} what="bundles" />
      <BundleTable caption="Bundles" bundles={listed.rows} now={now} />
      <Pager path="/ui/bundles" query={filter as Query} page={listed.page} pages={listed.pages} />
    </>
  );
}

export function BundleTable({caption, bundles, now}: {caption: string; bundles: readonly BundleLine[]; now: number}): VNode {
  return (
    <Table caption={caption} heads={['Bundle', 'Port', 'Result', 'Case', 'Class', 'Error', 'Run', 'When']}>
      {bundles.map((one) => (
        <tr key={one.bundle_id} id={`bundle-${one.bundle_id}`}>
          <th scope="row">
            <a class="id" href={bundlePath(one.bundle_id)}>
              {one.bundle_id}
            </a>
          </th>
          <td>
            <a href={portPath(one.origin)}>{portName(one)}</a>
          </td>
          <td>
            <Badge word={one.result} />
          </td>
          <td>
            {one.case_run_id === null ? (
              <span class="dim">none yet</span>
            ) : (
              <a href={casePath(one.workflow_id, one.case_run_id)}>
                <Badge word={one.outcome ?? one.phase ?? 'open'} />
              </a>
            )}
          </td>
          <td>{one.classification ?? '–'}</td>
          <td class="why mono">{one.error_line}</td>
          <td>
            <a href={runPath(one.run_id)}>{one.run_id}</a>
          </td>
          <td>
            <When utc={one.created_utc} now={now} />
          </td>
        </tr>
      ))}
    </Table>
  );
}

export function JobsPage({
  listed,
  filter,
}: {
  listed: Listed<JobLine>;
  filter: {state?: string | undefined; type?: string | undefined; q?: string | undefined};
}): VNode {
  return (
    <>
      <h1>Jobs</h1>
      <p class="dim">A job is a phase of a case: its triage, or its patches. Pending: it waits for a worker or a dev-env.</p>
      <form class="filters" method="get" action="/ui/jobs">
        <Search value={filter.q} label="Origin or job" />
        <Choice name="state" label="State" words={JOB_STATES} value={filter.state} />
        <Choice name="type" label="Type" words={['triage', 'patch']} value={filter.type} />
        <Show />
      </form>
      <Total listed={listed} what="jobs" />
      <JobTable caption="Jobs" jobs={listed.rows} />
      <Pager path="/ui/jobs" query={filter} page={listed.page} pages={listed.pages} />
    </>
  );
}

export function JobTable({caption, jobs}: {caption: string; jobs: readonly JobLine[]}): VNode {
  return (
    <Table caption={caption} heads={['Job', 'State', 'Type', 'Port', 'Created', 'Error']}>
      {jobs.map((job) => (
        <tr key={job.job_id} id={`job-${job.job_id}`}>
          <th scope="row">
            <a class="id" href={jobPath(job.job_id)}>
              {job.job_id}
            </a>
          </th>
          <td>
            <Badge word={job.state} />
          </td>
          <td>{job.type}</td>
          <td>
            <a href={portPath(job.origin)}>{portName(job)}</a>
          </td>
          <td class="nowrap">{job.created_ts_utc}</td>
          <td class="why">{job.last_error}</td>
        </tr>
      ))}
    </Table>
  );
}

export function JobPage({job, activity}: {job: JobLine; activity: readonly EventLine[]}): VNode {
  return (
    <>
      <h1 class="id">{job.job_id}</h1>
      {job.last_error === null ? null : (
        <p class={job.state === 'failed' ? 'note bad' : 'note warn'} role="alert">
          {job.last_error}
        </p>
      )}
      <p class="facts">
        <Badge word={job.state} /> {job.type} of <a href={portPath(job.origin)}>{portName(job)}</a>, created {job.created_ts_utc};{' '}
        <a href={casePath(job.workflow_id)}>case</a>, <a href={bundlePath(job.bundle_id)}>bundle</a>,{' '}
        <a href={runPath(job.run_id)}>run</a>
      </p>
      <h2>Activity</h2>
      <Table caption="Activity of the job" heads={['Time', 'Stage', 'Message']}>
        {activity.map((one) => {
          const {stage, message} = JSON.parse(one.data_json) as {stage: string; message: string};
          return (
            <tr key={one.id}>
              <td>
                <When utc={one.ts} seconds />
              </td>
              <td>
                <Badge word={stage} />
              </td>
              <td class="wrap">{message}</td>
            </tr>
          );
        })}
      </Table>
    </>
  );
}

export function EventsPage({
  events,
  filter,
  before,
  older,
}: {
  events: readonly EventLine[];
  filter: EventFilter & {readonly failures?: boolean | undefined};
  before: number | undefined;
  older: number | undefined;
}): VNode {
  const query = {type: filter.type, origin: filter.origin, failures: filter.failures ? '1' : undefined};
  return (
    <>
      <h1>Events</h1>
      <form class="filters" method="get" action="/ui/events">
        <Choice name="type" label="Type" words={EVENT_TYPES} value={filter.type} />
        <label>
          Origin
          <input name="origin" id="filter-origin" value={filter.origin ?? ''} maxLength={200} placeholder="category/name" />
        </label>
        <label class="check">
          <input type="checkbox" name="failures" id="filter-failures" value="1" checked={filter.failures} /> only failures
        </label>
        <Show />
      </form>
      <Table caption="Events" heads={['Time', 'Type', 'Port', 'What', 'ID']} numbers={['ID']}>
        {events.map((one) => (
          <EventRow key={one.id} event={one} />
        ))}
      </Table>
      <nav class="pager" aria-label="Pages of the list">
        {before === undefined ? null : (
          <a class="button" href={withQuery('/ui/events', query)}>
            Latest
          </a>
        )}
        {older === undefined ? null : (
          <a class="button" href={withQuery('/ui/events', {...query, before: String(older)})}>
            Older
          </a>
        )}
      </nav>
    </>
  );
}

function EventRow({event}: {event: EventLine}): VNode {
  const data = JSON.parse(event.data_json) as Record<string, unknown>;
  const {stage, message, error, relpath, state, job_id, bundle_id, run_id} = data as Record<string, string | undefined>;
  const words = message ?? error ?? relpath ?? job_id ?? bundle_id ?? run_id ?? String(state ?? data.status ?? '');
  return (
    <tr id={`event-${event.id}`}>
      <td>
        <When utc={event.ts} seconds />
      </td>
      <td>
        <Badge word={event.type} />
      </td>
      <td>{event.origin === null ? '' : <a href={portPath(event.origin)}>{event.origin}</a>}</td>
      <td class="wrap">
        {stage === undefined ? null : <Badge word={stage} />} {words}{' '}
        {event.workflow_id === null ? null : <a href={casePath(event.workflow_id)}>case</a>}{' '}
        <details id={`data-${event.id}`}>
          <summary>data</summary>
          <pre>{JSON.stringify(data, null, 2)}</pre>
        </details>
      </td>
      <td class="number id">{event.id}</td>
    </tr>
  );
}

export function RunsPage({
  listed,
  filter,
  words,
}: {
  listed: Listed<RunLine>;
  filter: {profile?: string | undefined; target?: string | undefined};
  words: {profiles: readonly string[]; targets: readonly string[]};
}): VNode {
  return (
    <>
      <h1>Runs</h1>
      <form class="filters" method="get" action="/ui/runs">
        <Choice name="profile" label="Profile" words={words.profiles} value={filter.profile} />
        <Choice name="target" label="Target" words={words.targets} value={filter.target} />
        <Show />
      </form>
      <Total listed={listed} what="runs" />
      <form method="get" action="/ui/compare">
        <Table
          caption="Runs"
          heads={['Compare', 'Run', 'State', 'Profile', 'Target', 'Began', 'Lasted', 'Built', 'Failed', 'Ignored', 'Skipped']}
          numbers={['Built', 'Failed', 'Ignored', 'Skipped']}
        >
          {listed.rows.map((run, at) => (
            <tr key={run.run_id} id={`run-${run.run_id}`}>
              <td class="nowrap">
                <input type="radio" name="a" value={run.run_id} aria-label={`first: ${run.run_id}`} checked={at === 1} />
                <input type="radio" name="b" value={run.run_id} aria-label={`second: ${run.run_id}`} checked={at === 0} />
              </td>
              <th scope="row">
                <a class="id" href={runPath(run.run_id)}>
                  {run.run_id}
                </a>
              </th>
              <td>
                <Badge word={run.state} />
              </td>
              <td>{run.profile}</td>
              <td>{run.target}</td>
              <td>
                <When utc={run.ts_start} />
              </td>
              <td class="nowrap">{duration(run.ts_start, run.ts_end)}</td>
              {[run.built, run.failed, run.ignored, run.skipped].map((n, column) => (
                <td key={String(column)} class="number">
                  {count(n)}
                </td>
              ))}
            </tr>
          ))}
        </Table>
        <p>
          <button type="submit">Compare the two</button>
        </p>
      </form>
      <Pager path="/ui/runs" query={filter} page={listed.page} pages={listed.pages} />
    </>
  );
}

/** `3 h 12 min` */
export function duration(from: string | null, to: string | null): string {
  if (from === null || to === null) return '–';
  const minutes = Math.max(0, Math.round((Date.parse(to) - Date.parse(from)) / 60_000));
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

export function PortsPage({listed, q, now}: {listed: Listed<PortLine>; q: string | undefined; now: number}): VNode {
  return (
    <>
      <h1>Ports</h1>
      <p class="dim">Ports that have failed.</p>
      <form class="filters" method="get" action="/ui/ports">
        <Search value={q} label="Origin" />
        <Show />
      </form>
      <Total listed={listed} what="ports" />
      <Table
        caption="Ports"
        heads={['Port', 'Failures', 'Runs', 'Open cases', 'Last failure']}
        numbers={['Failures', 'Runs', 'Open cases']}
      >
        {listed.rows.map((one) => (
          <tr key={one.origin} id={`port-${one.origin}`}>
            <th scope="row">
              <a href={portPath(one.origin)}>{one.origin}</a>
            </th>
            <td class="number">{count(one.failures)}</td>
            <td class="number">{count(one.runs)}</td>
            <td class="number">{one.open}</td>
            <td>
              <When utc={one.last_utc} now={now} />
            </td>
          </tr>
        ))}
      </Table>
      <Pager path="/ui/ports" query={{q}} page={listed.page} pages={listed.pages} />
    </>
  );
}
