import {readTree, storeChanges} from '../../devenv/dops/disk-tree.ts';
import {applyByPatch} from '../../devenv/dops/gnu-patch.ts';
import {type Applied, applyPlan, isTarget} from '../../dops/apply/apply-plan.ts';
import {showChange} from '../../dops/check/show-change.ts';
import {tracePlan} from '../../dops/check/trace.ts';
import {UsageError} from '../usage-error.ts';
import {loadOverlay, printErrors} from './load-overlay.ts';

/** Options of `portwright dops apply`. */
export interface ApplyOptions {
  readonly portRoot: string;
  readonly target: string;
  readonly dryRun?: boolean;
  readonly strict?: boolean;
  readonly diff?: boolean;
  readonly json?: boolean;
}

/** `portwright dops apply`: changes the port on disk. Returns the exit code: 0, or 2 if an operation or the run failed. */
export function apply(file: string, options: ApplyOptions): number {
  const {portRoot, target, dryRun = false, strict = false, diff = false} = options;
  if (diff && !dryRun) throw new UsageError('--diff needs --dry-run (E_APPLY_DIFF_REQUIRES_DRY_RUN).');
  if (!isTarget(target))
    throw new UsageError(`${target} is no target: @main or a quarter such as @2026Q3 (E_APPLY_INVALID_TARGET).`);
  const loaded = loadOverlay(file);
  if (loaded.plan === undefined) {
    printErrors(loaded);
    return 2;
  }
  const before = readTree(portRoot);
  const port = before.copy();
  const run = {plan: loaded.plan, overlay: loaded.directory, port, target, isStrict: strict, applyPatch: applyByPatch};
  const diffs = diff ? tracePlan(run).steps.flatMap(({changes}) => changes.map(showChange)) : [];
  const applied = applyPlan({...run, isDryRun: dryRun});
  storeChanges(portRoot, before, port);
  printResult(file, applied, diffs, options.json === true);
  return applied.isOk ? 0 : 2;
}

function printResult(file: string, {isOk, rows, codes, message}: Applied, diffs: readonly string[], isJson: boolean): void {
  const shown = rows.map(({planned, status, code = null, message: reason = null}) => {
    const {line, column} = planned.operation.place;
    return {id: planned.id, kind: planned.kind, target: planned.target, line, column, status, code, message: reason};
  });
  if (isJson) {
    console.log(JSON.stringify({ok: isOk, codes, op_results: shown, diffs}));
    return;
  }
  for (const {id, line, column, status, code, message: reason} of shown) {
    const detail = [code, reason].filter((part) => part !== null).join(': ');
    console.log(`${status.padEnd(7)} ${id} [${file}:${line}:${column}]${detail === '' ? '' : ` ${detail}`}`);
  }
  for (const one of diffs) console.log(one);
  if (message !== undefined) console.error(`ERROR ${codes.at(-1)}: ${message} [${file}]`);
}
