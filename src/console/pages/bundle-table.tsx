import type {VNode} from 'preact';
import {portName} from '../../case/types.ts';
import {Tag} from '../components/pill.tsx';
import {StatePill} from '../components/state-pill.tsx';
import type {BundleRow} from '../queries/bundles.ts';
import {stateOfRow} from '../queries/cases.ts';
import {bundlePath, casePath, PortLink, runPath, When} from './components.tsx';
import {type Column, DataTable, type ListOrder} from './data-table.tsx';
import {runName} from './run-name.ts';

const NONE = <span class="dim">–</span>;

function columns(now: number): Column<BundleRow>[] {
  return [
    {
      head: 'Port',
      sort: 'port',
      isRowHead: true,
      cell: (one) => (
        <>
          <PortLink href={bundlePath(one.bundle_id)} title={one.bundle_id}>
            {portName(one)}
          </PortLink>{' '}
          <span class="dim small">{one.target}</span>
        </>
      ),
    },
    {head: 'Case', sort: 'outcome', cell: (one) => <CaseOfBundle bundle={one} />},
    {
      head: 'Error',
      class: 'span',
      cell: (one) => (one.error_line === null ? NONE : <code class="why break">{one.error_line}</code>),
    },
    {head: 'Class', sort: 'class', cell: (one) => (one.classification === null ? NONE : <Tag>{one.classification}</Tag>)},
    {
      head: 'Run',
      sort: 'run',
      class: 'nowrap',
      cell: ({run_id}) => (
        <a href={runPath(run_id)} title={run_id}>
          {runName(run_id)}
        </a>
      ),
    },
    {head: 'Failed', sort: 'time', isNumber: true, cell: (one) => <When utc={one.created_utc} now={now} />},
  ];
}

function CaseOfBundle({bundle}: {bundle: BundleRow}): VNode {
  if (bundle.case_run_id === null || bundle.phase === null) return <span class="dim">no case yet</span>;
  return (
    <a href={casePath(bundle.workflow_id, bundle.case_run_id)}>
      <StatePill state={stateOfRow({...bundle, phase: bundle.phase})} inList />
    </a>
  );
}

interface BundleTableProps {
  readonly caption: string;
  readonly bundles: readonly BundleRow[];
  readonly now: number;
  readonly order?: ListOrder;
}

/** Renders failures as a list to compare. */
export function BundleTable({caption, bundles, now, order}: BundleTableProps): VNode {
  return (
    <DataTable caption={caption} columns={columns(now)} rows={bundles} rowId={(one) => `bundle-${one.bundle_id}`} order={order} />
  );
}
