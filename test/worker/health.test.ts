import {createServer, request} from 'node:http';
import type {AddressInfo} from 'node:net';
import {text} from 'node:stream/consumers';
import {ApplicationFailure, CancelledFailure} from '@temporalio/common';
import {type HealthServer, serveHealth, watchedBy} from '../../src/worker/health.ts';
import {RunningWork} from '../../src/worker/running-work.ts';

const open: {close(): Promise<void>}[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});

async function serve(env: NodeJS.ProcessEnv, work = new RunningWork()): Promise<HealthServer> {
  const server = await serveHealth(work, env, ['/build/synth/logs/evidence']);
  open.push(server);
  return server;
}

/** Some port of loopback that somebody listens on. */
async function taken(port = 0): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.once('error', () => done()).listen(port, '127.0.0.1', done));
  open.push({close: async () => void server.close()});
  return (server.address() as AddressInfo | null)?.port ?? port;
}

/** Status of a request with a Host of one's own, which fetch does not let through. */
function statusFor(url: string, host: string): Promise<number> {
  return new Promise((done, failed) => {
    request(`${url}/healthz`, {headers: {host}}, (response) => {
      response.resume();
      done(response.statusCode ?? 0);
    })
      .once('error', failed)
      .end();
  });
}

const REPORTED = {model: 'small', base: 'http://ann:[masked: password]@127.0.0.1:1/v1'};

test('it reports over HTTP what the worker does, in the contract’s terms', async () => {
  const work = new RunningWork();
  const {url} = await serve(
    {
      PORTWRIGHT_HEALTH: '127.0.0.1:0',
      DP_HARNESS_ENV: 'one, two',
      DP_HARNESS_TRIAGE_MODEL: 'small',
      DP_HARNESS_TRIAGE_API_BASE: 'http://ann:hunter22@127.0.0.1:1/v1',
    },
    work,
  );
  work.begin({
    workflowId: 'port:@t:net/foo',
    workflowType: 'portCase',
    activity: 'askModel',
    input: {bundle: {bundleId: 'net_foo-1'}, purpose: 'triage'},
    since: '2026-01-02T03:04:05.000Z',
  });
  const answer = await fetch(`${url}/healthz`);
  expect([answer.status, answer.headers.get('content-type'), answer.headers.get('cache-control')]).toEqual([
    200,
    'application/json',
    'no-store',
  ]);
  expect(await answer.json()).toEqual({
    status: 'processing',
    job_id: 'net_foo-1-triage',
    current_stage: 'askModel',
    started_at: '2026-01-02T03:04:05.000Z',
    updated_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
    extra: {
      pid: process.pid,
      version: expect.stringMatching(/^\d+\.\d+\.\d+/),
      envs: ['one', 'two'],
      roots: ['/build/synth/logs/evidence'],
      models: {triage: 'small', patch: 'small'},
      settings: {
        models: {triage: REPORTED, patch: REPORTED},
        policy: expect.stringMatching(/policy\/policy\.json$/),
      },
      activities: [{case: 'port:@t:net/foo', activity: 'askModel', summary: 'triage', since: '2026-01-02T03:04:05.000Z'}],
      model: {triage: null, patch: null},
      usage_faults: {triage: null, patch: null},
    },
  });
});

test('other paths, writes, and host names other than loopback are refused', async () => {
  const {url} = await serve({PORTWRIGHT_HEALTH: 'localhost:0'});
  const statuses = [
    (await fetch(`${url}/`)).status,
    (await fetch(`${url}/healthz/x`)).status,
    (await fetch(`${url}/healthz`, {method: 'POST', body: '{}'})).status,
    await statusFor(url, 'evil.example'),
    await statusFor(url, 'localhost:1'),
  ];
  expect(statuses).toEqual([404, 404, 405, 403, 200]);
  expect(await text((await fetch(`${url}/`)).body as never)).toContain('"error": "Only /healthz is served."');
});

test('by default, another port is chosen if one is in use', async () => {
  await taken(8789);
  const {url} = await serve({});
  expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  expect(url).not.toBe('http://127.0.0.1:8789');
  expect((await fetch(`${url}/healthz`)).status).toBe(200);
});

test('a configured port in use is an error that names it', async () => {
  const port = await taken();
  await expect(serve({PORTWRIGHT_HEALTH: `127.0.0.1:${port}`})).rejects.toThrow(
    `PORTWRIGHT_HEALTH=127.0.0.1:${port}: the worker cannot listen there (EADDRINUSE). Give another port, or 0`,
  );
});

