import {chmodSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import type {Client} from '@temporalio/client';
import {MockActivityEnvironment} from '@temporalio/testing';
import {devEnvActivities, devEnvOf} from '../../src/activities/dev-env.ts';
import {runOverSsh, type Work} from '../../src/devenv/on-host.ts';
import {DevEnvUnavailable} from '../../src/devenv/unavailable.ts';
import {pidsOf, until} from '../support/processes.ts';
import {type StandInSsh, standInSsh} from '../support/stand-in-ssh.ts';

/** A dev-env of @2026Q2 in which nothing is found. */
const DEV_ENV = `#!/bin/sh
case $2 in
status) printf '{"name":"%s","target":"@2026Q2","status":"ready"}\\n' "$3" ;;
exec) printf '\\036portwright started\\n' >&2 ;;
esac
`;
const SCHEDULED = 1_800_000_000_000;
const CASE = {workflowId: 'port:@2026Q2:net/foo', runId: 'run'};
const OWNER = `${CASE.workflowId}/${CASE.runId}`;
const SLEEP = `sleep 6${process.pid}`;

let host: StandInSsh;
beforeAll(async () => {
  host = await standInSsh('/bin/sh');
  writeFileSync(join(host.dir, 'dportsv3'), DEV_ENV);
  chmodSync(join(host.dir, 'dportsv3'), 0o755);
});
afterAll(() => host.end());

const context = () => ({
  env: {...process.env, DPORTSV3_CMD: [...host.command, join(host.dir, 'dportsv3')].join(' '), PORTWRIGHT_STATE_DIR: host.dir},
  roots: [],
  client: {} as Client,
  taskQueue: '',
});

/** Leaves a command running in the dev-env `one` on the host, and returns how it ends. */
async function leave(work: Work): Promise<{ended: Promise<unknown>}> {
  const options = {timeoutSeconds: 60, graceSeconds: 1, env: {PATH: process.env.PATH}};
  const ended = runOverSsh(host.command, SLEEP, options, {devEnv: 'one', ...work}).catch((error: unknown) => error);
  await until('the command runs', () => pidsOf(SLEEP).length > 0);
  return {ended};
}

test('another attempt of an activity ends what the first one left in the dev-env', async () => {
  const {ended} = await leave({owner: OWNER, activity: '5', attempt: 1, since: SCHEDULED / 1000});
  const info = {workflowExecution: CASE, activityId: '5', attempt: 2, scheduledTimestampMs: SCHEDULED};
  await new MockActivityEnvironment(info).run(() => devEnvOf(context(), 'one').exec(['true'], {timeoutSeconds: 30}));
  expect(await ended).toBeInstanceOf(DevEnvUnavailable);
  expect(pidsOf(SLEEP)).toEqual([]);
});

test('the probe before a lease ends what other cases left there', async () => {
  const {ended} = await leave({owner: 'port:@2026Q2:net/other/run', activity: '5', attempt: 1, since: SCHEDULED / 1000});
  const pool = {workflowId: 'devEnvs:@2026Q2', runId: 'run'};
  const info = {workflowExecution: pool, activityId: '8', attempt: 1, scheduledTimestampMs: SCHEDULED + 60_000};
  const {probeDevEnv} = devEnvActivities(context());
  await new MockActivityEnvironment(info).run(() => probeDevEnv({env: 'one', target: '@2026Q2'}));
  expect(await ended).toBeInstanceOf(DevEnvUnavailable);
  expect(pidsOf(SLEEP)).toEqual([]);
});
