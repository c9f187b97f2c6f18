import cookie from '@fastify/cookie';
import formbody from '@fastify/formbody';
import fastify, {type FastifyInstance, type InjectOptions, type LightMyRequestResponse} from 'fastify';
import {render} from 'preact-render-to-string';
import {ACTION_NAMES, actionOf} from '../../src/case/operator/actions.ts';
import {type CaseStatus, newStatus} from '../../src/case/status.ts';
import {registerAccess} from '../../src/console/access/access.ts';
import {CaseBar} from '../../src/console/operator/action-bar.tsx';
import type {OperatorFormsProps} from '../../src/console/operator/action-form.tsx';
import {chosenAnswer} from '../../src/console/operator/answer-route.ts';
import {Answers, answersOf} from '../../src/console/operator/answers.tsx';
import {OperatorForms} from '../../src/console/operator/forms.tsx';
import {operatorDesk, operatorRoutes} from '../../src/console/operator/routes.ts';
import {Refusal} from '../../src/console/refusal.ts';
import {consoleSettings} from '../../src/console/settings.ts';
import {CaseRefused} from '../../src/report/send-operator-message.ts';

const ID = 'port:@2026Q2:net/foo@py311';
const JSON_PATH = `/api/v1/cases/${encodeURIComponent(ID)}`;
const FORM_PATH = `/ui/cases/${encodeURIComponent(ID)}`;
const HOSTILE = '</textarea><script>alert(1)</script>" autofocus onfocus="alert(2)';

const waiting: CaseStatus = {
  ...newStatus(ID, 'run', {target: '@2026Q2', origin: 'net/foo', flavor: 'py311'}),
  phase: 'awaiting-operator',
  pendingOutcome: 'needs-help',
  tier: 'ASSIST',
};
const proved: CaseStatus = {...waiting, pendingOutcome: 'fixed'};
const undelivered: CaseStatus = {
  ...proved,
  accepted: {by: 'ann', atUtc: '2026-01-01T00:00:00Z'},
  delivery: {state: 'failed', id: 'i', atUtc: '2026-01-01T00:00:00Z', reason: 'gh ended with exit code 1'},
};
const working: CaseStatus = {...waiting, phase: 'patch', pendingOutcome: null};
const closed: CaseStatus = {...waiting, phase: 'closed', pendingOutcome: null, outcome: 'manual'};

interface Said {
  readonly id: string;
  readonly message: string;
  readonly input: object;
}

let said: Said[];
let answer: () => Promise<string>;
let app: FastifyInstance;
beforeEach(() => {
  said = [];
  answer = async () => 'Triage starts anew with it.';
});
afterEach(() => app.close());

/** A console with one case, which says to everything what `answer` does. */
async function desk(env: Readonly<Record<string, string>> = {}, status = waiting): Promise<void> {
  app = fastify();
  await app.register(cookie);
  await app.register(formbody);
  registerAccess(app, consoleSettings(env, {}));
  app.setErrorHandler((error: Error & {statusCode?: number}, _, reply) =>
    reply.code(error.statusCode ?? 500).send({error: error.message}),
  );
  const opened = {status, isOpen: true};
  operatorRoutes(
    app,
    {openCase: async (id) => (id === ID ? opened : undefined)},
    {
      send: (id, message, input) => {
        said.push({id, message, input});
        return answer();
      },
      render: (_, reply, {title, body}) => reply.type('text/html').send(`<title>${title}</title>${render(body)}`),
      policyTiers: async () => ['AUTO', 'ASSIST', 'CAREFUL', 'MANUAL'],
    },
  );
  app.get('/forms', (request, reply) =>
    reply.type('text/html').send(render(<OperatorForms status={status} {...operatorDesk(request)} />)),
  );
}

type Fields = Readonly<Record<string, string>>;

const post = (action: string, payload: object, more: InjectOptions = {}): Promise<LightMyRequestResponse> =>
  app.inject({method: 'POST', url: `${JSON_PATH}/${action}`, payload, ...more});

