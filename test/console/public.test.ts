import fastify, {type FastifyInstance} from 'fastify';
import {Cache} from '../../src/console/cache/cache.ts';
import {publicRoutes} from '../../src/console/public/routes.ts';
import {publicState} from '../../src/console/public/state.ts';

let cache: Cache;
let app: FastifyInstance;
beforeAll(() => {
  cache = new Cache(':memory:');
  app = fastify();
  publicRoutes(app, cache);
  cache.put('signatures', {signature: 'sig', error_line: 'cc: error: API_KEY=sk-abcdefghijklmnopqrstuvwxyz0123456789 <b>'});
  for (const [at, more] of [
    {is_open: 1, phase: 'awaiting-operator', outcome: null},
    {is_open: 0, phase: 'closed', outcome: 'fixed'},
  ].entries())
    cache.put('cases', {
      ...{case_run_id: `run-${at}`, workflow_id: `secret-workflow-${at}`, origin: 'net/foo', flavor: null, target: '@2026Q2'},
      ...{reason: 'ann asked for it', asked: 'asked of ann', classification: 'compile-error', signature: 'sig'},
      ...{attempts: 3, tokens: 424_242, cached: 0, prompt: 0, cost: 98.76, minutes: 1, accepted_by: 'ann', doing: 'as ann wants'},
      ...{started_utc: '2026-03-01T10:00:00Z', changed_utc: `2026-03-01T1${at}:00:00Z`, emitted: '{}', ...more},
    });
});
afterAll(async () => {
  await app.close();
  cache.close();
});

test('the public pages show ports, states and errors, and neither costs nor people nor secrets', async () => {
  const [list, port] = [await app.inject('/public'), await app.inject('/public/ports/net/foo')];
  expect(list.body).toContain('href="/public/ports/net/foo"');
  expect(list.body).toContain('Waits for a maintainer');
  expect(list.body).toContain('Fixed');
  expect(port.body).toContain('cc: error:');
  expect(port.body).toContain('&lt;b>');
  for (const {body} of [list, port]) {
    expect(body).not.toMatch(/ann|424|98\.76|secret-workflow|sk-abc|href="\/ui/);
    expect(body).not.toMatch(/<script|style=/);
  }
});

test('a port without a case is not there', async () => {
  expect((await app.inject('/public/ports/net/bar')).statusCode).toBe(404);
});

test.each([
  [1, 'patch', null, 'In repair'],
  [1, 'awaiting-operator', null, 'Waits for a maintainer'],
  [0, 'closed', 'fixed', 'Fixed'],
  [0, 'closed', 'recovered', 'Builds again'],
  [0, 'closed', 'manual', 'Repaired by hand'],
  [0, 'closed', 'needs-help', 'Not repaired'],
])('a case with is_open %s, %s and %s is shown as %4$s', (is_open, phase, outcome, name) => {
  const rest = {
    origin: 'net/foo',
    flavor: null,
    target: 't',
    classification: null,
    started_utc: '',
    changed_utc: '',
    error_line: null,
  };
  expect(publicState({...rest, is_open, phase, outcome}).name).toBe(name);
});
