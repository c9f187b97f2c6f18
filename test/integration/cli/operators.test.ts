import {mkdirSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {jest} from '@jest/globals';
import {ApplicationFailure} from '@temporalio/common';
import {runActivities} from '../../../src/activities/runs.ts';
import type {Finding} from '../../../src/cli/doctor/finding.ts';
import {TASK_QUEUE} from '../../../src/protocol/task-queue.ts';
import {portwright, type Ran, scratch} from '../../cli/program.ts';
import {CaseServer, until, waiting} from '../../support/case-worker.ts';
import {until as soon} from '../../support/processes.ts';
import {POLICY, reply, ScriptedCase} from '../../support/scripted-case.ts';

jest.setTimeout(60_000);

const DIFF = 'diff --git a/ports/net/x/Makefile.DragonFly b/ports/net/x/Makefile.DragonFly\n';

let cases: CaseServer;
let place: ReturnType<typeof scratch>;
beforeAll(async () => {
  cases = await CaseServer.make();
}, 90_000);
afterAll(() => cases?.server.stop());
beforeEach(() => {
  place = scratch();
});
afterEach(() => place.remove());

/** The program as an operator runs it, beside the worker of the test. */
const run = (args: string[], input = ''): Promise<Ran> =>
  portwright(args, {TEMPORAL_ADDRESS: cases.server.address, LOGS_ROOT: place.dir}, input);

/** A world in which attempts end as `proofs` says, one turn each, and proved fixes wait for their review. */
function world(...proofs: boolean[]): ScriptedCase {
  const made = new ScriptedCase();
  made.policy = {...POLICY, waiting: {review_hours: 24}};
  made.proofs = [...proofs];
  made.turns = proofs.map(() => () => reply());
  return made;
}

test('who waits, how long, for what and what is asked; then the fix is accepted', async () => {
  await cases.withWorker(world(true), async (start) => {
    const handle = await start('cli/fixed');
    const {waitingSinceUtc} = await until(handle, waiting);
    const listed = await run(['cases', '--waiting']);
    expect(listed).toMatchObject({code: 0, stderr: ''});
    expect(listed.stdout).toMatch(
      new RegExp(`^${handle.workflowId}: Fix ready for review \\(waits 0 min\\)\\n {2}why .*rebuild.*\\n {2}asked  \\S`, 'm'),
    );
    const json = JSON.parse((await run(['cases', '--waiting', '--json'])).stdout);
    expect(json).toEqual([
      expect.objectContaining({
        workflowId: handle.workflowId,
        waitingSinceUtc,
        pendingOutcome: 'fixed',
        phase: 'awaiting-operator',
      }),
    ]);

    expect(await run(['__complete', 'cases'])).toMatchObject({code: 0, stdout: 'cli/fixed\n'});
    expect(await run(['accept', 'cli/fixed', '--by', 'ann'])).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('closes as fixed'),
    });
    expect(await handle.result()).toMatchObject({outcome: 'fixed'});
    expect((await run(['cases', '--waiting'])).stdout).toBe('No case waits for an operator.\n');
    const shown = JSON.parse((await run(['show', 'cli/fixed', '--json'])).stdout);
    expect(shown).toMatchObject({outcome: 'fixed', accepted: {by: 'ann'}});
    expect((await run(['accept', 'cli/fixed'])).code).toBe(1);
  });
});

test('a fix is rejected with a reason; a refusal is told in the case’s own words', async () => {
  const made = world(true, false);
  await cases.withWorker(made, async (start) => {
    const handle = await start('cli/rejected');
    await until(handle, waiting);
    expect(await run(['reject', 'cli/rejected', '--reason', '  '])).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringContaining('reject needs "reason"'),
    });
    expect(await run(['reject', 'cli/rejected', '--reason', 'it hides it', '--by', 'bo'])).toMatchObject({code: 0});
    const {attempts} = await until(handle, (state) => waiting(state) && state.attempts.length === 2);
    expect(attempts[0]?.rejected).toEqual({by: 'bo', reason: 'it hides it'});
    const {code, stderr} = await run(['accept', 'cli/rejected']);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^portwright: accept is for a proved fix/);
  });
});

test('a question is answered with the lines that the answer cites; one that cannot be answered is no success', async () => {
  const made = world(true);
  made.answer = {
    text: 'Upstream has `vt52` [^1].',
    citations: [{artifact: 'port/Makefile', from: 5, to: 5, lines: ['USES=\tssl']}],
    dropped: [{text: '[[x:1]]', reason: 'the case has no such artifact'}],
  };
  await cases.withWorker(made, async (start) => {
    await until(await start('cli/asked'), waiting);
    const {code, stdout, stderr} = await run(['ask', 'cli/asked', 'Why not drop the patch?', '--by', 'ann']);
    expect({code, stderr}).toEqual({code: 0, stderr: ''});
    expect(stdout).toMatch(
      /^Upstream has `vt52` \[1\]\.\n\n\[1\] port\/Makefile, line 5\n {4}5: USES=.*ssl\n\nRemoved: \[\[x:1\]\], since .*\n\n1 source, 110 tokens, \d+ s\n$/,
    );
    made.answers = [
      () => {
        throw ApplicationFailure.nonRetryable('The model is gone.');
      },
    ];
    expect(await run(['ask', 'cli/asked', 'And now?'])).toMatchObject({code: 1, stdout: 'No answer: The model is gone.\n'});
    expect(await run(['ask', 'cli/asked', ' '])).toMatchObject({code: 1, stderr: expect.stringContaining('ask needs "text"')});
    expect((await run(['ask', 'cli/asked'])).code).toBe(2);
  });
});

