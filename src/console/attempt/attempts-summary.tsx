import type {VNode} from 'preact';
import {type AttemptResult, proofSummary} from '../../case/status.ts';
import {billable} from '../../case/types.ts';
import {count, Table} from '../pages/components.tsx';
import {attemptAddress, endLabel, findingsLabel, verdictOf} from './attempt-labels.ts';
import {Mark, Meter} from './parts.tsx';
import {cachedShare} from './turns.ts';
import {visible} from './visible.ts';

/** All attempts of a case in a table; each leads to its `AttemptTimeline` on the same page. */
export function AttemptsSummary({attempts}: {attempts: readonly AttemptResult[]}): VNode | null {
  if (attempts.length === 0) return null;
  return (
    <Table
      caption="Attempts"
      id="attempts-table"
      heads={['Attempt', 'Came to', 'End', 'Guard', 'Proof', 'Turns', 'Minutes', 'Tokens', 'Cached']}
      numbers={['Turns', 'Minutes', 'Tokens']}
    >
      {attempts.map((attempt) => (
        <Row key={attempt.attempt} attempt={attempt} />
      ))}
    </Table>
  );
}

function Row({attempt}: {attempt: AttemptResult}): VNode {
  const {end, findings, proof, turns, minutes, usage} = attempt;
  const {tone, words} = verdictOf(attempt);
  return (
    <tr>
      <th scope="row">
        <a href={`#${attemptAddress(attempt.attempt)}`} class="nowrap">
          Attempt {attempt.attempt}
        </a>
        {attempt.by === undefined ? null : <div class="dim">the diff of {visible(attempt.by)}</div>}
      </th>
      <td>
        <Mark tone={tone}>{visible(words)}</Mark>
      </td>
      <td>{endLabel(end)}</td>
      <td>{findingsLabel(findings)}</td>
      <td>{visible(proofSummary(proof) ?? 'not run')}</td>
      <td class="number">{turns}</td>
      <td class="number">{minutes}</td>
      <td class="number">{count(billable(usage))}</td>
      <td class="nowrap">
        <Meter percent={cachedShare(usage)} /> {cachedShare(usage)} %
      </td>
    </tr>
  );
}
