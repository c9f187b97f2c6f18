/** Id of the schedule that runs `watchSpool`. */
export const SPOOL_SCHEDULE_ID = 'portwright-spool';

/** Memo of the schedule's workflows: `evidenceRoots`, the absolute evidence roots of the worker that started last. */
export interface SpoolMemo {
  readonly evidenceRoots: readonly string[];
}
