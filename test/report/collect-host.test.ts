import {chmodSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {jest} from '@jest/globals';
import {collectText, evidenceStream} from '../../src/devenv/evidence-stream.ts';
import type {LogState} from '../../src/protocol/collect-host.ts';
import {collectLog} from '../../src/report/collect-host.ts';
import {LogCollector} from '../../src/report/log-collector.ts';
import {bundlesOf, SendingHost} from '../evidence/collect/sending-host.ts';
import {names, read} from '../hooks/build-host.ts';

// Each test runs real programs; on a machine under load they take their time.
jest.setTimeout(30_000);

let host: SendingHost;
let top: string;
let ssh: string;
let local: string;
let refusals: string[];
beforeEach(() => {
  host = new SendingHost('dash').withoutCompression();
  top = mkdtempSync(join(tmpdir(), 'portwright-collect-'));
  local = join(top, 'evidence');
  ssh = join(top, 'ssh');
  link('exec /bin/sh -c "$last"');
  refusals = [];
});
afterEach(() => {
  host.remove();
  rmSync(top, {recursive: true, force: true});
});

/** Makes the link: what a program in the place of ssh does with the last argument, the command. */
function link(body: string): void {
  writeFileSync(ssh, `#!/bin/sh\nfor last; do :; done\n${body}\n`);
  chmodSync(ssh, 0o755);
}

function collector(otherRoots: string[] = [], signal = new AbortController().signal): LogCollector {
  const remote = host.evidence;
  return new LogCollector({
    ...{remote, local, otherRoots},
    connect: (request) => evidenceStream([ssh, 'avalon'], collectText({root: remote, ...request}), {env: process.env, signal}),
    onRefusal: (text) => void refusals.push(text),
  });
}

/** Collects until `isEnough`, checked before each round. */
async function collectUntil(isEnough: (states: readonly LogState[]) => boolean): Promise<{jobs: number; states: LogState[]}> {
  const states: LogState[] = [];
  const stop = new AbortController();
  const jobs = await collectLog(host.logs, collector([], stop.signal), {
    signal: stop.signal,
    isWanted: () => !isEnough(states),
    onChange: async (state) => void states.push(state),
    pollMs: 1,
  });
  return {jobs, states};
}

test('the evidence of a host comes over and is acknowledged', async () => {
  host.run('hook_run_start');
  for (const name of ['foo', 'bar']) host.failPort(name);
  const {jobs, states} = await collectUntil(() => host.queue('done').length === 2);
  expect(jobs).toBe(2);
  expect(states).toEqual([{logs: host.logs, problem: null, sinceUtc: expect.any(String)}]);
  expect(bundlesOf(local)).toEqual(bundlesOf(host.evidence));
});

test('a host without evidence has nothing to send, which is no problem', async () => {
  let rounds = 0;
  const {states} = await collectUntil(() => ++rounds > 2);
  expect(states).toEqual([expect.objectContaining({problem: null})]);
});

test('a link that breaks is reported once, and its return once; nothing is lost or stored twice', async () => {
  host.run('hook_run_start');
  host.failPort('foo');
  host.failPort('bar', 'x\n'.repeat(20_000));
  let rounds = 0;
  const {jobs, states} = await collectUntil(() => {
    rounds += 1;
    // Each broken link lets some more through.
    if (rounds <= 6) link(`/bin/sh -c "$last" | head -c ${rounds * 6000}; echo 'Connection closed.' >&2; exit 255`);
    else link('exec /bin/sh -c "$last"');
    return host.queue('done').length === 2;
  });
  expect(jobs).toBeGreaterThanOrEqual(2);
  expect(states.map(({problem}) => problem)).toEqual([
    expect.stringContaining('ended with exit code 255: Connection closed.'),
    null,
  ]);
  expect(bundlesOf(local)).toEqual(bundlesOf(host.evidence));
  expect(names(join(local, 'queue/pending'))).toHaveLength(2);
  expect(refusals).toEqual([]);
});

test('a bundle that arrives damaged is reported once, and the others are collected meanwhile', async () => {
  host.run('hook_run_start');
  for (const name of ['foo', 'bar']) host.failPort(name);
  link('/bin/sh -c "$last" | sed s/PORTNAME=bar/PORTNAME=rab/');
  const one = collector();
  for (let minute = 1; minute <= 6; minute += 1) await one.round(minute * 60_000);
  expect(refusals).toEqual([
    expect.stringMatching(/_bar-\d+\.job: .*must have sha256 [0-9a-f]{64}; what arrived has [0-9a-f]{64}/),
  ]);
  expect(host.queue('done')).toHaveLength(1);
  link('exec /bin/sh -c "$last"');
  for (let hour = 2; hour <= 6; hour += 2) await one.round(hour * 3_600_000);
  expect(host.queue('done')).toHaveLength(2);
});

test('a bundle that can never be accepted goes to failed/ on the host, with the reason', async () => {
  // Without a run's start it is in the run of the profile, which several hosts may have.
  host.failPort('foo');
  const [name = ''] = host.queue('pending');
  const one = collector([host.evidence]);
  expect(await one.round()).toBe(true);
  await one.round();
  expect(refusals).toEqual([
    expect.stringMatching(/^\S+_foo-\d+\.job: Bundle \S+ of run run-LiveSystem-unknown is in \S+ already\.$/),
  ]);
  expect(host.queue('pending')).toEqual([]);
  expect(host.queue('failed')).toEqual([name, `${name}.error`]);
  expect(read(join(host.evidence, 'queue/failed', `${name}.error`))).toMatch(
    /^timestamp=\S+Z\nerror=Bundle .* is in \S+ already\.\n$/,
  );
});

test('a host that sends another directory than the asked one is refused', async () => {
  host.run('hook_run_start');
  link(`/bin/sh -c "$last" | sed '1s,/logs/evidence,/other/evidence,'`);
  await expect(collector().round()).rejects.toThrow(/must send .*; it sends .*other/);
  expect(names(local)).toEqual([]);
});

test('a silent host is given up', async () => {
  link('exec sleep 600');
  const stream = evidenceStream([ssh, 'avalon'], '', {env: process.env, signal: new AbortController().signal, silenceMs: 20});
  await expect(stream.next()).rejects.toThrow(/ended with a signal/);
});
