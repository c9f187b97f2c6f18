import type {VNode} from 'preact';
import {portName} from '../../case/types.ts';
import type {Tone} from '../components/icon.tsx';
import {Pill, Tag} from '../components/pill.tsx';
import type {JobRow} from '../queries/jobs.ts';
import {jobPath, PortLink, When} from './components.tsx';
import {type Column, DataTable, type ListOrder} from './data-table.tsx';
import {stampUtc} from './run-name.ts';

const STATES: Readonly<Record<string, readonly [Tone, string]>> = {
  pending: ['calm', 'Waits'],
  inflight: ['run', 'At work'],
  done: ['ok', 'Done'],
  failed: ['bad', 'Failed'],
};

/** Renders the state of a job. */
export function JobState({state}: {state: string}): VNode {
  const [tone, text] = STATES[state] ?? (['calm', state] as const);
  return (
    <Pill tone={tone} icon={state === 'pending' ? 'clock' : undefined}>
      {text}
    </Pill>
  );
}

function columns(now: number): Column<JobRow>[] {
  return [
    {
      head: 'Port',
      sort: 'port',
      isRowHead: true,
      cell: (job) => (
        <PortLink href={jobPath(job.job_id)} title={job.job_id}>
          {portName(job)}
        </PortLink>
      ),
    },
    {head: 'State', sort: 'state', cell: (job) => <JobState state={job.state} />},
    {head: 'Type', sort: 'type', cell: (job) => <Tag>{job.type}</Tag>},
    {head: 'Error', class: 'span', cell: (job) => <span class="why break">{job.last_error}</span>},
    {head: 'Created', sort: 'time', isNumber: true, cell: (job) => <When utc={stampUtc(job.created_ts_utc)} now={now} />},
  ];
}

interface JobTableProps {
  readonly caption: string;
  readonly jobs: readonly JobRow[];
  readonly now: number;
  readonly order?: ListOrder;
}

export function JobTable({caption, jobs, now, order}: JobTableProps): VNode {
  return <DataTable caption={caption} columns={columns(now)} rows={jobs} rowId={(job) => `job-${job.job_id}`} order={order} />;
}
