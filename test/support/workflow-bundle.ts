import {mkdtemp, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {dirname, join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {DefaultLogger} from '@temporalio/worker';
import {bundleWorkflows} from '../../src/worker/bundle-workflows.ts';

/** Variable that passes the file's path to the processes of a test run. */
const VARIABLE = 'PORTWRIGHT_TEST_BUNDLE';

/** Bundles the workflows once for all tests of a run, because that takes some seconds. */
export default async function bundleOnce(): Promise<void> {
  const workflowsPath = fileURLToPath(new URL('../../src/workflows/index.ts', import.meta.url));
  const code = await bundleWorkflows(workflowsPath, new DefaultLogger('ERROR'));
  const file = join(await mkdtemp(join(tmpdir(), 'portwright-bundle-')), 'workflows.js');
  await writeFile(file, code);
  process.env[VARIABLE] = file;
}

export async function removeBundle(): Promise<void> {
  const file = process.env[VARIABLE];
  if (file !== undefined) await rm(dirname(file), {recursive: true, force: true});
}

/** Returns the bundle of `bundleOnce`. */
export function workflowBundle(): {codePath: string} {
  return {codePath: process.env[VARIABLE] ?? ''};
}
