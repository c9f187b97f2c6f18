import type {VNode} from 'preact';
import {maskSecrets} from '../../case/evidence/secrets.ts';
import {portName} from '../../case/types.ts';
import {barePage} from '../access/bare-page.tsx';
import {Empty, Panel, Title} from '../components/panel.tsx';
import {Pill} from '../components/pill.tsx';
import {Moment, Time} from '../components/time.tsx';
import {count, counted} from '../pages/components.tsx';
import {type Column, DataTable} from '../pages/data-table.tsx';
import type {PublicCase, PublicRun} from './queries.ts';
import {publicState} from './state.ts';

/** Moment at which a page is rendered, milliseconds, and whether the reader may log in. */
interface Shown {
  readonly now: number;
  readonly canLogIn: boolean;
}

/** Renders the first public page: the latest cases and runs. */
export function publicPage(cases: readonly PublicCase[], runs: readonly PublicRun[], shown: Shown): string {
  return page(
    'Ports in repair',
    <>
      <Title
        heading="Ports in repair"
        facts={[`${count(cases.filter((one) => one.is_open === 1).length)} open`, `${counted(cases.length, 'case')} shown`]}
      />
      <Panel title="Cases" flush>
        {cases.length === 0 ? (
          <Empty title="No port has failed">A case opens when a port fails to build.</Empty>
        ) : (
          <DataTable caption="Cases" columns={[portColumn, ...caseColumns(shown.now)]} rows={cases} />
        )}
      </Panel>
      {runs.length === 0 ? null : (
        <Panel title="Build runs" flush>
          <DataTable caption="Build runs" columns={RUN_COLUMNS} rows={runs} />
        </Panel>
      )}
    </>,
    shown,
  );
}

/** Renders the public page of one port: its cases, with the error of each. */
export function publicPortPage(origin: string, cases: readonly PublicCase[], shown: Shown): string {
  return page(
    origin,
    <>
      <Title heading={<code>{origin}</code>} up={{href: '/public', text: 'Ports in repair'}} />
      <Panel title="Cases" flush>
        <DataTable caption={`Cases of ${origin}`} columns={[errorColumn, ...caseColumns(shown.now)]} rows={cases} />
      </Panel>
    </>,
    shown,
  );
}

function page(title: string, body: VNode, {canLogIn}: Shown): string {
  const tools = canLogIn ? (
    <a class="button tiny" href="/login">
      Log in
    </a>
  ) : (
    <a class="button tiny" href="/">
      Console
    </a>
  );
  return barePage({title, body, tools, isWide: true});
}

const portColumn: Column<PublicCase> = {
  head: 'Port',
  isRowHead: true,
  cell: (one) => (
    <>
      <a href={`/public/ports/${one.origin.split('/').map(encodeURIComponent).join('/')}`}>{portName(one)}</a>{' '}
      <span class="dim">{one.target}</span>
    </>
  ),
};

const errorColumn: Column<PublicCase> = {
  head: 'Error',
  isRowHead: true,
  class: 'break',
  cell: ({error_line: line}) => (line ? <code>{maskSecrets(line)}</code> : <span class="dim">no line names a cause</span>),
};

function caseColumns(now: number): Column<PublicCase>[] {
  return [
    {head: 'State', cell: (one) => <StatePill of={one} />},
    {head: 'Class', cell: (one) => one.classification ?? <span class="dim">–</span>},
    {head: 'Opened', cell: (one) => <Moment utc={one.started_utc} />},
    {head: 'Changed', cell: (one) => <Time utc={one.changed_utc} now={now} />},
  ];
}

function StatePill({of}: {of: PublicCase}): VNode {
  const {name, tone} = publicState(of);
  return <Pill tone={tone}>{name}</Pill>;
}

const RUN_COLUMNS: readonly Column<PublicRun>[] = [
  {head: 'Started', isRowHead: true, cell: (one) => <Moment utc={one.ts_start} />},
  {head: 'Target', cell: (one) => one.target},
  {head: 'Built', isNumber: true, cell: (one) => count(one.built)},
  {head: 'Failed', isNumber: true, cell: (one) => count(one.failed)},
  {head: 'Skipped', isNumber: true, cell: (one) => count(one.skipped)},
  {head: 'Ended', cell: (one) => <Moment utc={one.ts_end} />},
];
