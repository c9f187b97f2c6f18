import {rmSync} from 'node:fs';
import {createServer, request, type Server} from 'node:http';
import type {AddressInfo} from 'node:net';
import {join} from 'node:path';
import {jest} from '@jest/globals';
import type {CaseStatus} from '../../../src/case/status.ts';
import {type RunningConsole, startConsole} from '../../../src/console/server.tsx';
import {consoleSettings} from '../../../src/console/settings.ts';
import {provideContext} from '../../../src/protocol/port-case.ts';
import {EvidenceDir} from '../../evidence/evidence-dir.ts';
import {CaseServer, type Start, until, waiting} from '../../support/case-worker.ts';
import {POLICY, reply, ScriptedCase} from '../../support/scripted-case.ts';

// What is expected here is the contract's, sections 8.1 to 8.3.

jest.setTimeout(60_000);

const RUN = 'run-Live-20260101-100000Z-7';
const BUNDLE = 'devel_foo-20260101-101500Z';
const SECOND = 'devel_foo-20260101-111500Z';

let cases: CaseServer;
let evidence: EvidenceDir;
let worker: Server;
let running: RunningConsole;
let workerSays: object;

beforeAll(async () => {
  cases = await CaseServer.make();
}, 90_000);

beforeEach(async () => {
  evidence = new EvidenceDir();
  evidence.write(`runs/${RUN}/run_start.txt`, 'ts_utc=20260101-100000Z\nprofile=Live\nports_queued=2\ntarget=@main\n');
  evidence.bundle('20260101-101500Z', {runId: RUN});
  evidence.write(`runs/${RUN}/ports/${BUNDLE}/logs/errors.txt`, 'foo.c:1: error: no such thing\n');
  workerSays = {
    status: 'processing',
    job_id: 'x-triage',
    current_stage: 'askModel',
    started_at: 'a',
    updated_at: 'b',
    extra: {pid: 1},
  };
  worker = createServer((_, response) => response.end(JSON.stringify(workerSays)));
  await new Promise<void>((done) => worker.listen(0, '127.0.0.1', done));
  running = await open();
});

afterEach(async () => {
  await running.stop();
  worker.closeAllConnections();
  worker.close();
  evidence.remove();
});

afterAll(() => cases?.server.stop());

function cacheFile(): string {
  return join(evidence.root, '..', 'console.sqlite');
}

async function open(): Promise<RunningConsole> {
  const {address} = cases.server;
  return startConsole({
    settings: consoleSettings({}, {host: '127.0.0.1', port: 0}),
    env: {},
    roots: [evidence.root],
    cacheFile: cacheFile(),
    place: async () => ({address, namespace: 'default', options: {}}),
    workerUrl: () => `http://127.0.0.1:${(worker.address() as AddressInfo).port}`,
    webUi: () => undefined,
  });
}

interface Answer {
  readonly code: number;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: whatever the server sends is looked at here
  readonly body: any;
}

/** The status of an answer to a path as it is written: fetch would take the dots out. */
function codeOf(path: string): Promise<number | undefined> {
  return new Promise((done, fail) => {
    const asked = request(running.url, {path}, (answer) => {
      answer.resume();
      done(answer.statusCode);
    });
    asked.on('error', fail).end();
  });
}

async function get(path: string, init: RequestInit = {}): Promise<Answer> {
  const answer = await fetch(running.url + path, init);
  const text = await answer.text();
  return {code: answer.status, text, body: answer.headers.get('content-type')?.includes('json') ? JSON.parse(text) : undefined};
}

const post = (path: string, body: unknown): Promise<Answer> =>
  get(path, {method: 'POST', headers: {'content-type': 'application/json'}, body: JSON.stringify(body)});

/** Asks again until the answer is as it should be; the test's own time limit ends it. */
async function eventually(path: string, fits: (answer: Answer) => boolean): Promise<Answer> {
  for (;;) {
    const answer = await get(path);
    if (fits(answer)) return answer;
  }
}

interface Frame {
  readonly id: number;
  readonly type: string;
  readonly data: Record<string, unknown>;
  readonly at: number;
}

/** A reader of the stream. */
class Reader {
  readonly frames: Frame[] = [];
  ended: Promise<void> = Promise.resolve();
  readonly #ends = new AbortController();
  #wake: () => void = () => undefined;

