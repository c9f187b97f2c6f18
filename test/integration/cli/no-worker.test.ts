import {mkdirSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {jest} from '@jest/globals';
import type {WorkflowHandle} from '@temporalio/client';
import {newStatus} from '../../../src/case/status.ts';
import {NO_USAGE} from '../../../src/case/types.ts';
import {status} from '../../../src/protocol/port-case.ts';
import {PortOrigin, PortPhase} from '../../../src/protocol/search-attributes.ts';
import {TASK_QUEUE} from '../../../src/protocol/task-queue.ts';
import {caseId} from '../../../src/protocol/workflow-ids.ts';
import type {Workflows} from '../../../src/protocol/workflows.ts';
import {sendOperatorMessage} from '../../../src/report/send-operator-message.ts';
import {NoAnswer, queryWorkflow} from '../../../src/report/worker-answer.ts';
import {ensureSpoolSchedule} from '../../../src/worker/schedule.ts';
import {portwright, type Ran, scratch} from '../../cli/program.ts';
import {CaseServer, until, waiting} from '../../support/case-worker.ts';
import {POLICY, reply, ScriptedCase} from '../../support/scripted-case.ts';

jest.setTimeout(120_000);

/** Commands that run concurrently. */
const AT_ONCE = 5;
const NO_WORKER = 'no worker polls the task queue portwright.';

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

const run = (...args: string[]): Promise<Ran> => portwright(args, {TEMPORAL_ADDRESS: cases.server.address, LOGS_ROOT: place.dir});

/** Opens a case without a worker, as one that waits for an operator by its search attributes. */
async function openCase(origin: string): Promise<WorkflowHandle> {
  const port = {target: '@main', origin};
  return cases.server.client.workflow.start<Workflows['portCase']>('portCase', {
    workflowId: caseId(port),
    taskQueue: TASK_QUEUE,
    args: [port],
    typedSearchAttributes: [
      {key: PortOrigin, value: origin},
      {key: PortPhase, value: 'awaiting-operator'},
    ],
  });
}

/** Writes the archive of this run of the case, with an attempt that left a diff. */
async function archive(handle: WorkflowHandle, origin: string): Promise<void> {
  const {runId} = await handle.describe();
  const bundle = {runId: 'run-1', bundleId: `${origin.replace('/', '_')}-20260101-101500Z`};
  const dir = join(place.dir, 'evidence/runs/run-1/ports', bundle.bundleId);
  mkdirSync(join(dir, 'analysis'), {recursive: true});
  writeFileSync(join(dir, 'meta.txt'), `ts_utc=20260101-101500Z\norigin_base=${origin}\nflavor=${origin}\ntarget=@main\n`);
  const about = {end: 'reported', reason: 'reported', turns: 1, minutes: 1, usage: NO_USAGE, built: true, findings: []} as const;
  const attempt = {attempt: 1, ...about, diff: 'a'.repeat(64)};
  const known = {...newStatus(handle.workflowId, runId, {target: '@main', origin}), bundles: [bundle], bundle};
  const wait = {phase: 'awaiting-operator', reason: 'no dev-env', waitingSinceUtc: '2026-01-01T10:15:00Z'};
  writeFileSync(join(dir, 'analysis/case.json'), JSON.stringify({...known, ...wait, attempts: [attempt]}));
}

async function elapsed(work: () => Promise<unknown>): Promise<{error: unknown; ms: number}> {
  const start = Date.now();
  const error = await work().then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  return {error, ms: Date.now() - start};
}

describe('before any worker', () => {
  test('a query and an update end within 5 s with the reason', async () => {
    const handle = await openCase('net/asked');
    const asked = {workflowId: handle.workflowId};
    const queried = await elapsed(() => queryWorkflow(cases.server.client, asked, status));
    expect(queried.error).toBeInstanceOf(NoAnswer);
    expect((queried.error as Error).message).toContain(`${handle.workflowId} does not answer: ${NO_WORKER}`);
    const sent = await elapsed(() =>
      sendOperatorMessage(cases.server.client, handle.workflowId, 'provideContext', {by: 'ann', text: 'x'}),
    );
    expect(sent.error).toBeInstanceOf(NoAnswer);
    expect((sent.error as Error).message).toContain(`${NO_WORKER} Nothing was sent. Start one: \`portwright up\``);
    expect(Math.max(queried.ms, sent.ms)).toBeLessThan(5000);
    const {events} = await handle.fetchHistory();
    expect((events ?? []).filter((event) => event.workflowExecutionUpdateAcceptedEventAttributes)).toEqual([]);
    await handle.terminate();
  });

  test('show has the search attributes, or the archive of this run', async () => {
    const handle = await openCase('net/shown');
    const bare = await run('show', handle.workflowId);
    expect(bare).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^port:@main:net\/shown: Stopping: the overlay is restored\n/),
    });
    expect(bare.stderr).toMatch(/does not answer: no worker polls .* Shown are its search attributes\.\n$/s);
    await archive(handle, 'net/shown');
    const archived = await run('show', handle.workflowId);
    expect(archived).toMatchObject({code: 0, stdout: expect.stringContaining('  why       no dev-env\n')});
    expect(archived.stderr).toMatch(/does not answer: no worker polls .* Shown is its archive, .*case\.json\.\n$/s);
    await handle.terminate();
  });

  test('every command ends, and reports that no worker polls', async () => {
    const {client} = cases.server;
    const handle = await openCase('net/foo');
    await archive(handle, 'net/foo');
    await client.workflow.start<Workflows['buildRun']>('buildRun', {
      workflowId: 'run:run-9',
      taskQueue: TASK_QUEUE,
      args: ['run-9'],
    });
    expect(await run('hold', 'net/held', '--reason', 'mine')).toMatchObject({code: 0});
    const commands: readonly (readonly [code: number, args: string[]])[] = [
      [0, ['cases']],
      [0, ['cases', '--waiting']],
      [0, ['show', 'net/foo']],
      [0, ['runs']],
      [0, ['hold']],
      [0, ['escalate', 'net/foo', '--reason', 'x']],
      [1, ['doctor']],
      [1, ['accept', 'net/foo']],
      [1, ['reject', 'net/foo', '--reason', 'x']],
      [1, ['retry', 'net/foo']],
      [1, ['context', 'net/foo', '--text', 'x']],
      [1, ['grant', 'net/foo', '--attempts', '1']],
      [1, ['resolve', 'net/foo', '--outcome', 'manual']],
      [1, ['release', 'net/held']],
      [1, ['prove', 'net/foo']],
    ];
    const ran = new Map<string, Ran>();
    const check = async ([code, args]: (typeof commands)[number]): Promise<void> => {
      const one = await run(...args);
      expect({args, code: one.code, output: one.stdout + one.stderr}).toEqual({
        args,
        code,
        output: expect.stringMatching(/no worker polls the task queue portwright/i),
      });
      ran.set(args.join(' '), one);
    };
    // They mostly wait, and none changes what another one reads.
    for (let at = 0; at < commands.length; at += AT_ONCE) await Promise.all(commands.slice(at, at + AT_ONCE).map(check));
    expect(ran.get('accept net/foo')?.stderr).toContain('Nothing was sent.');
    expect(ran.get('accept net/foo')?.stderr).toMatch(/--wait waits for it\.\n$/);
    expect(ran.get('prove net/foo')?.stderr).toContain('No proof was started.');
    expect(ran.get('cases --waiting')?.stdout).toMatch(/net\/foo: Stopping: [^;\n]*\n {2}why {4}no dev-env\n/);
    expect(ran.get('hold')?.stdout).toMatch(/^net\/held .*held by ann: mine$/m);
    expect(ran.get('escalate net/foo --reason x')?.stdout).toContain('Until then the signal waits.');
    await client.workflow.getHandle('run:run-9').terminate();
    await handle.terminate();
  });
});

