import type {VNode} from 'preact';
import {BUNDLE_FILTER, type BundleFilter, listBundles} from '../queries/bundles.ts';
import {choicesOf, listQuery} from '../queries/filter.ts';
import {BundleTable} from './bundle-table.tsx';
import {FilteredList} from './filter-form.tsx';
import {definePage} from './page.ts';

const path = '/ui/bundles';

export const bundlesPage = definePage({
  path,
  query: listQuery(BUNDLE_FILTER),
  render({reading: {cache}}, {query: {page = 1, ...values}}) {
    const listed = listBundles(cache, values, page);
    const body = (
      <>
        <h1>Bundles</h1>
        <p class="dim">A bundle is the stored evidence of one failure.</p>
        <FilteredList
          path={path}
          filter={BUNDLE_FILTER}
          values={values}
          choices={choicesOf(cache, BUNDLE_FILTER)}
          listed={listed}
          noun="bundle"
          note={<HiddenFilter values={values} />}
        >
          <BundleTable caption="Bundles" bundles={listed.rows} now={Date.now()} />
        </FilteredList>
      </>
    );
    return {title: 'Bundles', section: 'runs', live: 'all', body};
  },
});

/** What the form does not show of the filter. */
function HiddenFilter({values: {run, signature}}: {values: BundleFilter}): VNode | null {
  if (!run && !signature) return null;
  return (
    <p>
      Only {run ? <>of run {run}</> : null} {signature ? <>with signature {signature}</> : null}. <a href={path}>Show all</a>
    </p>
  );
}
