import {planText} from '../dops/plan.ts';
import type {Overlay} from '../dops/syntax/parse-overlay.ts';

/** A failure that the composer reports of a port. */
export interface ComposeFailure {
  /** Code of the composer, such as `E_APPLY_MISSING_SUBJECT`. */
  readonly code: string;
  readonly message: string;
  /** File below the port's overlay directory; missing where the failure is of none. */
  readonly file?: string;
  /** Line and column of the statement in overlay.dops, from 1. */
  readonly line?: number;
  readonly column?: number;
  /** Kind of the operation, such as `mk.var.unset`. */
  readonly kind?: string;
  /** First line of the statement. */
  readonly operation?: string;
}

/** What a composer's JSON has of one port. */
export interface ComposeReport {
  readonly failures: readonly ComposeFailure[];
  /** Summary in one line, as the composer prints it without JSON. */
  readonly summary: string;
}

type Fields = Readonly<Record<string, unknown>>;

/** Documents that are read of one output; a port has one. */
const MOST_DOCUMENTS = 100;
/** Characters of a statement that are shown. */
const MOST_OPERATION = 200;

/**
 * Reads the output of `reapply --json`: documents one behind the other, with other lines around them. Places that the composer leaves out are
 * those in `overlayText`, the port's overlay.dops. Returns undefined if there is no document.
 */
export function readComposeReport(output: string, overlayText: string): ComposeReport | undefined {
  const documents = jsonDocuments(output);
  if (documents.length === 0) return undefined;
  const places = new Places(overlayText);
  return {failures: documents.flatMap((one) => failuresOf(one, places)), summary: summaryOf(documents)};
}

/** Renders one failure: `overlay.dops:3:1: mk.var.unset: CODE: message`, and the statement in the next line. */
export function failureText({file, line, column, kind, code, message, operation}: ComposeFailure): string {
  const place = [file, line, column].filter((part) => part !== undefined).join(':');
  const head = [place, kind ?? '', code, message].filter((part) => part !== '').join(': ');
  return operation === undefined ? head : `${head}\n  > ${operation}`;
}

/** The objects that start at the beginning of a line. */
function jsonDocuments(output: string): Fields[] {
  const documents: Fields[] = [];
  const start = /^\{/gm;
  let match = start.exec(output);
  for (let tried = 0; match !== null && tried < MOST_DOCUMENTS; tried += 1) {
    const end = endOfObject(output, match.index);
    const document = end < 0 ? undefined : parseObject(output.slice(match.index, end));
    if (document !== undefined) {
      documents.push(document);
      start.lastIndex = end;
    }
    match = start.exec(output);
  }
  return documents;
}

/** Returns the index behind the object that starts at `from`; -1 if it does not end. */
function endOfObject(output: string, from: number): number {
  const token = /["\\{}]/g;
  token.lastIndex = from;
  let depth = 0;
  let isString = false;
  for (let match = token.exec(output); match !== null; match = token.exec(output)) {
    const [found] = match;
    if (found === '\\') token.lastIndex += 1;
    else if (found === '"') isString = !isString;
    else if (!isString) depth += found === '{' ? 1 : -1;
    if (depth === 0 && !isString) return token.lastIndex;
  }
  return -1;
}

function parseObject(text: string): Fields | undefined {
  try {
    return fieldsOf(JSON.parse(text));
  } catch {
    return undefined;
  }
}

function fieldsOf(value: unknown): Fields | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : undefined;
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

function failuresOf(document: Fields, places: Places): ComposeFailure[] {
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

function operationFailure(row: Fields, places: Places): ComposeFailure {
  const diagnostics = rowsOf(row.diagnostics);
  const diagnostic = diagnostics.find(({severity}) => severity === 'error') ?? diagnostics[0] ?? row;
  const named = {...diagnosticFailure(diagnostic, places), ...places.ofOperation(textOf(row.id))};
  const kind = textOf(row.kind);
  return kind === '' ? named : {...named, kind};
}

function diagnosticFailure({code, message, line, column, source_path}: Fields, places: Places): ComposeFailure {
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

/** Places in the port's overlay.dops, as Portwright's engine reads it. */
class Places {
  readonly #overlay: Overlay;
  readonly #plan: ReturnType<typeof planText>['plan'];

  constructor(text: string) {
    ({overlay: this.#overlay, plan: this.#plan} = planText(text));
  }

  /** The engine's own diagnostics. */
  get errors(): ComposeFailure[] {
    return this.#overlay.diagnostics.map(({code, message, line, column}) => ({
      code,
      message,
      file: 'overlay.dops',
      line,
      column,
      ...this.textAt(line),
    }));
  }

  /** Place of a planned operation by its id; nothing if the plan has none. */
  ofOperation(id: string): Pick<ComposeFailure, 'file' | 'line' | 'column' | 'operation'> {
    const planned = this.#plan?.operations.find((one) => one.id === id);
    if (planned === undefined) return {};
    const {line, column} = planned.operation.place;
    return {file: 'overlay.dops', line, column, ...this.textAt(line)};
  }

  textAt(line: number): {operation?: string} {
    const text = this.#overlay.text.split('\n')[line - 1]?.trim() ?? '';
    return text === '' ? {} : {operation: text.slice(0, MOST_OPERATION)};
  }
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
