import type {VNode} from 'preact';
import {portName} from '../../case/types.ts';
import type {BundleRow} from '../queries/bundles.ts';
import {Badge, bundlePath, casePath, portPath, runPath, When} from './components.tsx';
import {type Column, DataTable} from './data-table.tsx';

function columns(now: number): Column<BundleRow>[] {
  return [
    {
      head: 'Bundle',
      isRowHead: true,
      cell: (one) => (
        <a class="id" href={bundlePath(one.bundle_id)}>
          {one.bundle_id}
        </a>
      ),
    },
    {head: 'Port', cell: (one) => <a href={portPath(one.origin)}>{portName(one)}</a>},
    {head: 'Result', cell: (one) => <Badge value={one.result} />},
    {head: 'Case', cell: (one) => <CaseOfBundle bundle={one} />},
    {head: 'Class', cell: (one) => one.classification ?? '–'},
    {head: 'Error', class: 'why mono', cell: (one) => one.error_line},
    {head: 'Run', cell: (one) => <a href={runPath(one.run_id)}>{one.run_id}</a>},
    {head: 'When', cell: (one) => <When utc={one.created_utc} now={now} />},
  ];
}

function CaseOfBundle({bundle}: {bundle: BundleRow}): VNode {
  if (bundle.case_run_id === null) return <span class="dim">none yet</span>;
  return (
    <a href={casePath(bundle.workflow_id, bundle.case_run_id)}>
      <Badge value={bundle.outcome ?? bundle.phase ?? 'open'} />
    </a>
  );
}

export function BundleTable({caption, bundles, now}: {caption: string; bundles: readonly BundleRow[]; now: number}): VNode {
  return <DataTable caption={caption} columns={columns(now)} rows={bundles} rowId={(one) => `bundle-${one.bundle_id}`} />;
}
