import type {VNode} from 'preact';
import {portName} from '../../case/types.ts';
import {InlineCode} from '../components/inline-code.tsx';
import {Tag} from '../components/pill.tsx';
import {capitalized, StatePill} from '../components/state-pill.tsx';
import {type CaseRow, stateOfRow} from '../queries/cases.ts';
import {casePath, count, PortLink, When} from './components.tsx';
import {type Column, DataTable, type ListOrder} from './data-table.tsx';
import {costText} from './format.ts';

/** Returns the path of a case's page; that of a closed case stays the same when the port fails again. */
export function pathOfCase(one: CaseRow): string {
  return casePath(one.workflow_id, one.is_open ? undefined : one.case_run_id);
}

const NONE = <span class="dim">–</span>;

function columns(now: number): Column<CaseRow>[] {
  return [
    {
      head: 'Port',
      sort: 'port',
      isRowHead: true,
      cell: (one) => (
        <>
          <PortLink href={pathOfCase(one)}>{portName(one)}</PortLink> <span class="dim small">{one.target}</span>
        </>
      ),
    },
    {head: 'State', sort: 'state', cell: (one) => <StatePill state={stateOfRow(one)} inList />},
    {
      head: 'Why',
      class: 'span',
      cell: (one) => (
        <span class="why break">
          <InlineCode text={whyOf(one)} />
        </span>
      ),
    },
    {head: 'Class', sort: 'class', cell: (one) => (one.classification === null ? NONE : <Tag>{one.classification}</Tag>)},
    {head: 'Attempts', sort: 'attempts', isNumber: true, class: 'wide', cell: (one) => count(one.attempts)},
    {head: 'Tokens', sort: 'tokens', isNumber: true, class: 'wide', cell: (one) => count(one.tokens)},
    {head: 'Cost', sort: 'cost', isNumber: true, cell: (one) => costText(one) ?? NONE},
    {head: 'Changed', sort: 'changed', isNumber: true, cell: (one) => <When utc={one.changed_utc} now={now} />},
  ];
}

/** The root cause; of a question what is asked, and before a triage what the case does. */
function whyOf(row: CaseRow): string {
  const {kind, detail} = stateOfRow(row);
  if (kind === 'question' || kind === 'blocked') return capitalized(detail);
  return row.root_cause ?? (row.reason || (row.doing ?? ''));
}

interface CaseTableProps {
  readonly caption: string;
  readonly cases: readonly CaseRow[];
  readonly now: number;
  readonly order?: ListOrder;
}

/** Renders cases as a list to compare. */
export function CaseTable({caption, cases, now, order}: CaseTableProps): VNode {
  return (
    <DataTable caption={caption} columns={columns(now)} rows={cases} rowId={(one) => `case-${one.case_run_id}`} order={order} />
  );
}
