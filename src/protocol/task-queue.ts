/** The task queue of every Portwright worker. */
export const TASK_QUEUE = 'portwright';

/**
 * Workflow task timeout of every Portwright workflow. A workflow task takes milliseconds; a worker that is killed during one delays its
 * case by this long. The server's default, 10 s, would be the longest of all waits after a kill.
 */
export const WORKFLOW_TASK_TIMEOUT = '5s';
