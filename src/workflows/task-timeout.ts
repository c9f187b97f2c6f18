/**
 * How long the server waits for a worker that has taken a workflow's next step. A step takes milliseconds; a worker that is killed in
 * the midst of one costs its case this long. The server's own default, 10 s, would be the longest of all waits after a kill.
 */
export const WORKFLOW_TASK_TIMEOUT = '5s';
