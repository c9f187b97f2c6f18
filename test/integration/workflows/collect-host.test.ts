import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {collectActivities} from '../../../src/activities/collect.ts';
import {collectState} from '../../../src/protocol/collect-host.ts';
import {TASK_QUEUE} from '../../../src/protocol/task-queue.ts';
import {collectedLogs, readHosts} from '../../../src/setup/hosts.ts';
import {ensureCollectSchedules} from '../../../src/worker/schedule.ts';
import {bundlesOf, SendingHost} from '../../evidence/collect/sending-host.ts';
import {CaseServer} from '../../support/case-worker.ts';
import {until} from '../../support/processes.ts';
import {ScriptedCase} from '../../support/scripted-case.ts';
import {type SshHost, startSshd} from '../../support/sshd.ts';

let cases: CaseServer;
let ssh: SshHost;
let host: SendingHost;
let top: string;

beforeAll(async () => {
  [cases, ssh] = await Promise.all([CaseServer.make(), startSshd()]);
  host = new SendingHost('dash').withoutCompression();
  top = mkdtempSync(join(tmpdir(), 'portwright-collect-'));
});
afterAll(async () => {
  host.remove();
  await ssh.end();
  await cases.server.stop();
  rmSync(top, {recursive: true, force: true});
});

/** Writes the hosts file: avalon behind sshd, where root has tcsh, or no host. */
function writeHosts(isThere: boolean): void {
  const command = ssh.command('root');
  const known_hosts = command.find((word) => word.startsWith('UserKnownHostsFile='))?.split('=')[1];
  const identity = command[command.indexOf('-i') + 1];
  const avalon = {ssh: {address: '127.0.0.1', user: 'root', port: ssh.link.port, identity, known_hosts}, logs: [host.logs]};
  writeFileSync(join(top, 'hosts.json'), JSON.stringify({hosts: isThere ? {avalon} : {}}));
}

async function runningCollections(): Promise<string[]> {
  const ids: string[] = [];
  const query = 'WorkflowType = "collectHost" AND ExecutionStatus = "Running"';
  for await (const {workflowId} of cases.server.client.workflow.list({query})) ids.push(workflowId);
  return ids;
}

async function schedules(): Promise<string[]> {
  const ids: string[] = [];
  for await (const {scheduleId} of cases.server.client.schedule.list()) ids.push(scheduleId);
  return ids;
}

test('the schedule collects over ssh, through a link that is cut, until the host leaves the file', async () => {
  const {client} = cases.server;
  const env = {
    PATH: process.env.PATH,
    HOME: top,
    PORTWRIGHT_HOSTS: join(top, 'hosts.json'),
    PORTWRIGHT_STATE_DIR: join(top, 'state'),
  };
  writeHosts(true);
  const local = readHosts(env).flatMap((one) => collectedLogs(env, one).map((place) => join(place.local, 'evidence')))[0] ?? '';
  host.run('hook_run_start');
  host.failPort('foo');
  const collected = (count: number) =>
    until(
      () => `${count} jobs must be collected; done: ${host.queue('done')}`,
      () => host.queue('done').length === count,
      60_000,
    );
  const work = async (): Promise<void> => {
    await ensureCollectSchedules(client, ['avalon']);
    await collected(1);
    ssh.link.cut();
    host.failPort('bar', 'cc: error: no\n'.repeat(30_000));
    ssh.link.cut();
    await collected(2);
    expect(bundlesOf(local)).toEqual(bundlesOf(host.evidence));
    const [id = ''] = await runningCollections();
    expect(id).toMatch(/^collect:avalon-/);
    expect(await client.workflow.getHandle(id).query(collectState)).toEqual([expect.objectContaining({logs: host.logs})]);
    writeHosts(false);
    await ensureCollectSchedules(client, []);
    expect(await client.workflow.getHandle(id).result()).toBeGreaterThanOrEqual(2);
    await until('the schedule must be deleted', async () => (await schedules()).length === 0);
  };
  await cases.withWorker(new ScriptedCase(), work, {
    activities: collectActivities({env, roots: [local], client, taskQueue: TASK_QUEUE}),
  });
});
