import {CASE_FILTER, listCases} from '../queries/cases.ts';
import {choicesOf, listQuery} from '../queries/filter.ts';
import {CaseTable} from './case-table.tsx';
import {FilteredList} from './filter-form.tsx';
import {definePage} from './page.ts';

const path = '/ui/cases';

export const casesPage = definePage({
  path,
  query: listQuery(CASE_FILTER),
  render({reading: {cache}}, {query: {page = 1, ...values}}) {
    const listed = listCases(cache, values, page);
    const body = (
      <>
        <h1>Cases</h1>
        <FilteredList
          path={path}
          filter={CASE_FILTER}
          values={values}
          choices={choicesOf(cache, CASE_FILTER)}
          listed={listed}
          noun="case"
        >
          <CaseTable caption="Cases" cases={listed.rows} now={Date.now()} />
        </FilteredList>
      </>
    );
    return {title: 'Cases', section: 'cases', live: 'all', body};
  },
});
