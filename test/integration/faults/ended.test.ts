import {readFile} from 'node:fs/promises';
import {join} from 'node:path';
import {jest} from '@jest/globals';
import type {WorkflowHandle} from '@temporalio/client';
import type {LeaseState} from '../../../src/case/lease/lease-table.ts';
import type {CaseStatus} from '../../../src/case/status.ts';
import {archivedBundles} from '../../../src/evidence/archives.ts';
import {attemptOf} from '../../support/attempt.ts';
import {HeldBuild} from '../../support/fault-build.ts';
import {until} from '../../support/processes.ts';

jest.setTimeout(120_000);

const CLEAN = 'cd /work/DeltaPorts && git status --porcelain --ignored && ls .git/portwright-case 2>/dev/null; true';

let held: HeldBuild;

beforeEach(async () => {
  held = await HeldBuild.begin();
});
afterEach(() => held?.remove());

async function archive(): Promise<CaseStatus> {
  const [kept] = await archivedBundles([join(held.run.dir, 'demo', 'logs', 'evidence')]);
  return JSON.parse(await readFile(join(kept?.dir ?? '', 'analysis', 'case.json'), 'utf8'));
}

const leases = (): Promise<LeaseState> => held.client.workflow.getHandle('dev-envs:@demo').query<LeaseState>('pool');

/** As the Web UI's buttons do it. */
const WAYS: Record<string, (handle: WorkflowHandle) => Promise<unknown>> = {
  'is cancelled': (handle) => handle.cancel(),
  'is terminated': (handle) => handle.terminate('from the Web UI'),
};

test.each(Object.keys(WAYS))(
  'a case that %s in the middle of a build leaves nothing behind, and its bundle says so',
  async (way) => {
    const handle = held.client.workflow.getHandle(HeldBuild.caseId);
    const attempt = await attemptOf(handle);
    await WAYS[way]?.(handle);
    await held.client.workflow
      .getHandle(attempt)
      .result()
      .catch(() => undefined);
    expect(held.run.processes('dsynth')).toEqual([]);
    expect((await held.inEnv('sh', '-c', CLEAN)).stdout).toBe('');
    await until('the lease is free', async () => (await leases()).leases.length === 0);
    await until('the archive is closed', async () => (await archive()).outcome !== null);
    const verb = way.replace('is ', '');
    expect(await archive()).toMatchObject({
      phase: 'closed',
      outcome: 'discarded',
      reason: `it was ${verb} in Temporal`,
      currentAttempt: null,
    });
  },
);
