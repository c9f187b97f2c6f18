import {MockActivityEnvironment} from '@temporalio/testing';
import {DefaultLogger} from '@temporalio/worker';
import {openingActivities} from '../../src/activities/open-case.ts';
import {recordingActivities} from '../../src/activities/record-case.ts';
import {newStatus} from '../../src/case/status.ts';
import type {OpenedCase, RunNews} from '../../src/protocol/activities.ts';
import {report, ScriptedCase} from '../support/scripted-case.ts';

const STATUS = newStatus('port:@test:net/a', 'run', report('net/a'));
const REPEATED = {outcome: 'needs-help', reason: 'r', classification: null, signature: 's', attempts: 1, bundles: 1} as const;

/** Opens a case whose steps are replaced by `others`. Returns the result and the news of its run. */
async function open(others: object, world = new ScriptedCase()): Promise<{opened: OpenedCase; news: RunNews[]}> {
  const news: RunNews[] = [];
  const notifyRun = async (one: RunNews) => void news.push(one);
  const {openCase} = openingActivities({...world.steps(), notifyRun, ...others});
  const triage = {caseId: STATUS.workflowId, caseRunId: 'run', role: 'first', nonce: 'n', context: []} as const;
  const input = {report: report('net/a'), status: STATUS, startedAt: Date.now(), triage};
  return {
    opened: (await new MockActivityEnvironment({}, {logger: new DefaultLogger('ERROR')}).run(openCase, input)) as OpenedCase,
    news,
  };
}

test('the first case of a signature gets its conversation at once; another one asks the run, for no prompt', async () => {
  const first = await open({});
  expect(first.opened.triage).toEqual({kind: 'opened', conversation: 'root', leads: true});
  expect(first.news).toMatchObject([{runId: 'run-1', news: {joined: {signature: 'sig-1'}, triage: {kind: 'leads'}}}]);
  const world = new ScriptedCase();
  const sibling = await open({claimTriage: async () => false}, world);
  expect(sibling.opened.triage).toEqual({kind: 'sibling'});
  expect(sibling.news).toMatchObject([{news: {triage: {kind: 'asks', caseRunId: 'run'}}}]);
  expect(world.contexts).toEqual([]);
});

test('without a claim the run decides, and without a run each case asks the model', async () => {
  const bug = async (): Promise<never> => {
    throw new Error('no disk');
  };
  expect((await open({claimTriage: bug})).opened.triage).toEqual({kind: 'sibling'});
  const alone = {kind: 'opened', conversation: 'root', leads: false};
  expect((await open({notifyRun: bug})).opened.triage).toEqual(alone);
  expect((await open({claimTriage: bug, notifyRun: bug})).opened.triage).toEqual(alone);
});

test('a closed bundle, a failure that is repeated and a policy that is not valid start no triage', async () => {
  const world = new ScriptedCase();
  world.earlier = ['a', 'b', 'c'].map((bundleId) => ({bundleId, runId: 'r', closedUtc: new Date().toISOString(), ...REPEATED}));
  const repeated = await open({}, world);
  expect(repeated.opened).not.toHaveProperty('triage');
  expect(repeated.news).toMatchObject([{news: {joined: {bundleId: 'net_a-1'}}}]);
  const closed = await open({collectEvidence: async () => ({signature: 's', errorLine: 'e', closedAs: 'fixed', earlier: []})});
  expect(closed).toMatchObject({opened: {facts: {closedAs: 'fixed'}}, news: []});
  expect(closed.opened).not.toHaveProperty('policy');
});

test('an archive that cannot be written is reported, and the case goes on', async () => {
  const archiveCase = async (): Promise<never> => {
    throw new Error('the disk is full');
  };
  expect((await open({archiveCase})).opened).toMatchObject({unwritten: 'the disk is full', triage: {kind: 'opened'}});
});

test('each file of a record is written and the run is notified, also where one of them cannot be written', async () => {
  const done: string[] = [];
  const {recordCase} = recordingActivities({
    writeTriage: async () => {
      throw new Error('no');
    },
    writeHandoff: async () => void done.push('handoff'),
    archiveCase: async () => void done.push('archive'),
    notifyRun: async () => void done.push('run'),
  });
  const bundle = report('net/a');
  const triage = {bundle, text: 't', triage: null, usage: STATUS.usage, rounds: 0, via: 'model'};
  const input = {status: STATUS, triage, handoff: bundle, run: {runId: 'run-1', news: {caseId: STATUS.workflowId}}};
  await expect(recordCase(input)).rejects.toThrow('analysis/triage.md: no');
  expect(done.toSorted()).toEqual(['archive', 'handoff', 'run']);
});
