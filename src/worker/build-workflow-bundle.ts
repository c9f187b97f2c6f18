import {execFile} from 'node:child_process';
import {writeFile} from 'node:fs/promises';
import {fileURLToPath} from 'node:url';
import {promisify} from 'node:util';
import {DefaultLogger} from '@temporalio/worker';
import {installRoot} from '../setup/paths.ts';
import {BUILD_ID_FILE, version} from './build-id.ts';
import {bundleWorkflows} from './bundle-workflows.ts';

/** Bundles the compiled workflows once, at build time, so that a worker starts two seconds sooner. */
const code = await bundleWorkflows(fileURLToPath(new URL('../workflows/index.js', import.meta.url)), new DefaultLogger('WARN'));
await writeFile(new URL('../workflow-bundle.js', import.meta.url), code);
await writeFile(BUILD_ID_FILE, `${version()}${await commit()}\n`);

/** Returns `+<commit>`, with `.dirty` behind it if the tree has changes; empty where the installation is no git checkout. */
async function commit(): Promise<string> {
  const git = async (...args: string[]): Promise<string> =>
    (await promisify(execFile)('git', ['-C', installRoot(), ...args])).stdout.trim();
  try {
    const head = await git('rev-parse', '--short=10', 'HEAD');
    return `+${head}${(await git('status', '--porcelain', '--untracked-files=no')) === '' ? '' : '.dirty'}`;
  } catch {
    return '';
  }
}
