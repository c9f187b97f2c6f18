/** Task queue of every Portwright worker. */
export const TASK_QUEUE = 'portwright';

/**
 * Workflow task timeout of every Portwright workflow. Workflow tasks take milliseconds; a worker that is killed during one
 * delays its case by this time. With the server's default of 10 s, this would be the longest of all waits after a kill.
 */
export const WORKFLOW_TASK_TIMEOUT = '5s';
