import {join} from 'node:path';
import {evidenceRoots} from '../evidence/bundle.ts';
import {stateDir} from '../setup/paths.ts';

/** Returns the evidence roots that commands read: those of LOGS_ROOT; unless it is set, dsynth's default one and the demo's. */
export function rootsToRead(): string[] {
  const roots = evidenceRoots(process.env);
  return process.env.LOGS_ROOT ? roots : [...roots, join(stateDir(process.env), 'demo', 'logs', 'evidence')];
}
