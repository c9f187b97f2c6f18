import {chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {MockActivityEnvironment} from '@temporalio/testing';
import {DefaultLogger} from '@temporalio/worker';
import {deliveryActivities} from '../../src/activities/deliver.ts';
import type {DeliverySettings} from '../../src/case/policy/policy.ts';
import type {CaseStatus, DeliveryResult} from '../../src/case/status.ts';
import {KeptCase} from '../cli/kept-case.ts';
import {isRunning, until} from '../support/processes.ts';

const DIFF =
  'diff --git a/ports/devel/foo/x b/ports/devel/foo/x\nnew file mode 100644\n--- /dev/null\n+++ b/ports/devel/foo/x\n@@ -0,0 +1 @@\n+one\n';
const HOSTILE = '$(touch /tmp/portwright-owned) `id` "; --exec';

let top: string;
let one: KeptCase;
let accepted: CaseStatus;
beforeEach(async () => {
  top = mkdtempSync(join(tmpdir(), 'portwright-deliver-'));
  one = new KeptCase();
  accepted = one.archive({
    phase: 'deliver',
    accepted: {by: 'ann', atUtc: '2026-01-02T08:00:00.000Z'},
    attempts: [await one.proved(1, DIFF, {said: HOSTILE})],
  });
});
afterEach(() => {
  one.remove();
  rmSync(top, {recursive: true, force: true});
});

/** Writes a command that runs `lines`. */
function script(lines: string): string {
  const path = join(top, 'deliver');
  writeFileSync(path, `#!/bin/sh\n${lines}\n`);
  chmodSync(path, 0o755);
  return path;
}

const activity = () => new MockActivityEnvironment({}, {logger: new DefaultLogger('ERROR')});

function deliver(
  command: readonly string[],
  more: Partial<DeliverySettings> = {},
  running = activity(),
): Promise<DeliveryResult> {
  const env = {PATH: process.env.PATH, HOME: top, GH_PAT: 'value-to-mask', MODEL_KEY: 'secret-of-the-model', OTHER: 'other'};
  const {deliverFix} = deliveryActivities({env, roots: [one.evidence.root], client: {} as never, taskQueue: ''});
  const settings = {command, timeout_minutes: 1, attempts: 1, env: ['GH_PAT'], author: 'Ann Lee <ann@example.org>', ...more};
  return running.run(deliverFix, {status: accepted, settings}) as Promise<DeliveryResult>;
}

test('the command gets files and a short environment, and no text of a model among its arguments', async () => {
  const command = script(
    `cp -R "$PORTWRIGHT_DELIVERY_DIR" ${top}/got; printf '%s\\n' "$PORTWRIGHT_DELIVERY_DIR" "$@" >${top}/args; env | sort >${top}/env
echo "opened https://github.com/o/r/pull/7"; echo "token $GH_PAT" >&2`,
  );
  const result = await deliver([command, '--draft', '$HOME; exit 1']);
  expect(result).toEqual({
    exit: 0,
    link: 'https://github.com/o/r/pull/7',
    tail: 'opened https://github.com/o/r/pull/7\ntoken [masked: own secret]',
  });
  const [dir = '', ...args] = readFileSync(join(top, 'args'), 'utf8').trim().split('\n');
  expect(args).toEqual(['--draft', '$HOME; exit 1']);
  expect(existsSync(dir)).toBe(false);
  const names = readFileSync(join(top, 'env'), 'utf8').match(/^\w+(?==)/gm);
  expect(names?.filter((name) => !['PWD', 'OLDPWD', 'SHLVL', '_'].includes(name))).toEqual([
    'GH_PAT',
    'HOME',
    'PATH',
    'PORTWRIGHT_DELIVERY_CASE',
    'PORTWRIGHT_DELIVERY_DIR',
    'PORTWRIGHT_DELIVERY_ID',
    'PORTWRIGHT_DELIVERY_ORIGIN',
    'PORTWRIGHT_DELIVERY_TARGET',
  ]);
  expect(readFileSync(join(top, 'env'), 'utf8')).not.toContain('touch');
  const file = (name: string): string => readFileSync(join(top, 'got', name), 'utf8');
  expect(file('title.txt')).toContain('devel/foo: $(touch');
  expect(file('body.md')).toContain('## Provenance');
  expect(file('fix.patch')).toContain('From: Ann Lee <ann@example.org>');
  expect(JSON.parse(file('delivery.json'))).toMatchObject({case: 'port:@main:devel/foo', accepted_by: 'ann'});
});

test('a failure has exit code and output, and is retried unless the command cannot be run', async () => {
  await expect(deliver([script('echo half; echo "no rights: $GH_PAT" >&2; exit 3')])).rejects.toMatchObject({
    type: 'DeliveryFailed',
    message: expect.stringMatching(/deliver ended with exit code 3/),
    nonRetryable: false,
    details: [{exit: 3, tail: 'half\nno rights: [masked: own secret]'}],
  });
  await expect(deliver([join(top, 'missing')])).rejects.toMatchObject({
    message: expect.stringMatching(/cannot be run \(exit code 127\)/),
    nonRetryable: true,
  });
  await expect(deliver([script('sleep 60')], {timeout_minutes: 0.002})).rejects.toMatchObject({
    message: expect.stringMatching(/was ended after 0.002 minutes/),
    nonRetryable: false,
  });
});

test('without an author of the commit nothing runs', async () => {
  const command = script(`touch ${top}/ran`);
  await expect(deliver([command], {author: ''})).rejects.toMatchObject({message: expect.stringContaining('deliver.author')});
  expect(existsSync(join(top, 'ran'))).toBe(false);
});

test('a cancelled delivery ends the command and what it has started', async () => {
  const running = activity();
  const pids = join(top, 'pids');
  const done = deliver([script(`sleep 600 & echo $! >${pids}.new; mv ${pids}.new ${pids}; wait`)], {}, running);
  await until('the start of the command', () => existsSync(pids));
  running.cancel();
  await expect(done).rejects.toThrow();
  const pid = Number(readFileSync(pids, 'utf8'));
  await until('the end of its child', () => !isRunning(pid));
});
