import {ApplicationFailure} from '@temporalio/activity';
import {maskedResults} from '../../src/activities/context.ts';
import {withFailedBuilds} from '../../src/activities/failed-builds.ts';

const activities = withFailedBuilds({
  dsynth_build: async (ok: boolean) => ({result: 'r', ok, summary: 'it stops in check-plist', effects: {}}),
  proveRebuild: async (rebuildOk: boolean) => ({rebuildOk, diffSha256: 'd', failure: {step: 'build', tail: 't', signature: ''}}),
  buildUnchanged: async (builds: boolean) => ({builds, phase: 'build'}),
  grep: async (ok: boolean) => ({result: 'r', ok, summary: 'no match', effects: {}}),
});

test('a build that fails is a failed activity with its result, not retried and no error of the log', async () => {
  await expect(activities.dsynth_build(false)).rejects.toMatchObject({
    message: 'it stops in check-plist',
    type: 'BuildFailed',
    nonRetryable: true,
    category: 'BENIGN',
    details: [{ok: false, summary: 'it stops in check-plist'}],
  });
  await expect(activities.proveRebuild(false)).rejects.toMatchObject({message: 'the clean rebuild failed in build'});
  await expect(activities.buildUnchanged(false)).rejects.toMatchObject({message: 'the port fails in build, as it is'});
});

test('a build that passes, and any other tool, gives its result', async () => {
  expect(await activities.dsynth_build(true)).toMatchObject({ok: true});
  expect(await activities.proveRebuild(true)).toMatchObject({rebuildOk: true});
  expect(await activities.buildUnchanged(true)).toMatchObject({builds: true});
  expect(await activities.grep(false)).toMatchObject({ok: false});
});

test('secrets in the details of a failure are masked', async () => {
  const {inbound} = maskedResults({SOME_TOKEN: 'value-to-mask'})({} as never);
  const failure = ApplicationFailure.create({message: 'm', details: [{tail: 'has value-to-mask'}]});
  await expect(inbound?.execute?.({args: [], headers: {}}, () => Promise.reject(failure))).rejects.toMatchObject({
    details: [{tail: 'has [masked: own secret]'}],
  });
});
