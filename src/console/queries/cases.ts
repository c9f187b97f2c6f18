import {type CaseState, caseState} from '../../case/review/case-state.ts';
import {OUTCOMES, type Outcome} from '../../case/types.ts';
import type {WaitReason} from '../../case/wait-reason.ts';
import type {Cache} from '../cache/cache.ts';
import {
  byLinks,
  choiceField,
  conditionField,
  defineFilter,
  type FilterValues,
  linkField,
  searchField,
  whereClause,
  withTexts,
} from './filter.ts';
import {type Listed, listPage} from './listing.ts';
import {orderBy, type Sorted, type Sorts} from './sort.ts';

/** A case as lists show it. Tokens are billable ones. */
export interface CaseRow {
  readonly case_run_id: string;
  readonly workflow_id: string;
  readonly origin: string;
  readonly flavor: string | null;
  readonly target: string;
  readonly is_open: number;
  readonly phase: string;
  readonly tier: string | null;
  readonly classification: string | null;
  readonly outcome: string | null;
  readonly pending_outcome: string | null;
  /** First line of the root cause that the triage found. */
  readonly root_cause: string | null;
  readonly reason: string;
  readonly wait_reason: WaitReason | null;
  readonly asked: string | null;
  readonly waiting_since: string | null;
  readonly signature: string;
  readonly run_id: string | null;
  readonly bundle_id: string | null;
  readonly attempts: number;
  readonly attempts_limit: number | null;
  readonly tokens: number;
  readonly tokens_limit: number | null;
  readonly cost: number;
  readonly turn: number | null;
  readonly turns_limit: number | null;
  readonly doing: string | null;
  readonly started_utc: string;
  readonly changed_utc: string;
}

/** Waiting cases of which the next one is chosen. */
const NEXT_READ = 500;

const COLUMNS = [
  'case_run_id',
  'workflow_id',
  'origin',
  'flavor',
  'target',
  'is_open',
  'phase',
  'tier',
  'classification',
  'outcome',
  'pending_outcome',
  'root_cause',
  'reason',
  'wait_reason',
  'asked',
  'waiting_since',
  'signature',
  'run_id',
  'bundle_id',
  'attempts',
  'attempts_limit',
  'tokens',
  'tokens_limit',
  'cost',
  'turn',
  'turns_limit',
  'doing',
  'started_utc',
  'changed_utc',
] as const satisfies readonly (keyof CaseRow)[];
const SELECT = COLUMNS.map((column) => `cases.${column}`).join(', ');

/** What the state of a case is read from in a list; a list of failures has no turns. */
export type StateRow = Pick<CaseRow, 'phase' | 'outcome' | 'pending_outcome' | 'wait_reason' | 'classification'> &
  Partial<Pick<CaseRow, 'turn' | 'turns_limit'>>;

/** Returns the state of a case in a list, for display. */
export function stateOfRow(row: StateRow): CaseState {
  return caseState({
    phase: row.phase,
    outcome: row.outcome,
    pendingOutcome: row.pending_outcome as Outcome | null,
    waitReason: row.wait_reason ?? undefined,
    classification: row.classification,
    turn: row.turn,
    turnsLimit: row.turns_limit ?? undefined,
  });
}

const STATES = {
  open: 'cases.is_open = 1',
  waiting: "cases.is_open = 1 AND cases.phase = 'awaiting-operator'",
  running: "cases.is_open = 1 AND cases.phase <> 'awaiting-operator'",
  review: "cases.is_open = 1 AND cases.pending_outcome = 'fixed'",
  closed: 'cases.is_open = 0',
  fixed: "cases.outcome = 'fixed'",
  left: "cases.outcome IN ('manual', 'needs-help', 'budget-exhausted', 'triage-failed')",
};
const STATE_TEXTS = {
  open: 'open',
  waiting: 'needs you',
  running: 'running',
  review: 'fix to review',
  closed: 'closed',
  fixed: 'fixed',
  left: 'left to a person',
};
const PHASE_TEXTS = {'waiting-env': 'waits for a dev-env', 'awaiting-operator': 'needs you', decide: 'reads the policy'};
const PHASES = ['collect', 'triage', 'decide', 'waiting-env', 'patch', 'prove', 'awaiting-operator', 'deliver', 'closed'];

