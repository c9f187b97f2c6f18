import {isOrigin, type PortId, portName} from '../case/types.ts';

/** Returns the workflow id of a port's case: `port:<target>:<origin>[@flavor]`. */
export function caseId(port: PortId): string {
  return `port:${port.target}:${portName(port)}`;
}

/** Returns whether a workflow id is a case's. */
export function isCaseId(id: string): boolean {
  return id.startsWith('port:');
}

/** Returns the port of a case's workflow id. Throws on an id that `caseId` does not return. */
export function portOf(id: string): PortId {
  const [, target, origin, flavor] = /^port:([^:]+):([^:@]+)(?:@([^:]+))?$/.exec(id) ?? [];
  if (target === undefined || origin === undefined || !isOrigin(origin)) {
    throw new Error(`A case's id is port:<target>:<origin>[@flavor]; got ${JSON.stringify(id)}.`);
  }
  return {target, origin, flavor};
}

/**
 * Returns the workflow id of an attempt: `<case>/attempt-<n>-<8 hex digits>`. `unique` is a random UUID of the case's run: an earlier run of the case,
 * or the same run before it was reset, may still have an attempt of this number at its clean-up.
 */
export function attemptId(caseWorkflowId: string, attempt: number, unique: string): string {
  return `${caseWorkflowId}/attempt-${attempt}-${unique.slice(0, 8)}`;
}

/** Returns the case's workflow id of an attempt's; any other id is returned as it is. */
export function caseIdOfAttempt(id: string): string {
  return id.replace(/\/attempt-\d+(-[0-9a-f]+)?$/, '');
}

/** Returns the workflow id of a dsynth run. */
export function runWorkflowId(runId: string): string {
  return `run:${runId}`;
}

/** Returns the workflow id of a target's pool of dev-envs. */
export function poolId(target: string): string {
  return `dev-envs:${target}`;
}

/** Returns the target of a pool's workflow id. */
export function targetOfPool(id: string): string {
  return id.replace(/^dev-envs:/, '');
}

/** Returns the workflow id of a hold. */
export function holdId(origin: string): string {
  return `hold:${origin}`;
}

/** Returns the scope of the ledger that all calls of a dsynth run share. */
export function runScope(runId: string): string {
  return `run:${runId}`;
}

/** Returns the scope of the ledger that all calls of a day (UTC) share; `atMs` is a time of that day. */
export function dayScope(atMs: number): string {
  return `day:${new Date(atMs).toISOString().slice(0, 10)}`;
}

/** Returns the workflow id of a ledger. */
export function ledgerId(scope: string): string {
  return `spend:${scope}`;
}

/** Returns the workflow id of a repeated proof of a case's diff. */
export function proofId(caseWorkflowId: string): string {
  return `proof:${caseWorkflowId}`;
}

/** Returns the workflow id of an evaluation. */
export function evalId(name: string): string {
  return `eval:${name}`;
}

/** Workflow id of the schedule's spool scans; the server appends the time. */
export const SPOOL_WATCH_ID = 'spool';

/** Returns the workflow id of the schedule that collects a host's evidence; the server appends the time. */
export function collectId(host: string): string {
  return `collect:${host}`;
}
