import {chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {MockActivityEnvironment} from '@temporalio/testing';
import {DefaultLogger} from '@temporalio/worker';
import {collectActivities} from '../../src/activities/collect.ts';
import {SendingHost} from '../evidence/collect/sending-host.ts';
import {isRunning, until} from '../support/processes.ts';

let host: SendingHost;
let top: string;
beforeEach(() => {
  host = new SendingHost('dash').withoutCompression();
  top = mkdtempSync(join(tmpdir(), 'portwright-collect-'));
});
afterEach(() => {
  host.remove();
  rmSync(top, {recursive: true, force: true});
});

test('a collection that fails ends those of the other log directories, for the retry to start them again', async () => {
  host.run('hook_run_start');
  host.failPort('foo');
  const hosts = join(top, 'hosts.json');
  const entry = {ssh: {address: 'avalon'}, logs: [host.logs, '/silent/logs']};
  writeFileSync(hosts, JSON.stringify({hosts: {avalon: entry}}));
  // The one directory never answers; once it is asked, the hosts file breaks, which the other one notices after its first round.
  writeFileSync(
    join(top, 'ssh'),
    `#!/bin/sh
text=$(cat)
case $text in *"collect '/silent/"*) echo $$ >${top}/silent; exec sleep 600 ;; esac
until [ -s ${top}/silent ]; do sleep 0.05; done
echo broken >${hosts}
printf '%s\\n' "$text" | /bin/sh -s
`,
  );
  chmodSync(join(top, 'ssh'), 0o755);
  const env = {PATH: `${top}:${process.env.PATH}`, PORTWRIGHT_HOSTS: hosts, PORTWRIGHT_STATE_DIR: join(top, 'state')};
  const client = {workflow: {getHandle: () => ({signal: async () => undefined})}} as never;
  const {collectEvidenceOf} = collectActivities({env, roots: [], client, taskQueue: ''});
  const activity = new MockActivityEnvironment({}, {logger: new DefaultLogger('ERROR')});
  await expect(activity.run(collectEvidenceOf, {host: 'avalon', seconds: 600})).rejects.toThrow(`${hosts} is not JSON`);
  const pid = Number(readFileSync(join(top, 'silent'), 'utf8'));
  await until('the end of the other collection', () => !isRunning(pid));
});
