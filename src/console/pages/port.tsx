import type {VNode} from 'preact';
import {Empty, Panel, Title} from '../components/panel.tsx';
import {type BundleRow, bundlesOfPort} from '../queries/bundles.ts';
import {type CaseRow, casesOfPort} from '../queries/cases.ts';
import {Refusal} from '../refusal.ts';
import {BundleTable} from './bundle-table.tsx';
import {CaseTable} from './case-table.tsx';
import {counted, When, withQuery} from './components.tsx';
import {definePage, liveFor, RestParams} from './page.ts';

const HISTORY_SHOWN = 100;

export const portPage = definePage({
  path: '/ui/ports/*',
  params: RestParams,
  render({reading: {cache}}, {params: {'*': origin}}) {
    const bundles = bundlesOfPort(cache, origin, HISTORY_SHOWN);
    if (bundles.length === 0)
      throw new Refusal(404, `No failure of a port ${origin} is known. The list of ports has those that have failed.`);
    const cases = casesOfPort(cache, origin, HISTORY_SHOWN);
    const body = <PortView origin={origin} bundles={bundles} cases={cases} now={Date.now()} />;
    return {title: origin, section: 'ports', live: liveFor('origin', origin), body};
  },
});

interface PortProps {
  readonly origin: string;
  readonly bundles: readonly BundleRow[];
  readonly cases: readonly CaseRow[];
  readonly now: number;
}

/** A port's history over runs. */
function PortView({origin, bundles, cases, now}: PortProps): VNode {
  const most = bundles.length === HISTORY_SHOWN ? `the latest ${HISTORY_SHOWN} failures` : counted(bundles.length, 'failure');
  return (
    <>
      <Title
        up={{href: '/ui/ports', text: 'Ports'}}
        heading={origin}
        facts={[
          most,
          counted(cases.length, 'case'),
          <>
            last failed <When utc={bundles[0]?.created_utc} now={now} />
          </>,
          <a href={withQuery('/ui/events', {origin})}>Events</a>,
          <a href={withQuery('/ui/jobs', {q: origin})}>Jobs</a>,
        ]}
      />
      <Panel title="Cases" count={cases.length} flush>
        {cases.length === 0 ? (
          <Empty title="No case yet" icon="clock">
            <p>Its failures were not delivered to Temporal yet; a case begins as soon as they are.</p>
          </Empty>
        ) : (
          <CaseTable caption={`Cases of ${origin}`} cases={cases} now={now} />
        )}
      </Panel>
      <Panel title="Failures over runs" count={bundles.length} flush>
        <BundleTable caption={`Failures of ${origin}`} bundles={bundles} now={now} />
      </Panel>
    </>
  );
}
