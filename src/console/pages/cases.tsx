import {Title} from '../components/panel.tsx';
import {CASE_FILTER, type CaseFilter, countByView, listCases} from '../queries/cases.ts';
import {choicesOf, listQuery} from '../queries/filter.ts';
import {CaseTable} from './case-table.tsx';
import {counted, withQuery} from './components.tsx';
import {FilteredList, type View, ViewTabs} from './filter-form.tsx';
import {definePage} from './page.ts';

const path = '/ui/cases';

const EMPTY = {
  title: 'No case yet',
  text: (
    <>
      When dsynth fails a port and its hook reports it, its case appears here. <code>portwright start ORIGIN --log FILE</code>{' '}
      opens one from a log.
    </>
  ),
};

export const casesPage = definePage({
  path,
  query: listQuery(CASE_FILTER),
  render({reading: {cache}}, {query: {page = 1, ...values}}) {
    const listed = listCases(cache, values, page);
    const body = (
      <>
        <Title heading="Cases" facts={[counted(listed.total, 'case'), ...textsOf(values)]} />
        <ViewTabs label="Views" views={viewsOf(values, countByView(cache))} />
        <FilteredList
          path={path}
          filter={CASE_FILTER}
          views={['state']}
          values={values}
          choices={choicesOf(cache, CASE_FILTER)}
          listed={listed}
          noun="case"
          empty={EMPTY}
        >
          <CaseTable caption="Cases" cases={listed.rows} now={Date.now()} order={{path, values}} />
        </FilteredList>
      </>
    );
    return {title: 'Cases', section: 'cases', live: 'all', body};
  },
});

function textsOf({target, class: classification}: CaseFilter): string[] {
  return [...(target ? [`target ${target}`] : []), ...(classification ? [`class ${classification}`] : [])];
}

/** The views change the state, and leave the rest of the filter as it is. */
function viewsOf(values: CaseFilter, counts: ReturnType<typeof countByView>): View[] {
  const view = (name: string, state: string | undefined, more: Partial<View> = {}): View => ({
    name,
    href: withQuery(path, {...values, state, phase: undefined}),
    isShown: (values.state || undefined) === state && !values.phase,
    ...more,
  });
  return [
    view('Needs you', 'waiting', {count: counts.waiting, tone: 'warn'}),
    view('Running', 'running', {count: counts.running}),
    view('Fixed', 'fixed'),
    view('Left to a person', 'left'),
    view('All', undefined, {count: counts.all}),
  ];
}
