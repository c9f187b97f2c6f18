import cookie from '@fastify/cookie';
import formbody from '@fastify/formbody';
import fastify, {type FastifyInstance} from 'fastify';
import {render} from 'preact-render-to-string';
import type {CaseQuestion} from '../../src/case/question.ts';
import type {CaseStatus} from '../../src/case/status.ts';
import {NO_USAGE} from '../../src/case/types.ts';
import {registerAccess} from '../../src/console/access/access.ts';
import {citationPath} from '../../src/console/ask/citation-path.ts';
import {askedPage} from '../../src/console/ask/page.tsx';
import {askRoutes} from '../../src/console/ask/routes.ts';
import {consoleSettings} from '../../src/console/settings.ts';
import {CaseRefused} from '../../src/report/send-operator-message.ts';
import {caseAt} from './case-at.ts';

const bundle = {runId: 'run-Live-1', bundleId: 'net_foo-1'};
const question: CaseQuestion = {
  number: 1,
  by: 'ann',
  atUtc: '2026-03-01T10:00:00.000Z',
  answeredUtc: '2026-03-01T10:00:04.000Z',
  text: 'Why not <b>drop</b> it?',
  state: 'answered',
  usage: {...NO_USAGE, prompt: 2000, completion: 210, cost: 0.004},
  bundle,
  answer: {
    text: 'Upstream has `vt52` [^1] <script>alert(1)</script> [^2].',
    citations: [{artifact: 'logs/full.log', from: 583, to: 584, lines: ['dumbterm = "vt52";', '</td><b>']}],
    dropped: [{text: '[[x:1]]', reason: 'the case has no such artifact'}],
  },
};
const status: CaseStatus = caseAt(['awaiting-operator'], {pendingOutcome: 'fixed', questions: [question]});
const shown = (changes: Partial<CaseStatus> = {}, more = {}): string =>
  render(askedPage({status: {...status, ...changes}, operator: {name: 'ann', fixed: false}, role: 'operator', ...more}).body);

test('an answer is shown with links to its sources, which are shown with their lines and links to their places', () => {
  const html = shown();
  expect(html).toContain('Why not &lt;b>drop&lt;/b> it?');
  expect(html).toContain('<a class="cite" href="#q1-s1" aria-label="Source 1">1</a>');
  expect(html).toContain('&lt;script&gt;alert(1)&lt;/script&gt; [^2].');
  expect(html).toContain('href="/ui/bundles/net_foo-1/log?line=583&amp;to=584#L583"');
  expect(html).toMatch(/<td class="ln">584<\/td><td>&lt;\/td>&lt;b>/);
  expect(html).toMatch(/1 source · 2210 tokens · \S*0\.004\d* · 4 s/);
  expect(html).toContain('A citation was removed');
  expect(html).not.toContain('<script>');
});

test('its text stands in the forms that take it, where the case accepts them', () => {
  const html = shown();
  expect(html).toMatch(/action="[^"]*\/reject"[\s\S]*name="reason"[^>]*>Upstream has `vt52`/);
  expect(html).toMatch(/action="[^"]*\/context"[\s\S]*name="text"[^>]*>Why not &lt;b>drop&lt;\/b> it\?\n\nUpstream/);
  expect(shown({pendingOutcome: 'needs-help'})).not.toContain('/reject"');
  const closed = shown({phase: 'closed', outcome: 'fixed', pendingOutcome: null});
  expect(closed).not.toContain('<form');
  expect(closed).toContain('The case is closed');
});

test('a reader without the role has the answers, and no form', () => {
  const html = shown({}, {role: 'viewer'});
  expect(html).toContain('href="#q1-s1"');
  expect(html).not.toContain('<form');
});

