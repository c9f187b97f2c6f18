import {isOperationKind} from './syntax/grammar.ts';
import {type Overlay, parseOverlay} from './syntax/parse-overlay.ts';
import type {Operation, OperationKind, PortType, Statement} from './syntax/statement.ts';

/** An operation for one selector. */
export interface PlannedOperation {
  /** `op-NNNN-` with the kind. */
  readonly id: string;
  readonly kind: OperationKind;
  /** `@any`, `@main` or a quarter such as `@2026Q3`. */
  readonly target: string;
  readonly operation: Operation;
}

/** An overlay without errors, as it is applied. */
export interface Plan {
  readonly port: string;
  readonly type: PortType;
  readonly reason: string;
  readonly maintainer: string;
  readonly operations: readonly PlannedOperation[];
}

/** Returns the plan of an overlay; undefined if it has diagnostics. */
export function planOverlay(overlay: Overlay): Plan | undefined {
  if (overlay.diagnostics.length > 0) return undefined;
  const {statements} = overlay;
  return {
    port: statements.find((one) => one.kind === 'port')?.origin ?? '',
    type: statements.find((one) => one.kind === 'type')?.type ?? 'port',
    reason: statements.find((one) => one.kind === 'reason')?.text ?? '',
    maintainer: statements.find((one) => one.kind === 'maintainer')?.text ?? '',
    operations: planOperations(statements),
  };
}

/** Parses and plans a text. */
export function planText(text: string): {readonly overlay: Overlay; readonly plan: Plan | undefined} {
  const overlay = parseOverlay(text);
  return {overlay, plan: planOverlay(overlay)};
}

/** Returns whether the statement changes the port. */
export function isOperation(statement: Statement): statement is Operation {
  return isOperationKind(statement.kind);
}

/** A selector in a list of `target` repeats each operation below it. */
function planOperations(statements: readonly Statement[]): PlannedOperation[] {
  let selectors: readonly string[] = ['@any'];
  const planned: PlannedOperation[] = [];
  for (const statement of statements) {
    if (statement.kind === 'target') selectors = statement.selectors;
    if (!isOperation(statement)) continue;
    for (const target of selectors) {
      const id = `op-${String(planned.length + 1).padStart(4, '0')}-${statement.kind.replaceAll('.', '-')}`;
      planned.push({id, kind: statement.kind, target, operation: statement});
    }
  }
  return planned;
}

const NAMES: Readonly<Record<string, string>> = {onMissing: 'on_missing', heredocTag: 'heredoc_tag'};

/** Returns the fields of an operation under the names of the reference's plans. */
export function payloadOf(operation: Operation): Record<string, unknown> {
  const {kind: _kind, place: _place, ...fields} = operation;
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [NAMES[name] ?? name, value]));
}
