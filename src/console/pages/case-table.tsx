import type {VNode} from 'preact';
import {portName} from '../../case/types.ts';
import type {CaseLine} from '../queries/lists.ts';
import {Badge, casePath, count, runPath, Table, When} from './components.tsx';

/** A case's own page: that of a closed one stays the same when the port fails again. */
export function linkTo(one: CaseLine): string {
  return casePath(one.workflow_id, one.is_open ? undefined : one.case_run_id);
}

const HEADS = ['Port', 'Where', 'Class', 'Tier', 'Attempts', 'Tokens', 'Why', 'Run', 'Changed'];

export function CaseTable({caption, cases, now}: {caption: string; cases: readonly CaseLine[]; now: number}): VNode {
  return (
    <Table caption={caption} heads={HEADS} numbers={['Attempts', 'Tokens']}>
      {cases.map((one) => (
        <tr key={one.case_run_id} id={`case-${one.case_run_id}`}>
          <th scope="row">
            <a href={linkTo(one)}>{portName(one)}</a> <span class="dim">{one.target}</span>
          </th>
          <td>
            <Badge word={one.outcome ?? one.phase} />
          </td>
          <td>{one.classification ?? <span class="dim">–</span>}</td>
          <td>{one.tier ?? <span class="dim">–</span>}</td>
          <td class="number">{one.attempts}</td>
          <td class="number">{count(one.tokens)}</td>
          <td class="why">{one.is_open && one.phase !== 'awaiting-operator' ? one.doing : one.reason}</td>
          <td>{one.run_id === null ? '' : <a href={runPath(one.run_id)}>{one.run_id}</a>}</td>
          <td>
            <When utc={one.changed_utc} now={now} />
          </td>
        </tr>
      ))}
    </Table>
  );
}
