import {payloadOf} from '../../dops/plan.ts';
import {loadOverlay, printErrors} from './load-overlay.ts';

/** `portwright dops plan`: prints the operations in order, one a line. Returns the exit code: 2 for an error, 0 otherwise. */
export function plan(files: readonly string[], options: {readonly json?: boolean}): number {
  let hasErrors = false;
  for (const file of files) {
    const loaded = loadOverlay(file);
    if (loaded.plan === undefined) {
      printErrors(loaded);
      hasErrors = true;
      continue;
    }
    const {operations, ...header} = loaded.plan;
    const ops = operations.map(({id, kind, target, operation}) => ({id, kind, target, payload: payloadOf(operation)}));
    if (options.json) console.log(JSON.stringify({file, ...header, ops}));
    else for (const {id, target, payload} of ops) console.log(`${id} ${target} ${JSON.stringify(payload)}`);
  }
  return hasErrors ? 2 : 0;
}