const submit = (action: string, fields: Fields, more: InjectOptions = {}): Promise<LightMyRequestResponse> =>
  app.inject({
    ...{method: 'POST', url: `${FORM_PATH}/${action}`, payload: new URLSearchParams(fields).toString(), ...more},
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      origin: 'http://localhost',
      host: 'localhost',
      ...more.headers,
    },
  });

test('each action has a JSON path and a form', async () => {
  await desk();
  for (const path of ACTION_NAMES.map((name) => actionOf(name).path)) {
    expect(app.hasRoute({method: 'POST', url: `/api/v1/cases/:id/${path}`})).toBe(true);
    expect(app.hasRoute({method: 'POST', url: `/ui/cases/:id/${path}`})).toBe(true);
  }
});

describe('JSON', () => {
  test.each([
    ['context', 'provideContext', {text: 'the header\nis gone'}],
    ['retry', 'retry', {tier: 'ASSIST'}],
    ['retry', 'retry', {}],
    ['budget', 'grantBudget', {tokens: 1000, attempts: 2}],
    ['escalate', 'escalate', {reason: 'it loops'}],
    ['resolve', 'resolve', {outcome: 'discarded', note: 'not ours'}],
    ['accept', 'accept', {}],
    ['reject', 'reject', {reason: 'it hides it'}],
    ['patch', 'handPatch', {diff: 'diff --git a/x b/x\n', judged: ['large']}],
  ])('%s is sent as %s, and answered', async (action, message, fields) => {
    await desk();
    const {statusCode, body} = await post(action, {...fields, by: 'ann', other: 'x'});
    expect(said).toEqual([{id: ID, message, input: {...fields, by: 'ann'}}]);
    expect({statusCode, ...JSON.parse(body)}).toEqual({statusCode: 200, ok: true, answer: 'Triage starts anew with it.'});
  });

  test('without a body it is said by whom the request names', async () => {
    await desk({USER: 'ann'});
    expect((await app.inject({method: 'POST', url: `${JSON_PATH}/accept`})).statusCode).toBe(200);
    expect(said).toEqual([{id: ID, message: 'accept', input: {by: 'ann'}}]);
  });

  test.each([
    ['what the case refuses', new CaseRefused('retry is for a case that waits.'), 409, 'retry is for a case that waits.'],
    ['what cannot be said', new Refusal(503, 'Temporal cannot be reached.'), 503, 'Temporal cannot be reached.'],
    ['what is not answered', new Error('It did not answer.'), 503, 'It did not answer. Check the case before you send it again.'],
  ])('%s is told in its words', async (_, error, status, words) => {
    await desk();
    answer = () => Promise.reject(error);
    const refused = await post('retry', {by: 'ann'});
    expect({status: refused.statusCode, ...refused.json()}).toEqual({status, error: words});
  });

  test('a case that is not known, and an action that there is not', async () => {
    await desk();
    const refused = await app.inject({method: 'POST', url: '/api/v1/cases/port:@t:net%2Fbar/accept', payload: {by: 'ann'}});
    expect(refused.statusCode).toBe(404);
    expect(refused.json().error).toMatch(/^There is no case port:@t:net\/bar/);
    for (const action of ['handPatch', 'provideContext', 'delete', '__proto__'])
      expect((await post(action, {by: 'ann'})).statusCode).toBe(404);
    expect(said).toEqual([]);
  });

  test.each([
    ['context', {by: 'ann'}],
    ['budget', {by: 'ann', tokens: 'many'}],
    ['budget', {by: 'ann', tokens: 0.5}],
    ['resolve', {by: 'ann'}],
    ['accept', {by: ['ann', 'bo']}],
    ['accept', 'text'],
  ])('%s does not take %j', async (action, body) => {
    await desk();
    expect(
      (await post(action, {}, {payload: JSON.stringify(body), headers: {'content-type': 'application/json'}})).statusCode,
    ).toBe(400);
    expect(said).toEqual([]);
  });

  test('nothing is said by a GET', async () => {
    await desk();
    for (const action of ACTION_NAMES.map((name) => actionOf(name).path)) {
      expect((await app.inject(`${JSON_PATH}/${action}`)).statusCode).toBe(404);
      expect(await app.inject(`${FORM_PATH}/${action}`)).toMatchObject({statusCode: 303, headers: {location: FORM_PATH}});
    }
    expect(said).toEqual([]);
  });
});