test('--wait waits for a worker; without it an update that was sent may still be applied', async () => {
  const world = new ScriptedCase();
  world.policy = {...POLICY, waiting: {review_hours: 24}};
  world.proofs = [true];
  world.turns = [() => reply()];
  let id = '';
  await cases.withWorker(world, async (start) => {
    const handle = await start('cli/left');
    await until(handle, waiting);
    id = handle.workflowId;
  });
  // The server lists the worker that has ended for some minutes.
  const {code, stderr} = await run('context', id, '--text', 'more');
  expect({code, stderr}).toEqual({
    code: 1,
    stderr: expect.stringMatching(/has ended or is busy\. The provideContext was sent, and may still/),
  });
  const released = run('release', 'net/held', '--wait');
  await cases.withWorker(new ScriptedCase(), async () => {
    expect(await released).toMatchObject({code: 0, stdout: expect.stringContaining('net/held')});
  });
});

test('logs are imported where the worker reads, whatever LOGS_ROOT of the shell is', async () => {
  const evidence = join(place.dir, 'read', 'evidence');
  mkdirSync(join(place.dir, 'read'));
  mkdirSync(join(place.dir, 'other'));
  for (const dir of ['read', 'other']) {
    writeFileSync(join(place.dir, dir, '02_failure_list.log'), '[000] FAILURE cli/logged ## build 00:00:07\n');
    writeFileSync(join(place.dir, dir, 'cli___logged.log'), 'a.c:1: error: no\n');
  }
  await ensureSpoolSchedule(cases.server.client, [join(place.dir, 'old', 'evidence')]);
  await ensureSpoolSchedule(cases.server.client, [evidence]);
  const importFrom = (dir: string, ...more: string[]) =>
    run('report', '--from-logs', join(place.dir, dir), '--target', '@cli', ...more);
  expect(await importFrom('other')).toMatchObject({
    code: 1,
    stderr: expect.stringContaining(
      `The worker reads ${evidence}, and not ${join(place.dir, 'other', 'evidence')}. Nothing was imported.`,
    ),
  });
  expect(await importFrom('read')).toMatchObject({code: 0, stdout: expect.stringContaining(`below ${evidence}.`)});
  const started = await run('start', 'cli/logged', '--target', '@cli', '--log', join(place.dir, 'read', 'cli___logged.log'));
  expect(started).toMatchObject({
    code: 1,
    stderr: expect.stringContaining(`The worker reads ${evidence}, and LOGS_ROOT of this shell has`),
  });
  const doctor = JSON.parse((await run('doctor', '--json')).stdout) as {name: string; level: string}[];
  expect(doctor.find(({name}) => name === 'worker evidence')).toMatchObject({level: 'warn'});
});