  static async open(query = '', headers: Record<string, string> = {}): Promise<Reader> {
    const reader = new Reader();
    const answer = await fetch(`${running.url}/events${query}`, {headers, signal: reader.#ends.signal});
    expect(answer.headers.get('content-type')).toContain('text/event-stream');
    reader.ended = reader.#read(answer).catch(() => undefined);
    return reader;
  }

  async #read({body}: Response): Promise<void> {
    const decoder = new TextDecoder();
    let text = '';
    for await (const chunk of body as ReadableStream<Uint8Array>) {
      text += decoder.decode(chunk, {stream: true});
      const frames = text.split('\n\n');
      text = frames.pop() ?? '';
      for (const frame of frames) this.#take(frame);
    }
  }

  #take(frame: string): void {
    const field = (name: string): string | undefined => new RegExp(`^${name}: (.*)$`, 'm').exec(frame)?.[1];
    const id = field('id');
    if (id === undefined) return;
    this.frames.push({id: Number(id), type: field('event') ?? '', data: JSON.parse(field('data') ?? ''), at: performance.now()});
    this.#wake();
  }

  async until(fits: (frame: Frame) => boolean): Promise<Frame> {
    for (;;) {
      const found = this.frames.find(fits);
      if (found !== undefined) return found;
      await new Promise<void>((done) => {
        this.#wake = done;
      });
    }
  }

  get types(): string[] {
    return this.frames.map(({type}) => type);
  }

  close(): void {
    this.#ends.abort();
  }
}

/** A case of devel/foo that waits for the review of a proved fix. */
async function withWaitingCase(work: (id: string, start: Start) => Promise<void>): Promise<void> {
  const world = new ScriptedCase();
  world.policy = {...POLICY, waiting: {review_hours: 24}};
  world.proofs = [true, true];
  world.turns = [() => reply(), () => reply()];
  await cases.withWorker(world, async (start) => {
    const handle = await start('devel/foo', BUNDLE, {runId: RUN});
    await until(handle, waiting);
    await eventually(`/jobs/${BUNDLE}-patch`, ({body}) => body?.job?.state === 'done');
    await work(handle.workflowId, start);
    await handle.terminate();
  });
}

const keys = (value: object): string[] => Object.keys(value);

test('each path has its keys', async () => {
  await withWaitingCase(async () => {
    expect((await get('/health')).body).toEqual({ok: true});
    const status = (await get('/status')).body;
    expect(keys(status)).toEqual(['jobs', 'bundles', 'runs', 'last_event_id']);
    expect(status).toMatchObject({jobs: {pending: 0, inflight: 0, done: 2, failed: 0}, bundles: 1, runs: 1});
    const {activities} = (await get('/activity')).body;
    expect(activities.length).toBeGreaterThan(3);
    expect(activities.length).toBeLessThanOrEqual(10);
    expect(keys(activities[0])).toEqual(['id', 'ts', 'job_id', 'stage', 'message', 'duration_ms', 'extra']);
    expect([...activities].sort((a: {id: number}, b: {id: number}) => a.id - b.id)).toEqual(activities);
    const {runs} = (await get('/runs')).body;
    expect(runs).toEqual([{run_id: RUN, profile: 'Live', ts_start: '2026-01-01T10:00:00Z', ts_end: null}]);
    const run = (await get(`/runs/${RUN}`)).body;
    expect(keys(run)).toEqual(['run', 'bundles']);
    expect(run.bundles).toEqual([{bundle_id: BUNDLE, origin: 'devel/foo', ts_utc: '20260101-101500Z', result: 'failure'}]);
    const {jobs} = (await get('/jobs')).body;
    expect(jobs).toEqual([
      {job_id: `${BUNDLE}-triage`, state: 'done', type: 'triage', origin: 'devel/foo', created_ts_utc: '20260101-101500Z'},
      {job_id: `${BUNDLE}-patch`, state: 'done', type: 'patch', origin: 'devel/foo', created_ts_utc: '20260101-101500Z'},
    ]);
    expect((await get('/jobs?state=failed')).body).toEqual({jobs: []});
    expect((await get(`/jobs/${BUNDLE}-patch`)).body.job).toMatchObject({
      job_id: `${BUNDLE}-patch`,
      state: 'done',
      last_error: null,
    });
    const {bundles} = (await get('/bundles')).body;
    expect(bundles).toEqual([
      {bundle_id: BUNDLE, run_id: RUN, origin: 'devel/foo', ts_utc: '20260101-101500Z', result: 'failure'},
    ]);
    const bundle = (await get(`/bundles/${BUNDLE}`)).body;
    expect(keys(bundle)).toEqual(['bundle', 'artifacts']);
    expect(bundle.artifacts).toContainEqual({relpath: 'logs/errors.txt', kind: 'text', size: 30, backend: 'fs'});
    for (const path of ['/ports/devel/foo', '/ports/devel%2Ffoo']) {
      const port = (await get(path)).body;
      expect([path, keys(port)]).toEqual([path, ['origin', 'bundles', 'jobs']]);
      expect(port.bundles.map(keys)).toEqual([['bundle_id', 'run_id', 'ts_utc', 'result']]);
      expect(port.jobs.map(keys)).toEqual(Array(2).fill(['job_id', 'state', 'type', 'created_ts_utc']));
    }
  });
});