test('an operator’s own diff comes from a file or from standard input', async () => {
  const made = world(false, false);
  await cases.withWorker(made, async (start) => {
    const handle = await start('cli/byhand');
    await until(handle, waiting);
    expect(await run(['patch', 'cli/byhand', '--diff', '-'], 'no diff at all\n')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('handPatch needs "diff" as `git diff` prints it'),
    });
    made.proofs = [false, true];
    const file = join(place.dir, 'my.diff');
    writeFileSync(file, DIFF);
    expect(await run(['patch', 'cli/byhand', '--diff', file])).toMatchObject({code: 0});
    await until(handle, (state) => waiting(state) && state.attempts.length === 3);
    expect(await run(['patch', 'cli/byhand', '--diff', '-', '--by', 'ann'], DIFF)).toMatchObject({code: 0});
    expect(await until(handle, (state) => waiting(state) && state.attempts.length === 4)).toMatchObject({
      pendingOutcome: 'fixed',
      attempts: [{}, {}, {by: 'ann'}, {by: 'ann'}],
    });
  });
});

test('an open case itself tells where its log is', async () => {
  await cases.withWorker(world(true), async (start) => {
    const handle = await start('cli/logged');
    const {bundle} = await until(handle, waiting);
    const dir = join(place.dir, 'evidence/runs', bundle?.runId ?? '', 'ports', bundle?.bundleId ?? '', 'logs');
    mkdirSync(dir, {recursive: true});
    writeFileSync(join(dir, 'errors.txt'), '== First error candidates (max 60 matches) ==\n1:a.c:1: error: no\n');
    expect(await run(['log', 'cli/logged'])).toMatchObject({
      code: 0,
      stderr: '',
      stdout: expect.stringContaining('Cause: a.c:1: error: no\n'),
    });
  });
});

test('a case is opened by hand; that of a held port is only recorded', async () => {
  const made = world(true);
  made.others = runActivities({
    client: cases.server.client,
    taskQueue: TASK_QUEUE,
    env: {},
    roots: [join(place.dir, 'evidence')],
  });
  await cases.withWorker(made, async () => {
    writeFileSync(join(place.dir, 'cli___started.log'), 'a.c:1: error: no\n');
    writeFileSync(join(place.dir, 'cli___held.log'), 'a.c:1: error: no\n');
    const {code, stdout, stderr} = await run(['start', 'cli/started', '--target', '@cli']);
    expect({code, stderr}).toEqual({code: 0, stderr: ''});
    expect(stdout).toContain('1 delivered');
    expect(stdout).toContain('port:@cli:cli/started has it.');
    await until(cases.server.client.workflow.getHandle('port:@cli:cli/started'), waiting);
    expect(await run(['hold', 'cli/held', '--reason', 'mine'])).toMatchObject({code: 0});
    expect((await run(['start', 'cli/held', '--target', '@cli'])).stdout).toContain('cli/held is held, so it is only recorded.');
    expect(await run(['show', 'port:@cli:cli/held'])).toMatchObject({code: 1});
    await run(['release', 'cli/held']);
  });
});

test('the doctor finds server, search attributes and worker, or tells what is not there', async () => {
  await cases.withWorker(world(), async () => {
    const findings = async (env: NodeJS.ProcessEnv): Promise<Finding[]> =>
      JSON.parse(
        (await portwright(['doctor', '--json'], {TEMPORAL_ADDRESS: cases.server.address, LOGS_ROOT: place.dir, ...env})).stdout,
      );
    const of = (found: Finding[], name: string): string[] => found.filter((one) => one.name === name).map(({level}) => level);
    // The server shows a poller a moment after its first poll.
    await soon('a worker that polls', async () => of(await findings({}), 'worker').join() === 'ok,ok');
    const well = await findings({});
    expect([...of(well, 'temporal'), ...of(well, 'search attributes')]).toEqual(['ok', 'ok']);
    const elsewhere = await findings({TEMPORAL_NAMESPACE: 'nowhere'});
    expect(elsewhere.find(({name}) => name === 'namespace')).toMatchObject({
      level: 'fail',
      todo: expect.stringContaining('namespace create nowhere'),
    });
  });
});
