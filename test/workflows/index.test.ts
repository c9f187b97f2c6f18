import type {Workflows} from '../../src/protocol/workflows.ts';
import * as workflows from '../../src/workflows/index.ts';

test('the worker registers every workflow that clients can start, and no other', () => {
  // The assignment makes tsc compare the parameters and results with what clients use.
  const registered: Workflows = workflows;
  const started = {
    portCase: true,
    patchAttempt: true,
    devEnvPool: true,
    buildRun: true,
    spendLedger: true,
    holdPort: true,
    proveAgain: true,
    recheckPort: true,
    evalRun: true,
    watchSpool: true,
    collectHost: true,
  } satisfies Record<keyof Workflows, true>;
  expect(Object.keys(registered).sort()).toEqual(Object.keys(started).sort());
});
