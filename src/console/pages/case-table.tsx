import type {VNode} from 'preact';
import {portName} from '../../case/types.ts';
import type {CaseRow} from '../queries/cases.ts';
import {Badge, casePath, count, runPath, When} from './components.tsx';
import {type Column, DataTable} from './data-table.tsx';

/** Returns the path of a case's page; that of a closed case stays the same when the port fails again. */
export function pathOfCase(one: CaseRow): string {
  return casePath(one.workflow_id, one.is_open ? undefined : one.case_run_id);
}

/** The port of a case, as the heading of its row. */
export const PORT_COLUMN: Column<CaseRow> = {
  head: 'Port',
  isRowHead: true,
  cell: (one) => (
    <>
      <a href={pathOfCase(one)}>{portName(one)}</a> <span class="dim">{one.target}</span>
    </>
  ),
};

const NONE = <span class="dim">–</span>;

function columns(now: number): Column<CaseRow>[] {
  return [
    PORT_COLUMN,
    {head: 'Where', cell: (one) => <Badge value={one.outcome ?? one.phase} />},
    {head: 'Class', cell: (one) => one.classification ?? NONE},
    {head: 'Tier', cell: (one) => one.tier ?? NONE},
    {head: 'Attempts', isNumber: true, cell: (one) => one.attempts},
    {head: 'Tokens', isNumber: true, cell: (one) => count(one.tokens)},
    {head: 'Why', class: 'why', cell: (one) => (one.is_open && one.phase !== 'awaiting-operator' ? one.doing : one.reason)},
    {head: 'Run', cell: (one) => (one.run_id === null ? '' : <a href={runPath(one.run_id)}>{one.run_id}</a>)},
    {head: 'Changed', cell: (one) => <When utc={one.changed_utc} now={now} />},
  ];
}

export function CaseTable({caption, cases, now}: {caption: string; cases: readonly CaseRow[]; now: number}): VNode {
  return <DataTable caption={caption} columns={columns(now)} rows={cases} rowId={(one) => `case-${one.case_run_id}`} />;
}
