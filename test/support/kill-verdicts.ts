import {readFile} from 'node:fs/promises';
import {join} from 'node:path';
import {DEMO_PORTS} from '../../src/demo/ports.ts';
import {installRoot} from '../../src/setup/paths.ts';
import type {CaseEnd} from './kill-rig.ts';

/** Attempts of a port whose first repair does not hold, and of those that are left to a person; the others need one. */
const ATTEMPTS: Readonly<Record<string, number>> = {'devel/evloop': 2, 'security/sumtool': 0, 'devel/needlib': 0};

/** What of a case is not as it is when no worker is killed; undefined when all is. */
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

/** Lines that a diff adds or removes; what stands behind a hunk's numbers is diff's own choice. */
async function changedLines(path: string): Promise<string> {
  const lines = (await readFile(path, 'utf8')).split('\n');
  return lines
    .filter((line) => /^[+-]/.test(line))
    .map((line) => line.replace(/(@@.*@@).*/, '$1'))
    .join('\n');
}