test('JSON is indented by two, a slash at the end does no harm, errors are {"error": …}', async () => {
  expect((await get('/runs/')).text).toMatch(/^\{\n {2}"runs": \[/);
  for (const [path, code] of [
    ['/runs/none', 404],
    ['/jobs/none', 404],
    ['/bundles/none', 404],
    ['/nothing', 404],
    ['/bundles//x', 400],
    ['/runs//x', 400],
    ['/jobs//x', 400],
    ['/jobs?state=lost', 400],
    ['/user-context?run_id=x', 400],
    [`/bundles/${BUNDLE}/artifacts/none.txt`, 404],
  ] as const) {
    const answer = await get(path);
    expect([path, answer.code, keys(answer.body)]).toEqual([path, code, ['error']]);
    expect(answer.text).toMatch(/^\{\n {2}"error": /);
  }
});

test('a file of a bundle comes as it is; a path out of it does not', async () => {
  await eventually('/bundles', ({body}) => body.bundles.length === 1);
  const errors = await get(`/bundles/${BUNDLE}/artifacts/logs/errors.txt`);
  expect([errors.code, errors.text]).toEqual([200, 'foo.c:1: error: no such thing\n']);
  const outside = [
    '../../run_start.txt',
    '%2e%2e/%2e%2e/run_start.txt',
    'logs/%2E%2E/%2e%2e/x',
    '%2Fetc%2Fpasswd',
    '/etc/passwd',
  ];
  for (const relpath of outside)
    expect([relpath, await codeOf(`/bundles/${BUNDLE}/artifacts/${relpath}`)]).toEqual([relpath, 400]);
});

test('what the worker does; without a word for 15 s it is stale', async () => {
  const {body} = await eventually('/runner-status', ({body}) => body.status === 'processing');
  expect(body).toEqual({...workerSays, stale: false});
  worker.closeAllConnections();
  worker.close();
  const late = Date.now() + 15_500;
  const now = jest.spyOn(Date, 'now').mockReturnValue(late);
  try {
    expect((await get('/runner-status')).body).toMatchObject({status: 'processing', stale: true});
  } finally {
    now.mockRestore();
  }
});

test('an operator’s context by run and origin reaches the case', async () => {
  await withWaitingCase(async () => {
    const asked = (await get(`/user-context-request?bundle_id=${BUNDLE}`)).body.request;
    expect(asked).toMatchObject({
      run_id: RUN,
      origin: 'devel/foo',
      bundle_id: BUNDLE,
      status: 'pending',
      classification: 'compile-error',
    });
    expect((await get(`/user-context-request?run_id=${RUN}&origin=devel%2Ffoo`)).body.request).toEqual(asked);
    expect((await get(`/user-context?run_id=${RUN}&origin=devel%2Ffoo`)).body).toEqual({context: null});
    const reader = await Reader.open('?tail=0');
    const bad = await post('/user-context', {run_id: RUN, origin: 'devel/foo', context_text: ''});
    expect([bad.code, keys(bad.body)]).toEqual([400, ['error']]);
    expect((await post('/user-context', {run_id: RUN, origin: 'devel/foo', context_text: 'x'.repeat(8001)})).code).toBe(400);
    expect((await post('/user-context', {run_id: RUN, origin: 'devel/bar', context_text: 'x'})).code).toBe(404);
    expect((await post('/user-context', {run_id: RUN, origin: 'devel/foo', context_text: 'look at the header'})).body).toEqual({
      ok: true,
      context_rev: 1,
    });
    const {context} = (await get(`/user-context?run_id=${RUN}&origin=devel%2Ffoo`)).body;
    expect(context).toMatchObject({run_id: RUN, origin: 'devel/foo', context_text: 'look at the header', context_rev: 1});
    const told = await reader.until(({type}) => type === 'user_context_updated');
    expect(told.data).toMatchObject({origin: 'devel/foo', run_id: RUN, context_rev: 1});
    reader.close();
  });
});

test('a change in a case is on the stream within a second, in order, with the time merged in', async () => {
  await withWaitingCase(async (id) => {
    const reader = await Reader.open('?tail=0');
    const path = `/api/v1/cases/${encodeURIComponent(id)}`;
    const answered = await post(`${path}/reject`, {by: 'ann', reason: 'not like this'});
    const since = performance.now();
    expect([answered.code, answered.body]).toEqual([200, {ok: true, answer: expect.any(String)}]);
    const told = await reader.until(({data}) => String(data.message).includes('not like this'));
    expect(told.at - since).toBeLessThan(1000);
    const {ts} = told.data;
    expect(new Date(String(ts)).toISOString()).toBe(ts);
    await reader.until(({type, data}) => type === 'job_done' && data.type === 'patch');
    const ids = reader.frames.map((frame) => frame.id);
    expect(ids).toEqual([...new Set(ids)].sort((a, b) => a - b));
    expect(reader.types).toEqual(expect.arrayContaining(['job_enqueued', 'job_claimed', 'job_done', 'activity']));
    const refused = await post(`${path}/retry`, {by: 'ann'});
    expect([refused.code, refused.body]).toEqual([
      409,
      {error: 'retry is not for a proved fix. Use reject, with the reason, for another attempt.'},
    ]);
    reader.close();
  });
});

test('what changes a waiting case from outside, and neither phase nor search attribute, is in its page’s data and on the stream within a second', async () => {
  await withWaitingCase(async (id, start) => {
    const reader = await Reader.open('?tail=0');
    const shows = async (fits: (status: CaseStatus) => boolean): Promise<number> => {
      const since = performance.now();
      await eventually(`/api/v1/cases/${encodeURIComponent(id)}`, ({body}) => fits(body.status));
      return performance.now() - since;
    };
    const handle = cases.server.client.workflow.getHandle(id);
    const answer = await handle.executeUpdate(provideContext, {args: [{by: 'ann', text: 'mind the header'}]});
    expect(answer).toContain('still waits');
    expect(await shows(({context}) => context[0]?.text === 'mind the header')).toBeLessThan(2000);
    const context = await reader.until(({type}) => type === 'user_context_updated');
    expect(context.data).toMatchObject({case: id, by: 'ann', context_rev: 1});

    await start('devel/foo', SECOND, {runId: RUN});
    expect(await shows(({bundles}) => bundles.length === 2)).toBeLessThan(2000);
    const joined = await reader.until(({type, data}) => type === 'bundle_upserted' && data.bundle_id === SECOND);
    expect(joined.data).toMatchObject({case: id, run_id: RUN});
    await reader.until(({data}) => String(data.message).includes('it failed again'));
    reader.close();
  });
});

test('a reader begins where it says: after_id before Last-Event-ID before tail; tail=0 is none of those before', async () => {
  await withWaitingCase(async () => {
    const all = await Reader.open('?tail=1000');
    await all.until(({type, data}) => type === 'job_done' && data.type === 'patch');
    const ids = all.frames.map(({id}) => id);
    const begin = async (query: string, last?: number): Promise<number[]> => {
      const reader = await Reader.open(query, last === undefined ? {} : {'last-event-id': String(last)});
      await reader.until(({id}) => id === ids.at(-1));
      reader.close();
      return reader.frames.map(({id}) => id);
    };
    expect(await begin(`?after_id=${ids[2]}`, ids[4])).toEqual(ids.slice(3));
    expect(await begin('?tail=2', ids[4])).toEqual(ids.slice(5));
    expect(await begin('?tail=2')).toEqual(ids.slice(-2));
    const none = await Reader.open('?tail=0');
    evidence.bundle('20260101-121500Z', {runId: RUN});
    const first = await none.until(() => true);
    expect([first.type, first.id > (ids.at(-1) ?? 0)]).toEqual(['bundle_created', true]);
    for (const reader of [all, none]) reader.close();
  });
});

test('a position survives a restart of the console, and the loss of its file', async () => {
  const reader = await Reader.open('?tail=10');
  const known = await reader.until(({type}) => type === 'runner_status');
  reader.close();
  await running.stop();
  evidence.bundle('20260101-121500Z', {runId: RUN});
  running = await open();
  const again = await Reader.open(`?after_id=${known.id}`);
  const missed = await again.until(({type}) => type === 'bundle_created');
  expect(missed.data).toMatchObject({bundle_id: 'devel_foo-20260101-121500Z'});
  rmSync(cacheFile());
  await again.ended;
  await eventually('/bundles', ({body}) => body.bundles.length === 2);
  const anew = await Reader.open(`?after_id=${missed.id}`);
  evidence.bundle('20260101-131500Z', {runId: RUN});
  const next = await anew.until(({type}) => type === 'bundle_created');
  expect(next.data).toMatchObject({bundle_id: 'devel_foo-20260101-131500Z'});
  expect(next.id).toBeGreaterThan(missed.id);
  expect((await get('/runs')).body.runs).toHaveLength(1);
  anew.close();
});

test('a run that ends is told', async () => {
  await eventually('/runs', ({body}) => body.runs.length === 1);
  const reader = await Reader.open('?tail=0');
  evidence.write(
    `runs/${RUN}/run_end.txt`,
    'ts_utc=20260101-110000Z\nprofile=Live\nports_built=1\nports_failed=1\nports_ignored=0\nports_skipped=0\n',
  );
  expect((await reader.until(({type}) => type === 'run_ended')).data).toMatchObject({
    run_id: RUN,
    built: 1,
    failed: 1,
    ts: '2026-01-01T11:00:00Z',
  });
  reader.close();
});
