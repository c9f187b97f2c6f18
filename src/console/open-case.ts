import type {CaseStatus} from '../case/status.ts';
import {status as caseStatus} from '../protocol/port-case.ts';
import {tryQuery} from '../report/try-query.ts';
import {archivedStatus} from './archived-status.ts';
import {parseArchivedStatus} from './cache/archived-status.ts';
import type {OpenedCase, Reading} from './context.ts';

const ANSWER_MS = 2_000;

interface Row {
  readonly case_run_id: string;
  readonly is_open: number;
  readonly status: string | null;
}

/** The latest case of a workflow id, or the one of that run of it: as it was queried last, and from its archive once that has its end. */
export async function openCaseIn(
  reading: Reading,
  workflowId: string,
  caseRunId: string | undefined,
): Promise<OpenedCase | undefined> {
  const row = reading.cache.one<Row>(
    `SELECT case_run_id, is_open, status FROM cases WHERE workflow_id = ? AND case_run_id = coalesce(?, case_run_id)
     ORDER BY is_open DESC, started_utc DESC LIMIT 1`,
    workflowId,
    caseRunId ?? null,
  );
  if (row === undefined) return undefined;
  const isOpen = row.is_open === 1;
  const stored = row.status === null ? undefined : parseArchivedStatus(JSON.parse(row.status));
  const {case_run_id: runId} = row;
  const status =
    stored ?? (await archivedStatus(reading.cache, reading.roots, runId)) ?? (await query(reading, workflowId, runId));
  return status && {status, isOpen};
}

/** Queries a case that has no archive, because its bundle is gone. */
async function query({client}: Reading, workflowId: string, runId: string): Promise<CaseStatus | undefined> {
  const temporal = client();
  return temporal && tryQuery(temporal, {workflowId, runId}, caseStatus, ANSWER_MS);
}
