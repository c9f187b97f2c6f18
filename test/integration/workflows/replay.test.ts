import {readdirSync, readFileSync} from 'node:fs';
import {gunzipSync} from 'node:zlib';
import {DefaultLogger, makeTelemetryFilterString, Runtime, Worker} from '@temporalio/worker';
import type {RecordedHistory} from '../../support/record-history.ts';
import {workflowBundle} from '../../support/workflow-bundle.ts';

// Recorded by `npm run record-histories`, one for each shape of case; docs/versioning.md says when they may change.
const DIR = new URL('../../histories/', import.meta.url);
const NAMES = readdirSync(DIR)
  .filter((name) => name.endsWith('.json.gz'))
  .map((name) => name.replace('.json.gz', ''));

const textOf = (name: string): string => gunzipSync(readFileSync(new URL(`${name}.json.gz`, DIR))).toString();

beforeAll(() => {
  // One of these tests wants a failure; the core would tell of it at length.
  Runtime.install({
    logger: new DefaultLogger('ERROR'),
    telemetryOptions: {logging: {filter: makeTelemetryFilterString({core: 'ERROR', other: 'ERROR'})}},
  });
});

async function replay(text: string): Promise<void> {
  const {workflowId, history} = JSON.parse(text) as RecordedHistory;
  await Worker.runReplayHistory({workflowBundle: workflowBundle()}, history, workflowId);
}

test.each(NAMES)('%s is replayed by the present code', (name) => replay(textOf(name)));

test('the shapes that matter are among them', () => {
  expect(NAMES).toEqual(
    expect.arrayContaining([
      'net-good',
      'net-good-attempt-1',
      'net-claims-attempt-2',
      'net-escalated',
      'net-joins',
      'net-told',
      'net-reviewed',
      'net-rejected',
      'net-byhand-attempt-4',
      'net-mended',
      'net-patient',
      'net-polite',
      'devel-lacks',
      'pool',
      'buildrun',
      'holdport',
      'proveagain',
      'spendledger',
    ]),
  );
});

test('code that differs from the history is detected', async () => {
  const other = textOf('net-good').replaceAll('"openCase"', '"openAnotherCase"');
  expect(other).not.toBe(textOf('net-good'));
  await expect(replay(other)).rejects.toThrow(/nondeterminism/i);
});
