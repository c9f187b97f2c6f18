import type {VNode} from 'preact';
import {type AttemptResult, proofSummary} from '../../case/status.ts';
import {billable} from '../../case/types.ts';
import {count} from '../pages/components.tsx';
import {type Column, DataTable} from '../pages/data-table.tsx';
import {attemptAddress, endLabel, findingsLabel, verdictOf} from './attempt-labels.ts';
import {Mark, Meter} from './parts.tsx';
import {cachedShare} from './turns.ts';
import {visible} from './visible.ts';

const COLUMNS: readonly Column<AttemptResult>[] = [
  {head: 'Attempt', isRowHead: true, cell: (attempt) => <AttemptLink attempt={attempt} />},
  {head: 'Result', cell: (attempt) => <Verdict attempt={attempt} />},
  {head: 'End', cell: ({end}) => endLabel(end)},
  {head: 'Guard', cell: ({findings}) => findingsLabel(findings)},
  {head: 'Proof', cell: ({proof}) => visible(proofSummary(proof) ?? 'not run')},
  {head: 'Turns', isNumber: true, cell: ({turns}) => turns},
  {head: 'Minutes', isNumber: true, cell: ({minutes}) => minutes},
  {head: 'Tokens', isNumber: true, cell: ({usage}) => count(billable(usage))},
  {
    head: 'Cached',
    class: 'nowrap',
    cell: ({usage}) => (
      <>
        <Meter percent={cachedShare(usage)} /> {cachedShare(usage)} %
      </>
    ),
  },
];

/** All attempts of a case in a table; each leads to its `AttemptTimeline` on the same page. */
export function AttemptsSummary({attempts}: {attempts: readonly AttemptResult[]}): VNode | null {
  if (attempts.length === 0) return null;
  return <DataTable caption="Attempts" id="attempts-table" columns={COLUMNS} rows={attempts} />;
}

function AttemptLink({attempt: {attempt, by}}: {attempt: AttemptResult}): VNode {
  return (
    <>
      <a href={`#${attemptAddress(attempt)}`} class="nowrap">
        Attempt {attempt}
      </a>
      {by === undefined ? null : <div class="dim">the diff of {visible(by)}</div>}
    </>
  );
}

function Verdict({attempt}: {attempt: AttemptResult}): VNode {
  const {tone, label} = verdictOf(attempt);
  return <Mark tone={tone}>{visible(label)}</Mark>;
}
