import type {CaseStatus} from '../../case/status.ts';
import type {Cache} from '../cache/cache.ts';

/** A row of user_context. Source: contract, section 8.1. */
export interface UserContext {
  readonly run_id: string;
  readonly origin: string;
  readonly context_text: string;
  readonly updated_at: string;
  readonly context_rev: number;
}

/** A row of user_context_requests. */
export interface UserContextRequest {
  readonly run_id: string;
  readonly origin: string;
  readonly bundle_id: string;
  readonly confidence: string | null;
  readonly classification: string | null;
  readonly iteration: number;
  readonly max_iterations: number | null;
  readonly requested_at: string | null;
  readonly status: 'pending' | 'handled';
  readonly last_context_rev_handled: number;
}

/** A failure, and the case that it belongs to. */
export interface Failure {
  readonly bundle_id: string;
  readonly run_id: string;
  readonly workflow_id: string;
  readonly case_run_id: string | null;
}

const FAILURE = 'SELECT bundle_id, run_id, workflow_id, case_run_id FROM bundles';

/** Returns the failure of a bundle. */
export function failureOf(cache: Cache, bundleId: string): Failure | undefined {
  return cache.one<Failure>(`${FAILURE} WHERE bundle_id = ?`, bundleId);
}

/** Returns the failure of an origin in a run, as the existing clients name it; the latest if there are several. */
export function caseOfFailure(cache: Cache, runId: string, origin: string): Failure | undefined {
  return cache.one<Failure>(
    `${FAILURE} WHERE run_id = ? AND origin = ? ORDER BY created_utc DESC, bundle_id DESC LIMIT 1`,
    runId,
    origin,
  );
}

/** Returns the newest context of a case; null if no operator gave one. */
export function userContext(status: CaseStatus, runId: string): UserContext | null {
  const last = status.context.at(-1);
  if (last === undefined) return null;
  return {
    run_id: runId,
    origin: status.port.origin,
    context_text: last.text,
    updated_at: last.atUtc,
    context_rev: status.context.length,
  };
}

/** Returns what a case asks of an operator, pending as long as it waits; null if it never asked. */
export function userContextRequest(status: CaseStatus, bundleId: string, runId: string): UserContextRequest | null {
  const asked = status.timeline.findLast(({phase}) => phase === 'awaiting-operator');
  if (asked === undefined) return null;
  const waits = status.phase === 'awaiting-operator';
  return {
    run_id: runId,
    origin: status.port.origin,
    bundle_id: bundleId,
    confidence: status.triage?.confidence ?? null,
    classification: status.triage?.classification ?? null,
    iteration: status.attempts.length,
    max_iterations: status.budget.attemptsLimit,
    requested_at: status.waitingSinceUtc ?? asked.atUtc,
    status: waits ? 'pending' : 'handled',
    last_context_rev_handled: status.context.length,
  };
}
