import type {VNode} from 'preact';
import {portName} from '../../case/types.ts';
import {Feed} from '../components/feed.tsx';
import {Notice} from '../components/notice.tsx';
import {Empty, Panel, Title} from '../components/panel.tsx';
import {Tag} from '../components/pill.tsx';
import {activityOfJob, type EventRow} from '../queries/events.ts';
import {findJobRow, type JobRow} from '../queries/jobs.ts';
import {Refusal} from '../refusal.ts';
import {bundlePath, casePath, portPath, runPath, When} from './components.tsx';
import {JobState} from './job-table.tsx';
import {definePage, IdParams, liveFor} from './page.ts';
import {stampUtc} from './run-name.ts';

const ACTIVITY_SHOWN = 500;

export const jobPage = definePage({
  path: '/ui/jobs/:id',
  params: IdParams,
  render({reading: {cache}}, {params: {id}}) {
    const job = findJobRow(cache, id);
    if (job === undefined) throw new Refusal(404, `There is no job ${id}. The list of jobs has those that are known.`);
    const body = <JobView job={job} activity={activityOfJob(cache, id, ACTIVITY_SHOWN)} now={Date.now()} />;
    return {title: `${job.type} of ${portName(job)}`, section: 'activity', live: liveFor('job_id', id), body};
  },
});

function JobView({job, activity, now}: {job: JobRow; activity: readonly EventRow[]; now: number}): VNode {
  const name = portName(job);
  return (
    <>
      <Title
        up={{href: '/ui/jobs', text: 'Jobs'}}
        heading={`${job.type === 'triage' ? 'Triage' : 'Patch'} of ${name}`}
        state={<JobState state={job.state} />}
        facts={[
          <>
            created <When utc={stampUtc(job.created_ts_utc)} now={now} />
          </>,
          <a href={casePath(job.workflow_id)}>Case</a>,
          <a href={bundlePath(job.bundle_id)}>Bundle</a>,
          <a href={runPath(job.run_id)}>Run</a>,
          <a href={portPath(job.origin)}>Port</a>,
          <code class="break">{job.job_id}</code>,
        ]}
      />
      {job.last_error === null ? null : <Notice tone={job.state === 'failed' ? 'bad' : 'warn'}>{job.last_error}</Notice>}
      <Panel title="Activity" count={activity.length}>
        {activity.length === 0 ? (
          <Empty title="Nothing yet" icon="clock">
            <p>Its steps appear here as they happen.</p>
          </Empty>
        ) : (
          <Feed items={activity.map(feedItem)} />
        )}
      </Panel>
    </>
  );
}

function feedItem({id, ts, data_json}: EventRow): Parameters<typeof Feed>[0]['items'][number] {
  const {stage, message} = JSON.parse(data_json) as {stage: string; message: string};
  return {
    id: `event-${id}`,
    utc: ts,
    icon: 'chev',
    text: (
      <>
        <Tag>{stage}</Tag> {message}
      </>
    ),
  };
}
