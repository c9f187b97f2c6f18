import {readFile} from 'node:fs/promises';
import {join} from 'node:path';
import {DEMO_PORTS} from '../../src/demo/ports.ts';
import {installRoot} from '../../src/setup/paths.ts';
import type {CaseEnd} from './kill-rig.ts';

/** Attempts of a port whose first repair fails, and of ports for an operator; the others need one. */
const ATTEMPTS: Readonly<Record<string, number>> = {'devel/evloop': 2, 'security/sumtool': 0, 'devel/needlib': 0};

/** Describes how a case differs from the result without kills; undefined if it does not. */
export async function faultOf({origin, line}: CaseEnd): Promise<string | undefined> {
  if (line === undefined) return `${origin}: no verdict in time`;
  const wanted = DEMO_PORTS.find((port) => port.origin === origin)?.ends;
  if (line.outcome !== wanted) return `${origin}: ${line.outcome} instead of ${wanted}, see ${line.bundleDir}`;
  const attempts = ATTEMPTS[origin] ?? 1;
  if (line.attempts !== attempts) return `${origin}: ${line.attempts} attempts instead of ${attempts}, see ${line.bundleDir}`;
  if (wanted !== 'fixed') return undefined;
  if (line.diff === null || line.proof === null) return `${origin}: fixed without its diff or its proof`;
  const answer = join(installRoot(), 'demo', 'answers', `${origin.replace('/', '_')}.diff`);
  const [got, right] = await Promise.all([changedLines(line.diff), changedLines(answer)]);
  return got === right ? undefined : `${origin}: another diff than the maintainer's:\n${got}`;
}

/** Returns the lines that a diff adds or removes, since hunk headers may vary. */
async function changedLines(path: string): Promise<string> {
  const lines = (await readFile(path, 'utf8')).split('\n');
  return lines
    .filter((line) => /^[+-]/.test(line))
    .map((line) => line.replace(/(@@.*@@).*/, '$1'))
    .join('\n');
}
