import type {ComposeFailure} from './compose-failure.ts';
import {ComposePlaces} from './compose-places.ts';
import {type Fields, fieldsOf, jsonDocuments} from './json-documents.ts';

/** What a composer's JSON has of one port. */
export interface ComposeReport {
  readonly failures: readonly ComposeFailure[];
  /** Summary in one line, as the composer prints it without JSON. */
  readonly summary: string;
}

/** Failures that are read of one output; a broken overlay has one for each operation. */
const MOST_FAILURES = 1000;

/**
 * Reads the output of `reapply --json`: documents one behind the other, with other lines around them. Places that the composer leaves out are
 * those in `overlayText`, the port's overlay.dops. Returns undefined if there is no document.
 */
export function readComposeReport(output: string, overlayText: string): ComposeReport | undefined {
  const documents = jsonDocuments(output);
  if (documents.length === 0) return undefined;
  const places = new ComposePlaces(overlayText);
  return {failures: documents.flatMap((one) => failuresOf(one, places)).slice(0, MOST_FAILURES), summary: summaryOf(documents)};
}

function rowsOf(value: unknown): Fields[] {
  return Array.isArray(value) ? value.map(fieldsOf).filter((one) => one !== undefined) : [];
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** Errors that only name what other rows have in detail. */
const SUMMARIES: Readonly<Record<string, 'plan' | 'operations'>> = {
  E_COMPOSE_PLAN_INVALID: 'plan',
  E_COMPOSE_APPLY_FAILED: 'operations',
};

function failuresOf(document: Fields, places: ComposePlaces): ComposeFailure[] {
  const levels = [document, ...rowsOf(document.ports)];
  const errors = rowsOf(document.stages).flatMap(({errors: found}) => stageErrors(found));
  const operations = levels
    .flatMap((one) => [...rowsOf(one.dops_failed_op_results), ...rowsOf(one.dops_failed_ops)])
    .map((row) => operationFailure(row, places));
  const reported = levels.flatMap((one) => rowsOf(one.plan_errors)).map((row) => diagnosticFailure(row, places));
  const isInvalid = errors.some(({code}) => SUMMARIES[code] === 'plan');
  const details = {plan: reported.length > 0 || !isInvalid ? reported : places.errors, operations};
  const others = errors.filter(({code}) => {
    const named = SUMMARIES[code];
    return named === undefined || details[named].length === 0;
  });
  return [...details.plan, ...operations, ...others];
}

/** Errors of a stage are strings, `CODE: message`. */
function stageErrors(value: unknown): ComposeFailure[] {
  return (Array.isArray(value) ? value : []).map((one) => {
    const [, code = '', message = ''] = /^(?:([A-Z]_[A-Z_]+): )?([\s\S]*)$/.exec(textOf(one)) ?? [];
    return {code, message};
  });
}

function operationFailure(row: Fields, places: ComposePlaces): ComposeFailure {
  const diagnostics = rowsOf(row.diagnostics);
  const diagnostic = diagnostics.find(({severity}) => severity === 'error') ?? diagnostics[0] ?? row;
  const named = {...diagnosticFailure(diagnostic, places), ...places.ofOperation(textOf(row.id))};
  const kind = textOf(row.kind);
  return kind === '' ? named : {...named, kind};
}

function diagnosticFailure({code, message, line, column, source_path}: Fields, places: ComposePlaces): ComposeFailure {
  const file = overlayFile(textOf(source_path));
  return {
    code: textOf(code),
    message: textOf(message),
    ...(file === '' ? {} : {file}),
    ...(typeof line === 'number' && typeof column === 'number' ? {line, column, ...places.textAt(line)} : {}),
  };
}

/** `/work/DeltaPorts/ports/net/foo/diffs/a.diff` as `diffs/a.diff`. */
function overlayFile(path: string): string {
  return path.replace(/^.*\/ports\/[^/]+\/[^/]+\//, '');
}

function summaryOf(documents: readonly Fields[]): string {
  const sum = (names: readonly string[]): number =>
    documents.reduce(
      (total, one) => total + (names.map((name) => numberAt(fieldsOf(one.summary), name)).find((n) => n > 0) ?? 0),
      0,
    );
  const applied = sum(['applied_ops']);
  const [ports, errors] = [sum(['port_total']), sum(['errors'])];
  return `compose: ports=${ports} ops=${sum(['total_ops', 'applied_ops'])} applied=${applied} fallback=${sum(['fallback_patch_count'])} errors=${errors}`;
}

function numberAt(fields: Fields | undefined, name: string): number {
  const value = fields?.[name];
  return typeof value === 'number' ? value : 0;
}
