import {readTree} from '../../devenv/dops/disk-tree.ts';
import {applyByPatch} from '../../devenv/dops/gnu-patch.ts';
import {overwrittenMessage} from '../../dops/check/check-steps.ts';
import {showChange} from '../../dops/check/show-change.ts';
import {type Step, tracePlan} from '../../dops/check/trace.ts';
import {sourceOf} from '../../dops/edit/edit-overlay.ts';
import type {Overlay} from '../../dops/syntax/parse-overlay.ts';
import {UsageError} from '../usage-error.ts';
import type {PortOptions} from './check.ts';
import {loadOverlay, printErrors} from './load-overlay.ts';

/** `portwright dops explain`: prints each statement with what it does to the port, as a diff. Returns the exit code. */
export function explain(files: readonly string[], {port, target, json}: PortOptions): number {
  if (port === undefined) throw new UsageError('explain needs --port, the directory of the port as FreeBSD has it.');
  let isOk = true;
  for (const file of files) {
    const loaded = loadOverlay(file);
    if (loaded.plan === undefined) {
      printErrors(loaded);
      isOk = false;
      continue;
    }
    const run = {plan: loaded.plan, overlay: loaded.directory, port: readTree(port), target, applyPatch: applyByPatch};
    const {applied, steps} = tracePlan(run);
    for (const step of steps) console.log(json ? JSON.stringify(toJson(file, step)) : toText(loaded.overlay, step));
    if (applied.message !== undefined) console.error(`ERROR ${applied.codes.at(-1)}: ${applied.message} [${file}]`);
    isOk &&= applied.isOk;
  }
  return isOk ? 0 : 2;
}

function toText(overlay: Overlay, step: Step): string {
  const {operation} = step.row.planned;
  const [first = '', ...more] = sourceOf(overlay, operation).split('\n');
  const source = more.length === 0 ? first : `${first} …`;
  return [`${operation.place.line}: ${source}`, `   ${resultOf(step)}`, ...step.changes.map(showChange)].join('\n');
}

function resultOf({row: {status, code, message}, changes, overwritten}: Step): string {
  const effect = status === 'applied' && changes.length === 0 ? 'applied, without effect' : status;
  if (overwritten.length > 0) return `${effect}: ${overwrittenMessage(overwritten)}`;
  const detail = [code, message].filter((part) => part !== undefined).join(': ');
  return detail === '' ? effect : `${effect}, ${detail}`;
}

function toJson(file: string, {row, changes, overwritten}: Step): object {
  const {planned, status, code = null, message = null} = row;
  const {line, column} = planned.operation.place;
  const {id, kind, target} = planned;
  return {file, id, kind, target, line, column, status, code, message, overwritten, diffs: changes.map(showChange)};
}