describe('the name', () => {
  const proxied = {PORTWRIGHT_CONSOLE_USER_HEADER: 'X-Forwarded-User'};
  const headers = {'x-forwarded-user': 'ann'};

  test('that a proxy vouches for is the one it is said by', async () => {
    await desk(proxied);
    await post('accept', {}, {headers});
    await post('accept', {by: ' ann '}, {headers});
    await submit('accept', {}, {headers});
    const input = {by: 'ann', login: {method: 'proxy'}};
    expect(said.map((one) => one.input)).toEqual([input, input, input]);
  });

  test('that contradicts it is refused', async () => {
    await desk(proxied);
    const refused = await post('accept', {by: 'bo'}, {headers});
    expect({status: refused.statusCode, ...refused.json()}).toEqual({
      status: 403,
      error: 'You are ann, and cannot act as "bo". Leave "by" out.',
    });
    expect((await post('accept', {by: ''}, {headers})).statusCode).toBe(403);
    expect((await submit('accept', {by: 'bo'}, {headers})).statusCode).toBe(403);
    expect(said).toEqual([]);
  });

  test('is whom the person names, else named last; a blank one is left to the case to refuse', async () => {
    await desk({USER: 'ann'});
    const cookies = {portwright_name: 'cy'};
    await post('accept', {by: 'bo'}, {cookies});
    await post('accept', {}, {cookies});
    await post('accept', {by: '  '}, {cookies});
    expect(said.map(({input}) => input)).toEqual([{by: 'bo'}, {by: 'cy'}, {by: ''}]);
  });

  test('is needed to stop automation: a signal is checked by nobody else', async () => {
    await desk();
    for (const by of [{}, {by: ' '}, {by: 'a'.repeat(201)}]) {
      const refused = await post('escalate', {reason: 'x', ...by});
      expect({status: refused.statusCode, ...refused.json()}).toEqual({
        status: 409,
        error: 'escalate needs "by": your name, 1 to 200 characters.',
      });
    }
    expect(said).toEqual([]);
  });

  test('is remembered by a form, also one that was refused', async () => {
    await desk();
    const answered = await submit('context', {by: ' Bo Ö. ', text: 'x'});
    const [set] = [answered.headers['set-cookie']].flat();
    expect(set).toMatch(/^portwright_name=Bo%20%C3%96\.; Max-Age=31536000; Path=\/; SameSite=Strict$/);
    const again = await app.inject({url: '/forms', cookies: {portwright_name: 'Bo Ö.'}});
    expect(again.body).toContain('value="Bo Ö."');
    answer = () => Promise.reject(new CaseRefused('no'));
    expect((await submit('context', {by: 'cy', text: 'x'})).headers['set-cookie']).toMatch(/^portwright_name=cy;/);
    expect((await submit('context', {by: 'a\u202eb', text: 'x'})).headers['set-cookie']).toBeUndefined();
  });
});

