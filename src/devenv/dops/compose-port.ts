import {existsSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {type Applied, applyPlan, type Row} from '../../dops/apply/apply-plan.ts';
import {OperationFailure} from '../../dops/apply/failure.ts';
import {decodeText} from '../../dops/apply/read-entry.ts';
import {type Plan, planText} from '../../dops/plan.ts';
import type {Overlay} from '../../dops/syntax/parse-overlay.ts';
import {readTree, storeChanges} from './disk-tree.ts';
import {applyByPatch} from './gnu-patch.ts';

/** Printed behind errors of a statement that this engine does not know, since the language grows. */
const UNKNOWN = 'This engine does not know the operation. The dportsv3 of the tree may: `dev-env create --composer dportsv3`.';

/** Fields of a diagnostic as the reference's JSON has them. */
interface Diagnostic {
  readonly severity: 'error';
  readonly code: string;
  readonly message: string;
  readonly source_path: string;
  readonly line: number | null;
  readonly column: number | null;
}

interface Composition {
  readonly file: string;
  readonly overlayDir: string;
  readonly target: string;
  readonly portDir: string;
  /** Writes the rows of a failure. */
  report(rows: readonly object[]): void;
}

/**
 * Composer of the Linux dev-env, run inside of it with Node alone:
 * `compose-port.js type OVERLAY_DIR TARGET REPORT` prints PORT, MASK, DPORT or LOCK, or REMOVED if overlay.toml takes the overlay away for the target;
 * `compose-port.js apply OVERLAY_DIR TARGET REPORT PORT_DIR` applies the operations and prints their number.
 * Exit code 2: errors in the overlay or failed operations, each with its place on stderr, and as a JSON array in the file REPORT:
 * diagnostics for errors, rows as those of `dops_failed_op_results` for operations.
 */
function main([command, overlayDir = '', target = '', report = '', portDir = '']: readonly string[]): number {
  const file = join(overlayDir, 'overlay.dops');
  const given = {
    file,
    overlayDir,
    target,
    portDir,
    report: (rows: readonly object[]) => writeFileSync(report, JSON.stringify(rows)),
  };
  try {
    const {overlay, plan} = planText(decodeText(readFileSync(file), file));
    if (plan === undefined) return refuse(given, overlay);
    if (command === 'apply') return apply(given, plan);
    console.log(isRemoved(overlayDir, target) ? 'REMOVED' : plan.type.toUpperCase());
    return 0;
  } catch (error) {
    if (!(error instanceof OperationFailure)) throw error;
    console.error(`${file}: ${error.code}: ${error.message}`);
    given.report([{...diagnostic(given, error.code, error.message), line: null, column: null}]);
    return 2;
  }
}

function refuse(given: Composition, {diagnostics, statements}: Overlay): number {
  const unknown = statements.flatMap((one) => (one.kind === 'unknown' && one.problem === 'operation' ? [one.place.line] : []));
  const rows = diagnostics.map(({code, message, line, column}) => {
    const full = unknown.includes(line) ? `${message} ${UNKNOWN}` : message;
    console.error(`${given.file}:${line}:${column}: ${code}: ${full}`);
    return {...diagnostic(given, code, full), line, column};
  });
  given.report(rows);
  return 2;
}

function apply(given: Composition, plan: Plan): number {
  const {file, overlayDir, target, portDir} = given;
  const before = readTree(portDir);
  const port = before.copy();
  const applied = applyPlan({plan, overlay: readTree(overlayDir), port, target, applyPatch: applyByPatch});
  if (!applied.isOk) {
    const rows = failedRows(given, applied);
    for (const {kind, diagnostics} of rows)
      for (const {line, column, code, message} of diagnostics)
        console.error(
          [line === null ? file : `${file}:${line}:${column}`, ...(kind === '' ? [] : [kind]), code, message].join(': '),
        );
    given.report(rows);
    return 2;
  }
  storeChanges(portDir, before, port);
  console.log(applied.rows.filter(({status}) => status === 'applied').length);
  return 0;
}

interface FailedRow {
  readonly id: string;
  readonly kind: string;
  readonly target: string;
  readonly status: 'failed';
  readonly message: string;
  readonly diagnostics: readonly Diagnostic[];
}

/** Returns a row for each failed operation, or one without an operation for a failure of the run. */
function failedRows(given: Composition, {rows, codes, message = `The target is ${given.target}.`}: Applied): FailedRow[] {
  const failed = rows.filter(({status}) => status === 'failed').map((row) => failedRow(given, row));
  if (failed.length > 0) return failed;
  const diagnostics = [{...diagnostic(given, codes.at(-1) ?? '', message), line: null, column: null}];
  return [{id: '', kind: '', target: given.target, status: 'failed', message, diagnostics}];
}

function failedRow(given: Composition, {planned, code, message = ''}: Row): FailedRow {
  const {id, kind, target, operation} = planned;
  const {line, column} = operation.place;
  return {id, kind, target, status: 'failed', message, diagnostics: [{...diagnostic(given, code ?? '', message), line, column}]};
}

function diagnostic({file}: Composition, code: string, message: string): Omit<Diagnostic, 'line' | 'column'> {
  return {severity: 'error', code, message, source_path: file};
}

/** Returns whether `removed_in` of overlay.toml names the target. */
function isRemoved(overlayDir: string, target: string): boolean {
  const file = join(overlayDir, 'overlay.toml');
  const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
  const [, list = ''] = /^[ \t]*removed_in[ \t]*=[ \t]*\[([^\]]*)\]/m.exec(text) ?? [];
  return [...list.matchAll(/"([^"\n]*)"|'([^'\n]*)'/g)].some(([, double, single]) => (double ?? single) === target);
}

process.exitCode = main(process.argv.slice(2));
