import {existsSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {applyPlan} from '../../dops/apply/apply-plan.ts';
import {decodeText} from '../../dops/apply/read-entry.ts';
import {planText} from '../../dops/plan.ts';
import {readTree, storeChanges} from './disk-tree.ts';
import {applyByPatch} from './gnu-patch.ts';

/**
 * Composer of the Linux dev-env, run inside of it with Node alone:
 * `compose-port.js type OVERLAY_DIR TARGET` prints PORT, MASK, DPORT or LOCK, or REMOVED if overlay.toml takes the overlay away for the target;
 * `compose-port.js apply OVERLAY_DIR TARGET PORT_DIR` applies the operations and prints their number.
 * Exit code 2: errors in the overlay or failed operations, each with its place on stderr.
 */
function main([command, overlayDir = '', target = '', portDir = '']: readonly string[]): number {
  const file = join(overlayDir, 'overlay.dops');
  const {overlay, plan} = planText(decodeText(readFileSync(file), file));
  for (const {code, message, line, column} of overlay.diagnostics)
    console.error(`${file}:${line}:${column}: ${code}: ${message}`);
  if (plan === undefined) return 2;
  if (command === 'type') {
    console.log(isRemoved(overlayDir, target) ? 'REMOVED' : plan.type.toUpperCase());
    return 0;
  }
  const before = readTree(portDir);
  const port = before.copy();
  const applied = applyPlan({plan, overlay: readTree(overlayDir), port, target, applyPatch: applyByPatch});
  for (const {planned, status, code, message} of applied.rows) {
    const {line, column} = planned.operation.place;
    if (status === 'failed') console.error(`${file}:${line}:${column}: ${planned.kind}: ${code}: ${message}`);
  }
  if (applied.message !== undefined) console.error(`${file}: ${applied.codes.at(-1)}: ${applied.message}`);
  if (!applied.isOk) return 2;
  storeChanges(portDir, before, port);
  console.log(applied.rows.filter(({status}) => status === 'applied').length);
  return 0;
}

/** Returns whether `removed_in` of overlay.toml names the target. */
function isRemoved(overlayDir: string, target: string): boolean {
  const file = join(overlayDir, 'overlay.toml');
  const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
  const [, list = ''] = /^[ \t]*removed_in[ \t]*=[ \t]*\[([^\]]*)\]/m.exec(text) ?? [];
  return [...list.matchAll(/"([^"\n]*)"|'([^'\n]*)'/g)].some(([, double, single]) => (double ?? single) === target);
}

process.exitCode = main(process.argv.slice(2));
