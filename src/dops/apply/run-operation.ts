import {readMakefile} from '../makefile/read-makefile.ts';
import type {Operation, OperationKind} from '../syntax/statement.ts';
import type {Edit} from './edit.ts';
import {disableCondition, ensureInclude, replaceCondition, setBlock} from './edit-block.ts';
import {appendTarget, removeTarget, renameTarget, setTarget} from './edit-target.ts';
import {insertLine, removeLine, replaceOnce} from './edit-text.ts';
import {addToken, assignLast, removeToken, setVariable, unsetVariable} from './edit-variable.ts';
import {OperationFailure} from './failure.ts';
import {readBytes} from './read-entry.ts';
import {resolvePath} from './resolve-path.ts';
import type {Staging} from './staging.ts';
import type {Tree} from './tree.ts';

/** Runs the real patch on a tree. */
export type ApplyPatch = (run: {
  /** Bytes of the patch. */
  readonly patch: Uint8Array;
  /** Changed in place, unless `isDryRun`; also by a patch of which a part failed. */
  readonly port: Tree;
  readonly isDryRun: boolean;
}) => {readonly isApplied: boolean; readonly output: string};

/** What an operation reads and changes. */
export interface Surroundings {
  /** Directory of the overlay.dops. */
  readonly overlay: Tree;
  readonly port: Tree;
  readonly staging: Staging;
  readonly applyPatch: ApplyPatch;
  readonly isDryRun: boolean;
}

type EditOf = (text: string) => Edit;

/** Stages an operation. Returns a message if its subject is missing. Throws OperationFailure and SystemFailure. */
export function runOperation(operation: Operation, at: Surroundings): string | undefined {
  switch (operation.kind) {
    case 'file.copy':
      return copyFile(operation.src, operation.dst, at);
    case 'file.materialize':
      return materialize(operation.src, operation.dst, at);
    case 'file.remove':
      return removeFile(operation.path, at);
    case 'patch.apply':
      return patch(operation.path, at);
    case 'text.line_remove':
      return editFile(operation.file, at, (text) => removeLine(text, operation.exact));
    case 'text.line_insert_after':
      return editFile(operation.file, at, (text) => insertLine(text, operation.anchor, operation.line));
    case 'text.replace_once':
      return editFile(operation.file, at, (text) => replaceOnce(text, operation.from, operation.to));
    default:
      return editFile('Makefile', at, (text) => editMakefile(operation, text));
  }
}

type MakeOperation = Extract<Operation, {readonly kind: Extract<OperationKind, `mk.${string}`>}>;

function editMakefile(operation: MakeOperation, text: string): Edit {
  const makefile = readMakefile(text);
  const [error] = makefile.errors;
  if (error !== undefined) throw new OperationFailure('E_APPLY_PARSE_FAILED', `Makefile:${error.line}: ${error.message}`);
  switch (operation.kind) {
    case 'mk.var.set':
      return setVariable(makefile, operation.name, operation.value);
    case 'mk.var.unset':
      return unsetVariable(makefile, operation.name);
    case 'mk.var.token_add':
      return addToken(makefile, operation.name, operation.value);
    case 'mk.var.token_remove':
      return removeToken(makefile, operation.name, operation.value);
    case 'mk.var.eval':
      return assignLast(makefile, operation.name, ':=', operation.value);
    case 'mk.var.shell':
      return assignLast(makefile, operation.name, '!=', operation.value);
    case 'mk.include.ensure':
      return ensureInclude(makefile, operation.name);
    case 'mk.block.set':
      return setBlock(makefile, operation);
    case 'mk.block.disable':
      return disableCondition(makefile, operation);
    case 'mk.block.replace_condition':
      return replaceCondition(makefile, operation);
    case 'mk.target.set':
      return setTarget(makefile, operation.name, operation.recipe);
    case 'mk.target.append':
      return appendTarget(makefile, operation.name, operation.recipe);
    case 'mk.target.remove':
      return removeTarget(makefile, operation.name);
    case 'mk.target.rename':
      return renameTarget(makefile, operation.old, operation.new);
  }
}

function editFile(file: string, {port, staging}: Surroundings, edit: EditOf): string | undefined {
  const path = resolvePath(port, file);
  const text = staging.readText(path);
  if (text === undefined) return `${file} does not exist.`;
  const result = edit(text);
  if (result.kind === 'ambiguous') throw new OperationFailure('E_APPLY_AMBIGUOUS_MATCH', `${file}: ${result.message}`);
  if (result.kind === 'missing') return `${file}: ${result.message}`;
  if (result.kind === 'changed') staging.writeText(path, result.text);
  return undefined;
}

function copyFile(src: string, dst: string, {port, staging}: Surroundings): string | undefined {
  const [from, to] = [resolvePath(port, src), resolvePath(port, dst)];
  const text = staging.readText(from);
  if (text === undefined) return `${src} does not exist in the port.`;
  staging.writeText(to, text);
  return undefined;
}

function materialize(src: string, dst: string, {overlay, port, staging}: Surroundings): string | undefined {
  const [from, to] = [resolvePath(overlay, src), resolvePath(port, dst)];
  const bytes = readBytes(overlay, from);
  if (bytes === undefined) return `${src} does not exist in the overlay's directory.`;
  staging.writeBytes(to, bytes);
  return undefined;
}

/** Only what is stored in the port counts: a file that is merely staged is missing, and one can be removed twice. */
function removeFile(file: string, {port, staging}: Surroundings): string | undefined {
  const path = resolvePath(port, file);
  if (port.get(path) === undefined) return `${file} does not exist.`;
  staging.remove(path);
  return undefined;
}

/** A patch changes the port at once; edits that are staged are neither seen nor preserved from it. */
function patch(file: string, {overlay, port, applyPatch, isDryRun}: Surroundings): string | undefined {
  const entry = overlay.get(resolvePath(overlay, file));
  if (entry === undefined) return `${file} does not exist in the overlay's directory.`;
  if (entry.kind !== 'file') throw new OperationFailure('E_APPLY_PATCH_FAILED', `${file} is no file.`);
  const {isApplied, output} = applyPatch({patch: entry.bytes, port, isDryRun});
  if (!isApplied) throw new OperationFailure('E_APPLY_PATCH_FAILED', `${file}: ${output}`);
  return undefined;
}