describe('a form', () => {
  test.each([
    ['context', {text: 'a\r\nb\r\n'}, 'provideContext', {text: 'a\nb\n'}],
    ['retry', {tier: ''}, 'retry', {}],
    ['retry', {tier: 'CAREFUL'}, 'retry', {tier: 'CAREFUL'}],
    ['budget', {tokens: '1000', attempts: ''}, 'grantBudget', {tokens: 1000}],
    ['budget', {tokens: ' 5 ', attempts: '-1'}, 'grantBudget', {tokens: 5, attempts: '-1'}],
    ['budget', {tokens: '1e3', attempts: '0x10'}, 'grantBudget', {tokens: '1e3', attempts: '0x10'}],
    ['reject', {reason: '12'}, 'reject', {reason: '12'}],
    ['escalate', {reason: 'it loops', sure: 'yes'}, 'escalate', {reason: 'it loops'}],
    ['resolve', {outcome: 'manual', note: '', sure: 'yes'}, 'resolve', {outcome: 'manual'}],
    ['accept', {}, 'accept', {}],
    [
      'patch',
      {diff: 'diff --git a/x b/x\r\n+y', judged: ' large, binary,'},
      'handPatch',
      {diff: 'diff --git a/x b/x\n+y\n', judged: ['large', 'binary']},
    ],
    ['patch', {diff: 'diff --git a/x b/x\n', judged: ''}, 'handPatch', {diff: 'diff --git a/x b/x\n'}],
  ])('%s with %j', async (action, fields: Fields, message, input) => {
    await desk();
    const answered = await submit(action, {...fields, by: 'ann'});
    expect(answered.statusCode).toBe(303);
    expect(answered.headers.location).toBe(`${FORM_PATH}?said=Triage+starts+anew+with+it.`);
    expect(said).toEqual([{id: ID, message, input: {...input, by: 'ann'}}]);
  });

  test('takes the person to the case with the start of a long answer, no half of a character', async () => {
    await desk();
    answer = async () => `${'a'.repeat(299)}😀${HOSTILE}`;
    const {headers} = await submit('context', {text: 'x', by: 'ann'});
    const to = new URL(String(headers.location), 'http://localhost');
    expect(to.pathname).toBe(FORM_PATH);
    expect(to.searchParams.get('said')).toBe('a'.repeat(299));
  });

  test('that is refused says why in the case’s words, before all others, and keeps what was typed', async () => {
    await desk({}, proved);
    answer = () => Promise.reject(new CaseRefused('provideContext needs "text" of 1 to 8000 characters & <b>more</b>.'));
    const refused = await submit('context', {text: `\r\n  ${HOSTILE}`, by: 'ann "x" <y>'});
    expect(refused.statusCode).toBe(409);
    expect(refused.headers['content-type']).toMatch(/^text\/html/);
    expect(refused.body).toContain('needs &quot;text&quot; of 1 to 8000 characters &amp; &lt;b>more&lt;/b>.');
    const parts = [...refused.body.matchAll(/<details id="operator-part-(\w+)"([^>]*)/g)].map(([, name, rest]) => [name, rest]);
    expect(parts[0]).toEqual(['context', expect.stringMatching(/ open/)]);
    expect(parts.slice(1).some(([, rest]) => rest?.includes(' open'))).toBe(false);
    // Two line breaks: a browser leaves out the first one of a textarea.
    expect(refused.body).toContain(`>\n\n  ${HOSTILE.replaceAll('<', '&lt;').replaceAll('"', '&quot;')}</textarea>`);
    expect(refused.body).toContain('value="ann &quot;x&quot; &lt;y>"');
    expect(refused.body).not.toMatch(/<script|<b>|onfocus="/);
    expect(refused.body).toContain(`href="${FORM_PATH}"`);
  });

  test.each([
    ['retry', {tier: 'CAREFUL'}, /<option value="CAREFUL" selected|<option selected value="CAREFUL"/],
    ['budget', {tokens: 'many', attempts: '3'}, /value="many"/],
    ['budget', {tokens: 'many', attempts: '3'}, /value="3"/],
    ['resolve', {outcome: 'manual', note: 'why', sure: 'yes'}, /<option (?:value="manual" selected|selected value="manual")/],
    ['resolve', {outcome: 'manual', note: 'why', sure: 'yes'}, />why<\/textarea>/],
    ['escalate', {reason: 'it loops', sure: 'yes'}, /value="it loops"/],
    ['reject', {reason: 'it hides it'}, />it hides it<\/textarea>/],
  ])('%s keeps %j', async (action, fields: Fields, kept) => {
    await desk();
    answer = () => Promise.reject(new Refusal(503, 'Temporal cannot be reached.'));
    const refused = await submit(action, {...fields, by: 'ann'});
    expect(refused.statusCode).toBe(503);
    expect(refused.body).toContain('Temporal cannot be reached.');
    expect(refused.body).toMatch(kept);
  });

  test.each(['escalate', 'resolve'])('%s asks twice', async (action) => {
    await desk();
    const refused = await submit(action, {by: 'ann', reason: 'r', outcome: 'manual', note: 'my note'});
    expect(refused.statusCode).toBe(409);
    expect(refused.body).toContain('must be ticked');
    expect(refused.body).toMatch(action === 'resolve' ? />my note<\/textarea>/ : /value="r"/);
    expect(said).toEqual([]);
  });

  test('of a case that is closed or not known by now keeps what was typed', async () => {
    await desk({}, closed);
    answer = () => Promise.reject(new CaseRefused('The case is closed as manual.'));
    const late = await submit('context', {text: 'half a page', by: 'ann'});
    expect(late.body).toContain('The case is closed as manual.');
    expect(late.body).toContain('>half a page</textarea>');
    const url = '/ui/cases/port:@t:net%2Fbar/context';
    const unknown = await submit('context', {text: `half a page ${HOSTILE}`, by: 'ann'}, {url});
    expect(unknown.statusCode).toBe(404);
    expect(unknown.body).toContain('There is no case port:@t:net/bar');
    expect(unknown.body).toContain('half a page &lt;/textarea>');
    expect(unknown.body).not.toContain('<script');
  });

  test('with the longest diff is accepted', async () => {
    await desk();
    const diff = 'diff --git a/x b/x\n'.padEnd(100_000, '\u20ac\n');
    expect((await submit('patch', {by: 'ann', diff: diff.replaceAll('\n', '\r\n')})).statusCode).toBe(303);
    expect(said.map(({input}) => input)).toEqual([{by: 'ann', diff: `${diff.replace(/\n?$/, '\n')}`}]);
  });

  test('is not taken from another page', async () => {
    await desk();
    expect((await submit('accept', {by: 'ann'}, {headers: {origin: 'http://evil.example'}})).statusCode).toBe(403);
    expect(said).toEqual([]);
  });

  test('with a field twice does not take either', async () => {
    await desk();
    await submit('accept', {}, {payload: 'by=ann&by=bo'});
    expect(said).toEqual([{id: ID, message: 'accept', input: {by: undefined}}]);
  });
});

const NOBODY = {operator: undefined, role: 'admin'} as const;
const ANN = {operator: {name: 'ann', fixed: true}, role: 'admin'} as const;

describe('the forms of a page', () => {
  const html = (status: CaseStatus, more: Partial<OperatorFormsProps> = {}): string =>
    render(<OperatorForms status={status} {...NOBODY} {...more} />);
  const forms = (text: string): string[] =>
    [...text.matchAll(/<form method="post" action="[^"]*\/([\w-]+)"/g)].map(([, name]) => name ?? '');

  test.each([
    ['waits', waiting, ['context', 'retry', 'budget', 'patch', 'resolve']],
    ['has a proved fix', proved, ['accept', 'reject', 'context', 'budget', 'patch', 'resolve']],
    ['could not be delivered', undelivered, ['retry-delivery', 'skip-delivery', 'context', 'budget', 'resolve']],
    ['is worked on', working, ['context', 'budget', 'escalate', 'resolve']],
    ['is being stopped', {...waiting, pendingOutcome: null}, ['context', 'budget', 'resolve']],
    ['is closed', closed, []],
  ])('of a case that %s are those that it would take', (_, status: CaseStatus, expected) => {
    expect(forms(html(status))).toEqual(expected);
  });

  test('are there for each action, in some state of a case', () => {
    const offered = new Set([waiting, proved, undelivered, working].flatMap((status) => forms(html(status))));
    expect([...offered].sort()).toEqual(ACTION_NAMES.map((name) => actionOf(name).path).sort());
  });

  test('post to the case’s own paths, by labelled fields, and without scripts', () => {
    for (const status of [waiting, proved, working]) {
      const text = html(status);
      for (const name of forms(text)) expect(text).toContain(`action="${FORM_PATH}/${name}"`);
      const fields = [...text.matchAll(/<(?:input|textarea|select)[^>]*>/g)].map(([tag]) => tag);
      expect(fields.length).toBeGreaterThan(5);
      for (const tag of fields.filter((one) => !one.includes('type="hidden"'))) {
        expect(tag).toMatch(/ id="operator-[\w-]+"/);
        expect(tag).toContain('data-keep-value');
      }
      const ids = [...text.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id);
      expect(new Set(ids).size).toBe(ids.length);
      expect(text.match(/<label/g)?.length).toBe(fields.filter((one) => !one.includes('type="hidden"')).length);
      expect(text).not.toMatch(/<script|style=|on\w+=/);
    }
  });

  test('have the limits of the rules', () => {
    const text = html(proved) + html(working);
    expect(text).toMatch(/<textarea id="operator-context-text" name="text" maxlength="8000"/);
    expect(text).toMatch(/<textarea id="operator-reject-reason" name="reason" maxlength="8000"/);
    expect(text).toMatch(/<input id="operator-context-by" name="by" maxlength="200"/);
  });

  test('offer the outcomes and tiers that a case may have', () => {
    const text = html(waiting, {policyTiers: ['AUTO', 'CAREFUL', 'MANUAL']});
    const options = [...text.matchAll(/<option value(?:="([^"]*)")?/g)].map(([, value]) => value);
    const outcomes = ['manual', 'needs-help', 'budget-exhausted', 'triage-failed', 'recovered', 'discarded'];
    expect(options).toEqual([undefined, 'AUTO', 'CAREFUL', undefined, ...outcomes]);
    expect(text).toContain('ASSIST, as now');
  });

  test('have the refused one open, and no other', () => {
    const open = (status: CaseStatus, problem?: OperatorFormsProps['problem']): string[] =>
      [...html(status, {problem}).matchAll(/<details id="operator-part-(\w+)"[^>]* open/g)].map(([, name]) => name ?? '');
    expect(open(waiting)).toEqual([]);
    expect(open(waiting, {action: 'retry', message: 'no'})).toEqual(['retry']);
  });

  test('propose a name that may be changed, and only show one that a proxy vouches for', () => {
    const proposed = html(waiting, {operator: {name: 'ann" x', fixed: false}});
    expect(proposed.match(/name="by"[^>]*value="ann&quot; x"/g)).toHaveLength(5);
    const fixed = html(waiting, {operator: {name: '<b>ann', fixed: true}});
    expect(fixed).not.toContain('name="by"');
    expect(fixed).toContain('In the activity as &lt;b>ann.');
  });
});

describe('the bar of a page', () => {
  const bar = (status: CaseStatus, more: Partial<OperatorFormsProps> = {}): string =>
    render(<CaseBar status={status} {...ANN} sum="" hasAnswers={false} {...more} />);
  const buttons = (text: string): string[] =>
    [
      ...(/<section class="actions".*?<\/section>/s.exec(text)?.[0] ?? '').matchAll(
        /<button[^>]*class="(primary|danger)?[^>]*>/g,
      ),
    ].map(([, tone = '']) => tone);

  test('has one primary action for a fix, and a dialog for each action that the case accepts', () => {
    const text = bar(proved);
    expect(buttons(text).filter((tone) => tone === 'primary')).toHaveLength(1);
    for (const path of ['accept', 'reject', 'context', 'budget', 'patch', 'resolve'])
      expect(text).toMatch(new RegExp(`<div popover="auto" id="ask-${path}" role="dialog"`));
    expect(text).toContain('popovertarget="ask-reject"');
    expect(text).toContain(`action="${FORM_PATH}/accept"`);
  });

  test('asks for a name before it accepts, where none is known', () => {
    expect(bar(proved, {operator: undefined})).toContain('popovertarget="ask-accept"');
    expect(bar(proved, {operator: {name: 'bo', fixed: false}})).toContain('<input type="hidden" name="by" value="bo"');
  });

  test('of a running case offers to tell the model, to raise the budget, to stop', () => {
    const text = bar(working);
    for (const words of ['Tell the model…', 'Raise budget…', 'Stop…']) expect(text).toContain(words);
    expect(buttons(text)).not.toContain('primary');
  });

  test('offers a role no action that it may not send', () => {
    expect(bar(working, {role: 'operator'})).not.toContain('Raise budget…');
    expect(bar(working, {role: 'viewer'})).toBe('');
  });

  test('is not there for a closed case without a patch', () => {
    expect(bar(closed)).toBe('');
  });
});

describe('the answers of a waiting case', () => {
  const asked: CaseStatus = {...waiting, waitReason: 'gave-up'};

  test('are a choice without a preselection, each with what it does, its cost and its command', () => {
    const html = render(<Answers status={asked} {...ANN} />);
    const radios = [...html.matchAll(/<input type="radio"[^>]*>/g)].map(([tag]) => tag);
    expect(radios).toHaveLength(answersOf(asked, 'admin').length);
    expect(radios.filter((tag) => tag.includes('checked'))).toEqual([]);
    expect(html.match(/<div class="cmd">/g)).toHaveLength(radios.length);
    expect(html).toContain('Costs no tokens.');
    expect(html).toContain('data-copy="portwright context');
    // A field that is required would prevent the other answers.
    expect(html.match(/<textarea[^>]*required/g)).toBeNull();
  });

  test.each([
    ['context', {'context.text': 'the header is gone'}, 'provideContext', {text: 'the header is gone'}],
    ['retry', {}, 'retry', {}],
    ['by-hand', {'by-hand.note': 'fixed upstream'}, 'resolve', {outcome: 'manual', note: 'fixed upstream'}],
    ['unrepaired', {'unrepaired.note': ''}, 'resolve', {outcome: 'discarded'}],
  ])('%s is sent as its action', async (key, fields, message, input) => {
    await desk({}, asked);
    const answered = await submit('answer', {answer: key, by: 'ann', ...fields});
    expect(answered.statusCode).toBe(303);
    expect(said).toEqual([{id: ID, message, input: {...input, by: 'ann'}}]);
  });

  test('that the case does not have now is refused, with what was typed', async () => {
    await desk({}, asked);
    const refused = await submit('answer', {answer: 'grant', 'grant.tokens': '5000', by: 'ann'});
    expect([refused.statusCode, said]).toEqual([409, []]);
    expect(refused.body).toContain('it has no such answer now');
    expect(refused.body).toContain('5000');
  });

  test('that the role may not give is not there, and is not sent', () => {
    const spent: CaseStatus = {...waiting, waitReason: 'tokens-used'};
    expect(answersOf(spent, 'admin').map(({key}) => key)).toContain('grant');
    expect(answersOf(spent, 'operator').map(({key}) => key)).not.toContain('grant');
    expect(chosenAnswer(spent, 'operator', {answer: 'grant', 'grant.tokens': '5'})).toBeUndefined();
    expect(chosenAnswer(spent, 'admin', {answer: 'grant', 'grant.tokens': '5'})).toEqual({
      name: 'grantBudget',
      typed: {tokens: '5'},
    });
  });

  test('that is refused shows the form of its action with what was typed', async () => {
    await desk({}, asked);
    answer = () => Promise.reject(new CaseRefused('provideContext needs "text" of 1 to 8000 characters.'));
    const refused = await submit('answer', {answer: 'context', 'context.text': 'half', by: 'ann'});
    expect(refused.statusCode).toBe(409);
    expect(refused.body).toContain('>half</textarea>');
  });
});