test.each(['8789', '127.0.0.1', '0.0.0.0:8789', 'build.example:80', '[::]:1', '127.0.0.1:70000', 'http://127.0.0.1:1'])(
  '%s is refused, with the rule',
  async (given) => {
    await expect(serve({PORTWRIGHT_HEALTH: given})).rejects.toThrow(
      `PORTWRIGHT_HEALTH must be HOST:PORT with a loopback host, such as 127.0.0.1:8789, since whoever reaches it may read it; got "${given}".`,
    );
  },
);

const MODEL = {DP_HARNESS_TRIAGE_MODEL: 'openai/small', DP_HARNESS_TRIAGE_API_BASE: 'http://127.0.0.1:1/v1'};
const ABOUT = {pid: 1, version: '0', envs: [], roots: [], models: {triage: null, patch: null}};

/** Runs an activity under the watch, as a worker does, and returns what is told of the models afterwards. */
async function modelAfter(run: () => Promise<unknown>, activityType = 'askModel', env: NodeJS.ProcessEnv = MODEL) {
  const work = new RunningWork();
  const info = {activityType, workflowType: 'portCase', workflowExecution: {workflowId: 'port:@t:net/foo', runId: 'r'}};
  const {inbound} = watchedBy(work, env)({info} as never);
  const during: string[] = [];
  const next = async (): Promise<unknown> => {
    during.push(work.report(ABOUT, '').status);
    return run();
  };
  await inbound?.execute?.({args: [{purpose: 'triage'}], headers: {}}, next).catch(() => undefined);
  expect([during, work.report(ABOUT, '').status]).toEqual([['processing'], 'idle']);
  return work.report(ABOUT, '').extra.model;
}

test('reports of usage that do not count are counted, with the last of them', async () => {
  const work = new RunningWork();
  const {inbound} = watchedBy(work, {...MODEL, SOME_KEY: 'secret-0123456789'})({info: {activityType: 'askModel'}} as never);
  for (const implausible of ['The server reports 0.', undefined, 'The server reports secret-0123456789.'])
    await inbound?.execute?.({args: [{purpose: 'patch'}], headers: {}}, async () => ({kind: 'reply', implausible}));
  const last = {
    count: 2,
    model: 'small',
    at: expect.stringMatching(/Z$/),
    problem: expect.stringMatching(/^The server reports (?!secret)/),
  };
  expect(work.report(ABOUT, '').extra.usage_faults).toEqual({triage: null, patch: last});
});

test('a model that answers is healthy', async () => {
  const call = {purpose: 'triage', model: 'small', at: expect.stringMatching(/Z$/), ok: true, error: null};
  expect(await modelAfter(async () => ({kind: 'reply'}))).toEqual({triage: call, patch: null});
});

test('a failing model is reported, shortened and without secrets', async () => {
  const words = `it refused sk-proj-abcdefghijklmnopqrstuvwxyz0123456789 ${'x'.repeat(1000)}`;
  const {triage} = await modelAfter(() => Promise.reject(ApplicationFailure.create({message: words, type: 'ModelUnavailable'})));
  expect(triage).toMatchObject({ok: false, model: 'small', error: expect.stringMatching(/^it refused .+xxx$/)});
  expect(triage?.error).toHaveLength(300);
  expect(triage?.error).not.toContain('abcdefghijklmnop');
});

test('a model that is not configured has no name', async () => {
  const failed = () => Promise.reject(ApplicationFailure.create({message: 'none', type: 'ModelNotConfigured'}));
  expect((await modelAfter(failed, 'askModel', {})).triage).toMatchObject({model: null, ok: false, error: 'none'});
});

test.each<[string, () => Promise<unknown>, string]>([
  ['a call that was not made, for want of budget', async () => ({kind: 'over-budget'}), 'askModel'],
  ['a call that was interrupted', () => Promise.reject(new CancelledFailure('stop')), 'askModel'],
  ['a bundle that is not there', () => Promise.reject(ApplicationFailure.create({type: 'BundleMissing'})), 'askModel'],
  ['another activity', async () => ({kind: 'reply'}), 'readTriage'],
])('%s says nothing of the model', async (_, run, activity) => {
  expect(await modelAfter(run, activity)).toEqual({triage: null, patch: null});
});
