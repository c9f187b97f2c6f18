import {readdir, readFile} from 'node:fs/promises';
import {dirname, join, resolve} from 'node:path';
import {bundleWorkflowCode, type Logger} from '@temporalio/worker';

/**
 * Returns the code of the workflows that `workflowsPath` exports. The pure rules that they import are loaded once for all of them: each open case
 * would hold a separate copy.
 */
export async function bundleWorkflows(workflowsPath: string, logger: Logger): Promise<string> {
  const preloadModules = await rulesIn(dirname(workflowsPath));
  const {code} = await bundleWorkflowCode({workflowsPath, logger, preloadModules});
  return code;
}

const RULES = /^import (?!type )[^;]*? from '(\.\.\/case\/[^']+)';/gm;

/** Returns the paths of the modules of src/case that the files of a directory import. They have no state, so that workflows can share them. */
async function rulesIn(dir: string): Promise<string[]> {
  const files = (await readdir(dir)).filter((name) => /\.[jt]s$/.test(name) && !name.endsWith('.d.ts'));
  const texts = await Promise.all(files.map((name) => readFile(join(dir, name), 'utf8')));
  const modules = texts.flatMap((text) => [...text.matchAll(RULES)].map(([, path]) => resolve(dir, path ?? '')));
  return [...new Set(modules)].sort();
}
