import {Title} from '../components/panel.tsx';
import {choicesOf, listQuery} from '../queries/filter.ts';
import {JOB_FILTER, listJobs} from '../queries/jobs.ts';
import {ActivityTabs} from './activity-tabs.tsx';
import {counted} from './components.tsx';
import {FilteredList} from './filter-form.tsx';
import {JobTable} from './job-table.tsx';
import {definePage} from './page.ts';

const path = '/ui/jobs';
const EMPTY = {
  title: 'No job yet',
  text: 'A job is a part of a case: its triage, or its patches. The first failure creates one.',
};

export const jobsPage = definePage({
  path,
  query: listQuery(JOB_FILTER),
  render({reading: {cache}}, {query: {page = 1, ...values}}) {
    const listed = listJobs(cache, values, page);
    const body = (
      <>
        <Title heading="Jobs" facts={[counted(listed.total, 'job'), 'a job is a part of a case: its triage, or its patches']} />
        <ActivityTabs shown="jobs" />
        <FilteredList
          path={path}
          filter={JOB_FILTER}
          values={values}
          choices={choicesOf(cache, JOB_FILTER)}
          listed={listed}
          noun="job"
          empty={EMPTY}
        >
          <JobTable caption="Jobs" jobs={listed.rows} now={Date.now()} order={{path, values}} />
        </FilteredList>
      </>
    );
    return {title: 'Jobs', section: 'activity', live: 'all', body};
  },
});