test('a question that runs, has failed, or was refused is shown as such', () => {
  expect(shown({questions: [{...question, state: 'running'}]})).toContain('Reading the evidence');
  expect(shown({questions: [{...question, state: 'failed', problem: 'the model is gone'}]})).toContain(
    'No answer: the model is gone',
  );
  expect(shown({questions: []})).toContain('No question yet');
  const refused = shown({}, {typed: 'And </textarea>?', problem: 'used up'});
  expect(refused).toContain('used up');
  expect(refused).toContain('And &lt;/textarea>?');
});

test('citations lead to the pages that have them', () => {
  const path = (artifact: string, turn?: number) =>
    citationPath(status, question, {artifact, from: 3, to: 3, lines: [], ...(turn === undefined ? {} : {turn})});
  const at = '/ui/cases/port%3A%40main%3Anet%2Ffoo';
  expect(path('attempt-2/changes.diff')).toBe(`${at}/diff/2?run=case-run-1`);
  expect(path('attempt-2/transcript', 5)).toBe(`${at}/session?run=case-run-1#a2-t5`);
  expect(path('case/timeline')).toBe(`${at}?run=case-run-1`);
  expect(path('analysis/proof-1.log')).toBe('/ui/bundles/net_foo-1/log?file=analysis%2Fproof-1.log&line=3#L3');
  expect(path('port/Makefile')).toBe('/ui/bundles/net_foo-1/artifacts/port/Makefile?view=text#L3');
  expect(path('earlier-1/changes.diff')).toBeUndefined();
});

describe('the routes', () => {
  let app: FastifyInstance;
  let asked: object[];
  let answer: () => Promise<number>;
  beforeEach(async () => {
    asked = [];
    answer = async () => 2;
    app = fastify();
    await app.register(cookie);
    await app.register(formbody);
    registerAccess(app, consoleSettings({}, {}));
    const openCase = async (id: string) => (id === status.workflowId ? {status, isOpen: true} : undefined);
    askRoutes(
      app,
      {openCase},
      {
        ask: async (id, input) => {
          asked.push({id, ...input});
          return answer();
        },
        render: (_, reply, page) => reply.type('text/html').send(render(page.body)),
      },
    );
  });
  afterEach(() => app.close());
  const path = `/cases/${encodeURIComponent(status.workflowId)}/ask`;

  test('send a question of a script and of the page', async () => {
    const json = await app.inject({method: 'POST', url: `/api/v1${path}`, payload: {by: 'bo', text: 'Why?'}});
    expect([json.statusCode, json.json()]).toEqual([200, {ok: true, number: 2}]);
    const form = await app.inject({
      method: 'POST',
      url: `/ui${path}`,
      headers: {'content-type': 'application/x-www-form-urlencoded'},
      payload: 'by=ann&text=Why%3F%0D%0AReally%3F',
    });
    expect([form.statusCode, form.headers.location]).toEqual([303, `/ui${path}#q2`]);
    expect(asked).toEqual([
      {id: status.workflowId, by: 'bo', text: 'Why?'},
      {id: status.workflowId, by: 'ann', text: 'Why?\nReally?'},
    ]);
  });

  test('show a refusal with what was typed, and no case that is not known', async () => {
    answer = () => Promise.reject(new CaseRefused('Question 1, by bob, is being answered.'));
    const headers = {'content-type': 'application/x-www-form-urlencoded'};
    const form = await app.inject({method: 'POST', url: `/ui${path}`, headers, payload: 'by=ann&text=Hello'});
    expect(form.statusCode).toBe(409);
    expect(form.body).toContain('is being answered');
    expect(form.body).toMatch(/<textarea id="ask-text"[^>]*>Hello</);
    const json = await app.inject({method: 'POST', url: `/api/v1${path}`, payload: {by: 'bo', text: 'Why?'}});
    expect(json.statusCode).toBe(409);
    const unknown = await app.inject({method: 'POST', url: '/api/v1/cases/none/ask', payload: {by: 'bo', text: 'Why?'}});
    expect(unknown.statusCode).toBe(404);
  });
});
