import type {VNode} from 'preact';
import {type BundleRow, bundlesOfPort} from '../queries/bundles.ts';
import {type CaseRow, casesOfPort} from '../queries/cases.ts';
import {Refusal} from '../refusal.ts';
import {BundleTable} from './bundle-table.tsx';
import {CaseTable} from './case-table.tsx';
import {counted, portPath, withQuery} from './components.tsx';
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
  return (
    <>
      <h1>{origin}</h1>
      <p class="facts">
        {counted(bundles.length, 'failure')} and {counted(cases.length, 'case')} are known, the latest first.
      </p>
      <h2>Cases</h2>
      <CaseTable caption={`Cases of ${origin}`} cases={cases} now={now} />
      <h2>Failures over runs</h2>
      <BundleTable caption={`Failures of ${origin}`} bundles={bundles} now={now} />
      <p>
        <a href={withQuery('/ui/events', {origin})}>Events of this port</a>,{' '}
        <a href={withQuery('/ui/jobs', {q: origin})}>its jobs</a>, <a href={portPath(origin)}>this page</a>
      </p>
    </>
  );
}
