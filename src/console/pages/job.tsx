import type {VNode} from 'preact';
import {portName} from '../../case/types.ts';
import {activityOfJob, type EventRow} from '../queries/events.ts';
import {findJobRow, type JobRow} from '../queries/jobs.ts';
import {Refusal} from '../refusal.ts';
import {Badge, bundlePath, casePath, portPath, runPath, When} from './components.tsx';
import {type Column, DataTable} from './data-table.tsx';
import {definePage, IdParams, liveFor} from './page.ts';

const ACTIVITY_SHOWN = 500;

export const jobPage = definePage({
  path: '/ui/jobs/:id',
  params: IdParams,
  render({reading: {cache}}, {params: {id}}) {
    const job = findJobRow(cache, id);
    if (job === undefined) throw new Refusal(404, `There is no job ${id}. The list of jobs has those that are known.`);
    const body = <JobView job={job} activity={activityOfJob(cache, id, ACTIVITY_SHOWN)} />;
    return {title: id, section: 'activity', live: liveFor('job_id', id), body};
  },
});

const ACTIVITY_COLUMNS: readonly Column<EventRow>[] = [
  {head: 'Time', cell: (one) => <When utc={one.ts} />},
  {head: 'Stage', cell: (one) => <Badge value={activityIn(one).stage} />},
  {head: 'Message', class: 'wrap', cell: (one) => activityIn(one).message},
];

function activityIn({data_json}: EventRow): {stage: string; message: string} {
  return JSON.parse(data_json) as {stage: string; message: string};
}

function JobView({job, activity}: {job: JobRow; activity: readonly EventRow[]}): VNode {
  return (
    <>
      <h1 class="id">{job.job_id}</h1>
      {job.last_error === null ? null : (
        <p class={job.state === 'failed' ? 'notice bad' : 'notice warn'} role="alert">
          {job.last_error}
        </p>
      )}
      <p class="facts">
        <Badge value={job.state} /> {job.type} of <a href={portPath(job.origin)}>{portName(job)}</a>, created {job.created_ts_utc}
        ; <a href={casePath(job.workflow_id)}>case</a>, <a href={bundlePath(job.bundle_id)}>bundle</a>,{' '}
        <a href={runPath(job.run_id)}>run</a>
      </p>
      <h2>Activity</h2>
      <DataTable caption="Activity of the job" columns={ACTIVITY_COLUMNS} rows={activity} />
    </>
  );
}
