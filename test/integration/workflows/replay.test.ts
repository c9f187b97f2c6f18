import {readFileSync} from 'node:fs';
import {fileURLToPath} from 'node:url';
import {bundleWorkflowCode, DefaultLogger, Worker, type WorkflowBundleWithSourceMap} from '@temporalio/worker';

// Recorded by `temporal workflow show -o json` from `npm run demo -- --all`. Workflow ids are part of what a case does: they name its attempts.
const read = (name: string): string => readFileSync(new URL(`../../histories/${name}.json`, import.meta.url), 'utf8');
const IDS: Record<string, string> = JSON.parse(read('ids'));

let bundle: WorkflowBundleWithSourceMap;

beforeAll(async () => {
  const workflowsPath = fileURLToPath(new URL('../../../src/workflows/index.ts', import.meta.url));
  bundle = await bundleWorkflowCode({workflowsPath, logger: new DefaultLogger('ERROR')});
});

test.each(Object.entries(IDS))('%s, recorded from a real run, is replayed by the present code', async (name, workflowId) => {
  await Worker.runReplayHistory({workflowBundle: bundle}, JSON.parse(read(name)), workflowId);
});

test('code that does other things than the history says is caught', async () => {
  const other = read('fixed-case').replaceAll('"readPolicy"', '"readAnotherPolicy"');
  expect(other).not.toBe(read('fixed-case'));
  const replayed = Worker.runReplayHistory({workflowBundle: bundle}, JSON.parse(other), IDS['fixed-case']);
  await expect(replayed).rejects.toThrow(/nondeterminism/i);
});
