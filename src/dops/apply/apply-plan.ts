import type {Plan, PlannedOperation} from '../plan.ts';
import {OperationFailure, type RowCode, SystemFailure} from './failure.ts';
import {type ApplyPatch, runOperation, type Surroundings} from './run-operation.ts';
import {Staging} from './staging.ts';
import type {Tree} from './tree.ts';

/** Result of one operation. */
export interface Row {
  readonly planned: PlannedOperation;
  readonly status: 'applied' | 'skipped' | 'failed';
  readonly code?: RowCode;
  readonly message?: string;
}

/** Codes of a run as such. A warning leaves it ok. */
export type RunCode = 'E_APPLY_WRITE_FAILED' | 'W_APPLY_ORACLE_SKIPPED';

export interface Applied {
  /** No operation failed, and the run has no error. */
  readonly isOk: boolean;
  readonly rows: readonly Row[];
  readonly codes: readonly RunCode[];
  /** Why the run ended early. */
  readonly message?: string;
  /** Operation at which it ended, which has no row; undefined where it ended at the writing. */
  readonly endedAt?: PlannedOperation;
}

/** A run of a plan. */
export interface Run {
  readonly plan: Plan;
  /** Directory of the overlay.dops. */
  readonly overlay: Tree;
  /** The port, changed in place. */
  readonly port: Tree;
  /** `@main` or a quarter. A dev-env may have another, such as `@demo`, for which only operations of `@any` apply. */
  readonly target: string;
  /** The first failure ends the run, and nothing that was staged is written; what a patch did stays. */
  readonly isStrict?: boolean;
  /** Nothing is written. */
  readonly isDryRun?: boolean;
  readonly applyPatch: ApplyPatch;
  /** Called behind each operation. */
  readonly observe?: (row: Row, staging: Staging) => void;
}

const TARGET = /^@(main|\d{4}Q[1-4])$/;

/** Returns whether the reference composes ports for such a target: `@any` is a selector and no target. */
export function isTarget(text: string): boolean {
  return TARGET.test(text);
}

/** Applies a plan as the reference does, traps included: a failed operation does not stop the others, and the rest is written. */
export function applyPlan(run: Run): Applied {
  const staging = new Staging(run.port);
  const rows: Row[] = [];
  const operations = inOrder(run);
  try {
    if (!runAll(run, operations, staging, rows)) return {isOk: false, rows, codes: []};
    const hasFailed = rows.some(({status}) => status === 'failed');
    return commit(run, staging, rows, hasFailed ? ['W_APPLY_ORACLE_SKIPPED'] : []);
  } catch (error) {
    if (!(error instanceof SystemFailure)) throw error;
    const endedAt = operations[rows.length];
    return {
      isOk: false,
      rows,
      codes: ['E_APPLY_WRITE_FAILED'],
      message: error.message,
      ...(endedAt === undefined ? {} : {endedAt}),
    };
  }
}

function inOrder({plan, target}: Run): readonly PlannedOperation[] {
  return plan.operations.toSorted((a, b) => rankOf(a, target) - rankOf(b, target));
}

function commit({isDryRun}: Run, staging: Staging, rows: readonly Row[], codes: readonly RunCode[]): Applied {
  try {
    if (!isDryRun) staging.commit();
    return {isOk: codes.length === 0, rows, codes};
  } catch (error) {
    if (!(error instanceof SystemFailure)) throw error;
    return {isOk: false, rows, codes: [...codes, 'E_APPLY_WRITE_FAILED'], message: error.message};
  }
}

/** Returns false if a strict run ends at a failure. */
function runAll(run: Run, operations: readonly PlannedOperation[], staging: Staging, rows: Row[]): boolean {
  const {overlay, port, applyPatch, isDryRun = false, isStrict = false} = run;
  for (const planned of operations) {
    const row =
      rankOf(planned, run.target) < 2
        ? runRow(planned, {overlay, port, staging, applyPatch, isDryRun})
        : ({planned, status: 'skipped', code: 'I_APPLY_TARGET_MISMATCH'} as const);
    rows.push(row);
    run.observe?.(row, staging);
    if (isStrict && row.status === 'failed') return false;
  }
  return true;
}

/** Order of execution: operations for any target, those for this one, and the others, which are skipped. */
function rankOf({target}: PlannedOperation, wanted: string): number {
  if (target === '@any') return 0;
  return target === wanted ? 1 : 2;
}

function runRow(planned: PlannedOperation, at: Surroundings): Row {
  try {
    const missing = runOperation(planned.operation, at);
    return missing === undefined ? {planned, status: 'applied'} : missingRow(planned, missing);
  } catch (error) {
    if (!(error instanceof OperationFailure)) throw error;
    return {planned, status: 'failed', code: error.code, message: error.message};
  }
}

function missingRow(planned: PlannedOperation, message: string): Row {
  const {operation} = planned;
  const policy = 'onMissing' in operation ? operation.onMissing : undefined;
  if (policy === 'warn') return {planned, status: 'skipped', code: 'W_APPLY_ON_MISSING_WARN', message};
  if (policy === 'noop') return {planned, status: 'skipped', message};
  return {planned, status: 'failed', code: 'E_APPLY_MISSING_SUBJECT', message};
}
