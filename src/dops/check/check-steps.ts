import type {Applied} from '../apply/apply-plan.ts';
import {decodeText} from '../apply/read-entry.ts';
import {assignmentsOf, isContinued} from '../makefile/query-makefile.ts';
import {type Makefile, readMakefile} from '../makefile/read-makefile.ts';
import type {Operation} from '../syntax/statement.ts';
import type {Step} from './trace.ts';
import {type Warning, type WarningCode, warningAt} from './warning.ts';

/** Returns what is wrong with an overlay on its port, from what its operations did. */
export function checkSteps(steps: readonly Step[]): Warning[] {
  return steps.flatMap((step) => checkStep(step));
}

/** Returns a warning if the run ended without writing, such as at an operation that copies a directory. */
export function checkRun({codes, endedAt, message = ''}: Applied): Warning[] {
  if (!codes.includes('E_APPLY_WRITE_FAILED')) return [];
  const why = `E_APPLY_WRITE_FAILED: ${message} The run ends here, and the edits are not written.`;
  const code = 'W_DOPS_OPERATION_FAILS';
  return [endedAt === undefined ? {code, message: why} : warningAt(endedAt.operation, code, why)];
}

function checkStep({row, changes, overwritten}: Step): Warning[] {
  const {operation} = row.planned;
  const warn = (code: WarningCode, message: string): Warning[] => [warningAt(operation, code, message)];
  if (row.code === 'I_APPLY_TARGET_MISMATCH') return [];
  if (row.status === 'failed') return warn('W_DOPS_OPERATION_FAILS', `${row.code}: ${row.message}`);
  if (overwritten.length > 0) return warn('W_DOPS_PATCH_OVERWRITTEN', overwrittenMessage(overwritten));
  if (changes.length === 0) return warn('W_DOPS_NO_EFFECT', row.message ?? 'The port is as before.');
  const [change] = changes;
  const before = change?.before === undefined ? undefined : readMakefile(decodeText(change.before, change.path));
  return before === undefined ? [] : checkMakefile(operation, before);
}

/** Returns the message of a patch whose result is lost. */
export function overwrittenMessage(files: readonly string[]): string {
  return `An edit above is written over what this changes in ${files.join(', ')}. Put the patch before it.`;
}

function checkMakefile(operation: Operation, before: Makefile): Warning[] {
  if (operation.kind === 'mk.var.token_add') {
    const [only, ...others] = assignmentsOf(before, operation.name);
    if (only === undefined || others.length > 0 || isContinued(only) || !/(^|[^\\])#/.test(only.value)) return [];
    const message = `${operation.name} ends in a comment, and ${operation.value} becomes a part of it.`;
    return [warningAt(operation, 'W_DOPS_TOKEN_IN_COMMENT', message)];
  }
  const name = targetOf(operation);
  const target = before.nodes.find((node) => node.kind === 'target' && node.name === name);
  const line = before.lines[target?.from ?? -1] ?? '';
  const dependencies = line.slice(line.indexOf(':') + 1).trim();
  if (target === undefined || dependencies === '') return [];
  return [warningAt(operation, 'W_DOPS_DEPENDENCIES_LOST', `The target loses what stands behind its name: \`${dependencies}\`.`)];
}

function targetOf(operation: Operation): string | undefined {
  if (operation.kind === 'mk.target.rename') return operation.old;
  return operation.kind === 'mk.target.set' ? operation.name : undefined;
}
