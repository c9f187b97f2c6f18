import type {CaseStatus} from '../case/status.ts';
import {archivedCase} from '../evidence/archives.ts';
import {wholeStatus} from './cache/whole-status.ts';
import type {OpenedCase, Reading} from './context.ts';

const ANSWER_MS = 2_000;

interface Row {
  readonly case_run_id: string;
  readonly is_open: number;
  readonly status: string | null;
}

/** The latest case of a workflow id, or the one of that run of it: as it said last, and from its archive once that has its end. */
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
  const kept = row.status === null ? undefined : wholeStatus(JSON.parse(row.status));
  const status = kept ?? (await archived(reading, row.case_run_id)) ?? (await asked(reading, workflowId, row.case_run_id));
  return status && {status, isOpen};
}

async function archived({cache, bundle}: Reading, caseRunId: string): Promise<CaseStatus | undefined> {
  const bundles = cache.all<{bundle_id: string}>(
    'SELECT bundle_id FROM bundles WHERE case_run_id = ? ORDER BY created_utc DESC',
    caseRunId,
  );
  for (const {bundle_id} of bundles) {
    const place = await bundle(bundle_id);
    const status = place && wholeStatus(await archivedCase(place.dir));
    if (status?.runId === caseRunId) return status;
  }
  return undefined;
}

/** What has no archive, because its bundle is gone, may still answer. */
async function asked({client}: Reading, workflowId: string, caseRunId: string): Promise<CaseStatus | undefined> {
  const temporal = client();
  if (temporal === undefined) return undefined;
  const query = (): Promise<CaseStatus> => temporal.workflow.getHandle(workflowId, caseRunId).query<CaseStatus>('status');
  return temporal.withDeadline(Date.now() + ANSWER_MS, query).catch(() => undefined);
}
