import {readTree} from '../../devenv/dops/disk-tree.ts';
import {applyByPatch} from '../../devenv/dops/gnu-patch.ts';
import type {Row} from '../../dops/apply/apply-plan.ts';
import {showChange} from '../../dops/check/show-change.ts';
import {type Change, type Step, tracePlan} from '../../dops/check/trace.ts';
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

function toText(overlay: Overlay, {row, changes}: Step): string {
  const {operation} = row.planned;
  const [first = '', ...more] = sourceOf(overlay, operation).split('\n');
  const source = more.length === 0 ? first : `${first} …`;
  return [`${operation.place.line}: ${source}`, `   ${resultOf(row, changes)}`, ...changes.map(showChange)].join('\n');
}

function resultOf({status, code, message}: Row, changes: readonly Change[]): string {
  const detail = [code, message].filter((part) => part !== undefined).join(': ');
  const effect = status === 'applied' && changes.length === 0 ? 'applied, without effect' : status;
  return detail === '' ? effect : `${effect}, ${detail}`;
}

function toJson(file: string, {row, changes}: Step): object {
  const {planned, status, code = null, message = null} = row;
  const {line, column} = planned.operation.place;
  const {id, kind, target} = planned;
  return {file, id, kind, target, line, column, status, code, message, diffs: changes.map(showChange)};
}
