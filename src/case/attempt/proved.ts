import {passes} from '../guard/index.ts';
import type {AttemptResult} from '../status.ts';

/**
 * Returns whether an attempt's diff counts as a fix: a clean rebuild passed, and nothing that was found in the diff or in its
 * effect on the port prevents that, whoever handed it in.
 */
export function isProved({proof, findings = []}: Pick<AttemptResult, 'proof' | 'findings'>): boolean {
  return proof?.rebuildOk === true && passes(findings);
}
