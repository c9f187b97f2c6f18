import {readTree} from '../../devenv/dops/disk-tree.ts';
import {applyByPatch} from '../../devenv/dops/gnu-patch.ts';
import {checkRun, checkSteps} from '../../dops/check/check-steps.ts';
import {checkText} from '../../dops/check/check-text.ts';
import {lostPatches} from '../../dops/check/lost-patches.ts';
import {tracePlan} from '../../dops/check/trace.ts';
import type {Warning} from '../../dops/check/warning.ts';
import {type LoadedOverlay, loadOverlay, printErrors} from './load-overlay.ts';

/** Options of commands that may run an overlay on its port. */
export interface PortOptions {
  /** Directory of the port as FreeBSD has it. */
  readonly port?: string;
  readonly target: string;
  readonly json?: boolean;
}

/** `portwright dops check`: prints errors and warnings. Returns the exit code: 2 for an error, 0 otherwise. */
export function check(files: readonly string[], options: PortOptions): number {
  let hasErrors = false;
  for (const file of files) {
    const loaded = loadOverlay(file);
    const warnings = warningsOf(loaded, options);
    if (options.json) console.log(JSON.stringify({file, errors: loaded.overlay.diagnostics, warnings}));
    else for (const warning of warnings) console.log(warningLine(file, warning));
    hasErrors = (options.json ? loaded.overlay.diagnostics.length > 0 : printErrors(loaded)) || hasErrors;
  }
  return hasErrors ? 2 : 0;
}

/** Returns the warnings of the text, and with a port those of a run on it. */
function warningsOf({overlay, plan, directory, origin}: LoadedOverlay, {port, target}: PortOptions): Warning[] {
  const ofText = checkText(overlay, origin, directory);
  if (port === undefined || plan === undefined) return [...ofText, ...lostPatches(overlay, directory)];
  const run = {plan, overlay: directory, port: readTree(port), target, applyPatch: applyByPatch};
  const {applied, steps} = tracePlan(run);
  return [...ofText, ...checkSteps(steps), ...checkRun(applied)];
}

function warningLine(file: string, {code, message, line, column}: Warning): string {
  const place = line === undefined ? file : `${file}:${line}:${column}`;
  return `WARNING ${code}: ${message} [${place}]`;
}
