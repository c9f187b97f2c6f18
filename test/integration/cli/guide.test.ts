import {readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {jest} from '@jest/globals';
import type {WorkflowHandle} from '@temporalio/client';
import {execa} from 'execa';
import {ACTION_NAMES} from '../../../src/case/operator/actions.ts';
import {installRoot, stateDir} from '../../../src/setup/paths.ts';
import {findTemporalCli} from '../../../src/worker/temporal-cli.ts';
import {scratch} from '../../cli/program.ts';
import {attemptOf} from '../../support/attempt.ts';
import {CaseServer, hangingCall, until, waiting} from '../../support/case-worker.ts';
import {until as soon} from '../../support/processes.ts';
import {POLICY, reply, ScriptedCase} from '../../support/scripted-case.ts';

jest.setTimeout(60_000);

const GUIDE = readFileSync(join(installRoot(), 'docs', 'operators-guide.md'), 'utf8');
const DIFF = 'diff --git a/ports/net/x/Makefile.DragonFly b/ports/net/x/Makefile.DragonFly\n';

let cases: CaseServer;
let temporal: string;
let place: ReturnType<typeof scratch>;
beforeAll(async () => {
  cases = await CaseServer.make();
  temporal = (await findTemporalCli({stateDir: stateDir(process.env), print: () => undefined})).path;
  place = scratch();
  writeFileSync(join(place.dir, 'my.diff'), DIFF);
  writeFileSync(join(place.dir, 'input.json'), JSON.stringify({by: 'ann', diff: DIFF}));
}, 90_000);
afterAll(async () => {
  place?.remove();
  await cases?.server.stop();
});

/** The guide's parts on one message each: its name, the input for the Web UI, and the command lines. */
const PARTS = [...GUIDE.matchAll(/^### (\w+): .*\n([\s\S]*?)(?=^##)/gm)].map(([, name = '', text = '']) => {
  const lines = [...text.matchAll(/^ {4}(\S.*)$/gm)].map(([, line = '']) => line);
  return {name, input: lines.find((line) => line.startsWith('{')) ?? '', commands: lines.filter((line) => !line.startsWith('{'))};
});

/** A line of the guide as a shell runs it, about another case. */
async function run(line: string, id: string, origin: string): Promise<string> {
  const mine = line.replaceAll('port:@2026Q2:net/foo', id).replace(/net\/foo/, origin);
  const script = `temporal() { "${temporal}" "$@"; }\nportwright() { "${process.execPath}" "${installRoot()}/dist/bundle/main.js" "$@"; }\n${mine}`;
  const env = {TEMPORAL_ADDRESS: cases.server.address, LOGS_ROOT: place.dir, USER: 'ann'};
  const {exitCode, all} = await execa('sh', ['-c', script], {cwd: place.dir, env, all: true, reject: false});
  expect({line: mine, exitCode, all: exitCode === 0 ? '' : all}).toEqual({line: mine, exitCode: 0, all: ''});
  return all ?? '';
}

/** What a case waits for: the review of a proved fix, a delivery that has failed, or a repair. */
type WaitsFor = 'review' | 'delivery' | 'repair';

const WAITS_FOR: Readonly<Record<string, WaitsFor>> = {
  accept: 'review',
  reject: 'review',
  retryDelivery: 'delivery',
  skipDelivery: 'delivery',
};

async function waitingCase(origin: string, kind: WaitsFor, work: (handle: WorkflowHandle) => Promise<void>): Promise<void> {
  const world = new ScriptedCase();
  const reviewed = kind !== 'repair';
  world.policy = {...POLICY, waiting: {review_hours: 24}, deliver: {command: ['/opt/deliver'], attempts: 1}};
  world.deliveries = [new Error('no network')];
  world.proofs = reviewed ? [true, false] : [false, true];
  world.turns = [() => reply(), () => reply(), () => reply()];
  world.readings = reviewed ? [] : [ScriptedCase.triaged('missing-dep')];
  await cases.withWorker(world, async (start) => {
    const handle = await start(origin);
    await until(handle, waiting);
    if (kind === 'delivery') {
      await handle.executeUpdate('accept', {args: [{by: 'bo'}]});
      await until(handle, (state) => waiting(state) && state.delivery?.state === 'failed');
    }
    await work(handle);
    // An open case would take the next world's script. Its handlers may refuse a resolve right after another decision; a cancel they cannot.
    await handle.cancel();
    await handle.result().catch(() => undefined);
  });
}

test('the guide has each action, and inputs that are JSON', () => {
  expect(PARTS.map(({name}) => name)).toEqual(ACTION_NAMES);
  for (const {input} of PARTS) expect(JSON.parse(input)).toMatchObject({by: 'ann'});
});

test.each(PARTS)('$name: each command of the guide is taken', async ({name, commands}) => {
  expect(commands.map((line) => line.split(' ')[0])).toEqual(['temporal', 'portwright']);
  for (const [at, line] of commands.entries()) {
    const origin = `guide/${name}-${at}`;
    await waitingCase(origin, WAITS_FOR[name] ?? 'repair', async (handle) => {
      await run(line, handle.workflowId, origin);
      const {operatorLog} = await until(handle, (state) => state.operatorLog.length > 0);
      expect(operatorLog.at(-1)).toMatchObject({by: 'ann'});
    });
  }
});

/** The guide's views: their names, and their queries. */
const VIEWS = [...(/^### Saved views[^#]*/m.exec(GUIDE)?.[0] ?? '').matchAll(/^\| ([^|`]+) \| `([^`]+)` \|$/gm)].map(
  ([, view = '', query = '']) => ({view, query}),
);

/** Views that list a workflow, with the examples' values replaced by those of this test. */
async function viewsOf(id: string, origin: string): Promise<string[]> {
  const yesterday = new Date(Date.now() - 86_400_000).toISOString();
  const listed: string[] = [];
  for (const {view, query} of VIEWS) {
    const mine = query
      .replace('net/foo', origin)
      .replace('"net/"', `"${origin.split('/')[0]}/"`)
      .replace(/"run-[^"]+"/, '"run-1"')
      .replace(/\d{4}-[\dT:-]+Z/, yesterday);
    for await (const {workflowId} of cases.server.client.workflow.list({query: mine})) if (workflowId === id) listed.push(view);
  }
  return listed;
}

/** Visibility is a little behind. */
async function listedBy(id: string, origin: string, views: readonly string[]): Promise<void> {
  let listed: string[] = [];
  await soon('the views list it as they say', async () => {
    listed = await viewsOf(id, origin);
    return listed.join() === views.join();
  }).catch(() => expect(listed).toEqual(views));
}

test('each saved view of the guide is taken by the server, and lists the cases that it says', async () => {
  const always = ['all cases', "today's failures", 'one class', 'one run', 'one port', 'a category'];
  const world = new ScriptedCase();
  world.policy = {...POLICY, waiting: {review_hours: 24}};
  const {turn, reached} = hangingCall();
  expect(VIEWS.length).toBeGreaterThan(12);
  world.turns = [() => reply(), turn];
  await cases.withWorker(world, async (start) => {
    const handle = await start('views/foo');
    await until(handle, waiting);
    await listedBy(handle.workflowId, 'views/foo', ['waiting cases', 'proved fixes to review', ...always]);
    await handle.executeUpdate('reject', {args: [{by: 'ann', reason: 'no'}]});
    await reached;
    await listedBy(handle.workflowId, 'views/foo', ['active cases', ...always]);
    await listedBy(await attemptOf(handle), 'views/foo', ['running attempts']);
    expect((await handle.describe()).searchAttributes.PortOutcome ?? []).toEqual([]);
    await handle.signal('escalate', {by: 'ann', reason: 'enough'});
    await until(handle, waiting);
    await listedBy(handle.workflowId, 'views/foo', ['waiting cases', 'left to operators', ...always]);
    await handle.executeUpdate('resolve', {args: [{by: 'ann', outcome: 'manual'}]});
    await listedBy(handle.workflowId, 'views/foo', always);
  });
});
