import {choicesOf, listQuery} from '../queries/filter.ts';
import {JOB_FILTER, listJobs} from '../queries/jobs.ts';
import {FilteredList} from './filter-form.tsx';
import {JobTable} from './job-table.tsx';
import {definePage} from './page.ts';

const path = '/ui/jobs';

export const jobsPage = definePage({
  path,
  query: listQuery(JOB_FILTER),
  render({reading: {cache}}, {query: {page = 1, ...values}}) {
    const listed = listJobs(cache, values, page);
    const body = (
      <>
        <h1>Jobs</h1>
        <p class="dim">A job is a phase of a case: its triage, or its patches. Pending: it waits for a worker or a dev-env.</p>
        <FilteredList
          path={path}
          filter={JOB_FILTER}
          values={values}
          choices={choicesOf(cache, JOB_FILTER)}
          listed={listed}
          noun="job"
        >
          <JobTable caption="Jobs" jobs={listed.rows} />
        </FilteredList>
      </>
    );
    return {title: 'Jobs', section: 'activity', live: 'all', body};
  },
});
