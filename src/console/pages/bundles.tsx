import {Title} from '../components/panel.tsx';
import {BUNDLE_FILTER, listBundles} from '../queries/bundles.ts';
import {choicesOf, listQuery} from '../queries/filter.ts';
import {BundleTable} from './bundle-table.tsx';
import {counted} from './components.tsx';
import {FilteredList} from './filter-form.tsx';
import {definePage} from './page.ts';

const path = '/ui/bundles';
const EMPTY = {title: 'No bundle yet', text: 'The hook of dsynth stores one for each failure of a port, and it appears here.'};

export const bundlesPage = definePage({
  path,
  query: listQuery(BUNDLE_FILTER),
  render({reading: {cache}}, {query: {page = 1, ...values}}) {
    const listed = listBundles(cache, values, page);
    const body = (
      <>
        <Title heading="Bundles" facts={[counted(listed.total, 'bundle'), 'each is the stored evidence of one failure']} />
        <FilteredList
          path={path}
          filter={BUNDLE_FILTER}
          values={values}
          choices={choicesOf(cache, BUNDLE_FILTER)}
          listed={listed}
          noun="bundle"
          empty={EMPTY}
        >
          <BundleTable caption="Bundles" bundles={listed.rows} now={Date.now()} order={{path, values}} />
        </FilteredList>
      </>
    );
    return {title: 'Bundles', section: 'runs', live: 'all', body};
  },
});
