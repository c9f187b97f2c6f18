import {rm} from 'node:fs/promises';
import {join} from 'node:path';
import {jest} from '@jest/globals';
import {ensureDemoEnvs} from '../../../src/demo/envs.ts';
import {until} from '../../support/case-worker.ts';
import {HeldBuild} from '../../support/fault-build.ts';

jest.setTimeout(120_000);

/** What an attempt might leave in the overlay, and its mark. */
const LEFT = 'cd /work/DeltaPorts && git status --porcelain --ignored && ls .git/portwright-case 2>/dev/null; true';

test('a dev-env that is deleted during a build and recreated costs an attempt’s work and none of the tier’s attempts', async () => {
  const held = await HeldBuild.begin();
  try {
    const handle = held.client.workflow.getHandle(HeldBuild.caseId);
    const demo = join(held.run.dir, 'demo');
    // The build that runs there writes files meanwhile.
    await rm(join(demo, 'envs', 'demo'), {recursive: true, maxRetries: 10});
    await ensureDemoEnvs(demo, () => undefined);
    await held.release();
    const state = await until(handle, (one) => one.pendingOutcome !== null);
    expect(state).toMatchObject({
      pendingOutcome: 'fixed',
      attempts: [
        {end: 'env-failed', reason: expect.stringContaining('recreated during the attempt')},
        {end: 'reported', proof: {rebuildOk: true}},
      ],
    });
    // Its failed build was the env's, and says nothing about the port.
    const lost = held.client.workflow.getHandle(state.attempts[0]?.workflowId as string).result();
    await expect(lost).rejects.toMatchObject({cause: {details: [expect.objectContaining({built: false, findings: []})]}});
    expect((await held.inEnv('sh', '-c', LEFT)).stdout).toBe('');
  } finally {
    await held.remove();
  }
});
