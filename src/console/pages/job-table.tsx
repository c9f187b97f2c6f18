import type {VNode} from 'preact';
import {portName} from '../../case/types.ts';
import type {JobRow} from '../queries/jobs.ts';
import {Badge, jobPath, portPath} from './components.tsx';
import {type Column, DataTable} from './data-table.tsx';

const COLUMNS: readonly Column<JobRow>[] = [
  {
    head: 'Job',
    isRowHead: true,
    cell: (job) => (
      <a class="id" href={jobPath(job.job_id)}>
        {job.job_id}
      </a>
    ),
  },
  {head: 'State', cell: (job) => <Badge value={job.state} />},
  {head: 'Type', cell: (job) => job.type},
  {head: 'Port', cell: (job) => <a href={portPath(job.origin)}>{portName(job)}</a>},
  {head: 'Created', class: 'nowrap', cell: (job) => job.created_ts_utc},
  {head: 'Error', class: 'why', cell: (job) => job.last_error},
];

export function JobTable({caption, jobs}: {caption: string; jobs: readonly JobRow[]}): VNode {
  return <DataTable caption={caption} columns={COLUMNS} rows={jobs} rowId={(job) => `job-${job.job_id}`} />;
}
