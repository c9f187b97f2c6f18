import type {VNode} from 'preact';
import {Count} from '../components/pill.tsx';
import type {CaseRow} from '../queries/cases.ts';
import {PORT_COLUMN} from './case-table.tsx';
import {Badge, count, When} from './components.tsx';
import {type Column, DataTable} from './data-table.tsx';

/** Minutes without a change after which a case at work is marked. */
const STALE_MINUTES = 15;

/** Headings of the groups of waiting cases, by the outcome that is pending. */
const GROUPS: readonly (readonly [string, string])[] = [
  ['fixed', 'Proved fixes to review'],
  ['manual', 'Left to an operator'],
  ['needs-help', 'Could not be repaired'],
  ['budget-exhausted', 'Out of budget'],
  ['triage-failed', 'Triage failed'],
];

function waitingColumns(now: number): Column<CaseRow>[] {
  return [
    PORT_COLUMN,
    {head: 'Class', cell: (one) => one.classification ?? '–'},
    {head: 'Why', class: 'why', cell: (one) => one.reason},
    {head: 'What is asked', class: 'why', cell: (one) => one.asked},
    {head: 'Tokens', isNumber: true, cell: (one) => count(one.tokens)},
    {head: 'Waits', cell: (one) => <When utc={one.waiting_since} now={now} />},
  ];
}

interface WaitingProps {
  readonly waiting: readonly CaseRow[];
  readonly total: number;
  readonly now: number;
}

/** Cases that wait for an operator, by what they wait for. */
export function WaitingCases({waiting, total, now}: WaitingProps): VNode {
  return (
    <section aria-labelledby="waits">
      <h2 id="waits">
        Waits for you <Count n={total} tone="warn" />
      </h2>
      {total === 0 ? <p class="dim">No case waits for an operator.</p> : null}
      {groupsOf(waiting).map(({heading, cases}) => (
        <section key={heading}>
          <h3>
            {heading} ({cases.length})
          </h3>
          <DataTable caption={heading} columns={waitingColumns(now)} rows={cases} rowId={(one) => `waits-${one.case_run_id}`} />
        </section>
      ))}
      {total > waiting.length ? (
        <p>
          <a href="/ui/cases?state=waiting">All {total}</a>
        </p>
      ) : null}
    </section>
  );
}

function groupsOf(waiting: readonly CaseRow[]): {heading: string; cases: readonly CaseRow[]}[] {
  const groups = GROUPS.map(([pending, heading]) => ({
    heading,
    cases: waiting.filter((one) => one.pending_outcome === pending),
  }));
  const others = waiting.filter((one) => !GROUPS.some(([pending]) => pending === one.pending_outcome));
  return [...groups, {heading: 'Other', cases: others}].filter(({cases}) => cases.length > 0);
}

function busyColumns(now: number): Column<CaseRow>[] {
  return [
    PORT_COLUMN,
    {
      head: 'Phase',
      cell: (one) => (
        <>
          <Badge value={one.phase} />{' '}
          {isStale(one, now) ? <Badge value="stale" text={`silent for ${STALE_MINUTES} min`} /> : null}
        </>
      ),
    },
    {head: 'Attempt', isNumber: true, cell: (one) => ofLimit(attemptOf(one), one.attempts_limit)},
    {head: 'Turn', isNumber: true, cell: (one) => one.turn ?? '–'},
    {head: 'Tokens', isNumber: true, cell: (one) => ofLimit(one.tokens, one.tokens_limit)},
    {head: 'Does', class: 'why', cell: (one) => one.doing},
    {head: 'Open for', cell: (one) => <When utc={one.started_utc} now={now} />},
  ];
}

/** Cases that automation works on. */
export function BusyCases({busy, now}: {busy: readonly CaseRow[]; now: number}): VNode {
  return (
    <section aria-labelledby="runs-now">
      <h2 id="runs-now">
        At work <Count n={busy.length} />
      </h2>
      {busy.length === 0 ? (
        <p class="dim">Nothing running.</p>
      ) : (
        <DataTable
          caption="Cases that automation works on"
          columns={busyColumns(now)}
          rows={busy}
          rowId={(one) => `busy-${one.case_run_id}`}
        />
      )}
    </section>
  );
}

/** Number of the attempt at work, or of the last one. */
function attemptOf({phase, attempts}: CaseRow): number {
  return phase === 'patch' || phase === 'prove' ? attempts + 1 : attempts;
}

function ofLimit(value: number, limit: number | null): string {
  return limit === null ? count(value) : `${count(value)} of ${count(limit)}`;
}

function isStale({changed_utc, phase}: CaseRow, now: number): boolean {
  return phase !== 'waiting-env' && now - Date.parse(changed_utc) > STALE_MINUTES * 60_000;
}