/** A text is searched in origin, class, signature, reason and triage. */
export const CASE_FILTER = defineFilter({
  q: searchField('Port, class, reason, triage', [
    'cases.origin',
    'cases.classification',
    'cases.signature',
    'cases.reason',
    'b.triage',
  ]),
  state: withTexts(byLinks(conditionField('State', STATES)), STATE_TEXTS),
  phase: withTexts(byLinks(choiceField('Phase', 'cases.phase', PHASES)), PHASE_TEXTS),
  outcome: choiceField('Outcome', 'cases.outcome', OUTCOMES),
  class: choiceField('Class', 'cases.classification', {table: 'cases', column: 'classification'}),
  tier: choiceField('Tier', 'cases.tier', {table: 'cases', column: 'tier'}),
  target: choiceField('Target', 'cases.target', {table: 'cases', column: 'target'}),
  run: linkField('Run', 'cases.case_run_id IN (SELECT case_run_id FROM bundles WHERE run_id = ?)'),
});
export type CaseFilter = FilterValues<typeof CASE_FILTER>;

/** By state: what needs a person first. */
const STATE_RANK = `CASE WHEN cases.is_open = 0 THEN iif(cases.outcome = 'fixed', 5, 6)
  WHEN cases.pending_outcome = 'fixed' THEN 2 WHEN cases.phase = 'awaiting-operator' THEN 1 WHEN cases.phase = 'waiting-env' THEN 4 ELSE 3 END`;

export const CASE_SORTS = {
  port: 'cases.origin',
  state: STATE_RANK,
  class: 'cases.classification',
  attempts: 'cases.attempts',
  tokens: 'cases.tokens',
  cost: 'cases.cost',
  changed: 'cases.changed_utc',
} as const satisfies Sorts;

/** Lists cases, those that changed last first unless sorted. */
export function listCases(cache: Cache, filter: CaseFilter & Sorted, page: number): Listed<CaseRow> {
  const from = filter.q ? 'cases LEFT JOIN bundles b ON b.bundle_id = cases.bundle_id' : 'cases';
  const where = whereClause(CASE_FILTER, filter);
  const order = orderBy(CASE_SORTS, filter.sort, 'cases.changed_utc DESC, cases.case_run_id DESC');
  return listPage(cache, {select: SELECT, from, where, order}, page);
}

/** Open cases that wait for an operator, those that wait longest first. */
export function waitingCases(cache: Cache, most: number): CaseRow[] {
  return cache.all<CaseRow>(
    `SELECT ${SELECT} FROM cases WHERE is_open = 1 AND phase = 'awaiting-operator' ORDER BY waiting_since LIMIT ?`,
    most,
  );
}

export function countWaiting(cache: Cache): number {
  return cache.one<{n: number}>("SELECT count(*) AS n FROM cases WHERE is_open = 1 AND phase = 'awaiting-operator'")?.n ?? 0;
}

/** How many cases there are in the states that the list of cases offers as views. */
export function countByView(cache: Cache): {readonly waiting: number; readonly running: number; readonly all: number} {
  const open = cache.one<{n: number}>('SELECT count(*) AS n FROM cases WHERE is_open = 1')?.n ?? 0;
  const waiting = countWaiting(cache);
  const all = cache.one<{n: number}>('SELECT count(*) AS n FROM cases')?.n ?? 0;
  return {waiting, running: open - waiting, all};
}

/**
 * The case that needs a person after the one with this workflow id, in the order of their waits; the longest wait after the last, and where
 * the id is of none of them.
 */
export function nextWaiting(cache: Cache, after: string | undefined): CaseRow | undefined {
  const waiting = waitingCases(cache, NEXT_READ);
  const at = waiting.findIndex(({workflow_id}) => workflow_id === after);
  return waiting[at + 1] ?? waiting[0];
}

/** Open cases that automation works on. */
export function busyCases(cache: Cache, most: number): CaseRow[] {
  return cache.all<CaseRow>(
    `SELECT ${SELECT} FROM cases WHERE is_open = 1 AND phase NOT IN ('awaiting-operator', 'closed') ORDER BY started_utc LIMIT ?`,
    most,
  );
}

/** When a case last closed, in ISO 8601; undefined if none has. */
export function lastClosed(cache: Cache): string | undefined {
  return cache.one<{changed_utc: string}>('SELECT changed_utc FROM cases WHERE is_open = 0 ORDER BY changed_utc DESC LIMIT 1')
    ?.changed_utc;
}

/** All cases of a workflow id, or of a port, newest first. */
export function casesOfPort(cache: Cache, origin: string, most: number): CaseRow[] {
  return cache.all<CaseRow>(`SELECT ${SELECT} FROM cases WHERE origin = ? ORDER BY started_utc DESC LIMIT ?`, origin, most);
}

export function casesOfRun(cache: Cache, runId: string): CaseRow[] {
  return cache.all<CaseRow>(
    `SELECT DISTINCT ${SELECT} FROM bundles b JOIN cases ON cases.case_run_id = b.case_run_id WHERE b.run_id = ? ORDER BY cases.origin`,
    runId,
  );
}
