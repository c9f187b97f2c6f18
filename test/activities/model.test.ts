import {mkdir, mkdtemp, rm, writeFile} from 'node:fs/promises';
import {createServer, type Server, type ServerResponse} from 'node:http';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {text} from 'node:stream/consumers';
import {MockActivityEnvironment} from '@temporalio/testing';
import {DefaultLogger} from '@temporalio/worker';
import type {WorkerContext} from '../../src/activities/context.ts';
import {append, openConversation} from '../../src/activities/conversation.ts';
import {modelActivities} from '../../src/activities/model.ts';
import type {ChatMessage} from '../../src/case/attempt/conversation.ts';
import {parseReview} from '../../src/case/attempt/diff-review.ts';
import {reviewPrompt} from '../../src/case/prompt/diff-review.ts';
import {type ScriptedModel, startScriptedModel} from '../../src/demo/scripted-model.ts';
import {readConversation} from '../../src/evidence/conversation.ts';
import {RecordStore} from '../../src/evidence/store.ts';
import {countRequest, countTokens} from '../../src/llm/tokens.ts';
import type {AskModelInput, ModelTurn} from '../../src/protocol/activities.ts';
import {POLICY} from '../support/scripted-case.ts';

const BUNDLE = {runId: 'run-1', bundleId: 'net_foo-1'};
let root: string;
let store: RecordStore;
let model: ScriptedModel;
let conversation: string;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'portwright-model-'));
  const dir = join(root, 'runs', BUNDLE.runId, 'ports', BUNDLE.bundleId);
  await mkdir(dir, {recursive: true});
  await writeFile(join(dir, 'meta.txt'), 'origin=net/foo\n');
  store = new RecordStore(root);
  model = await startScriptedModel();
  conversation = await append(store, null, [{message: {role: 'user', content: 'Origin: net/foo\nwhat failed?'}}]);
});
afterAll(async () => {
  await model.close();
  await rm(root, {recursive: true});
});

/** Failures are what some of these tests want, so they are not logged. */
function quiet(): MockActivityEnvironment {
  return new MockActivityEnvironment({}, {logger: new DefaultLogger('ERROR')});
}

function ask(input: Partial<AskModelInput>, base = `${model.url}/v1`, more: NodeJS.ProcessEnv = {}) {
  const env = {DP_HARNESS_TRIAGE_MODEL: 'scripted-demo', DP_HARNESS_TRIAGE_API_BASE: base, ...more};
  const context: WorkerContext = {env, roots: [root], client: undefined as never, taskQueue: 'q'};
  const whole: AskModelInput = {
    bundle: BUNDLE,
    conversation,
    purpose: 'triage',
    tools: 'absent',
    left: {tokens: 10_000},
    policy: {},
    replyTokens: 1000,
    ...input,
  };
  return quiet().run(modelActivities(context).askModel, whole) as Promise<ModelTurn>;
}

/** What the record of a reply has of its call. */
async function callOf(turn: ModelTurn) {
  return turn.kind === 'reply' ? (await readConversation(store, turn.conversation)).at(-1)?.call : undefined;
}

test('a reply becomes a record behind the question, with what it used', async () => {
  const turn = await ask({say: 'and be brief'});
  if (turn.kind !== 'reply') throw new Error('not a reply');
  const nodes = await readConversation(store, turn.conversation);
  expect(nodes.map((node) => node.message.role)).toEqual(['user', 'user', 'assistant']);
  expect(nodes[2]?.call).toMatchObject({model: 'scripted-demo', usage: turn.usage, sent: 2});
  expect(await store.text(turn.text)).toContain('## Classification');
  expect(turn.usage.prompt).toBeGreaterThan(0);
});

test('what does not fit into the budget is not sent', async () => {
  const before = model.requests.length;
  expect(await ask({left: {tokens: 200}})).toEqual({kind: 'over-budget', reason: expect.stringContaining('200 tokens are left')});
  expect(model.requests).toHaveLength(before);
});

test('tool results go behind their calls, in their order', async () => {
  const asked = await append(store, conversation, [
    {
      message: {
        role: 'assistant',
        content: null,
        tool_calls: [{id: 'c1', type: 'function', function: {name: 'get_file', arguments: '{}'}}],
      },
    },
  ]);
  const result = await store.putJson({ok: false, error: 'missing required argument(s): path'});
  const turn = await ask({conversation: asked, toolResults: [result]});
  if (turn.kind !== 'reply') throw new Error('not a reply');
  const [, , answer] = await readConversation(store, turn.conversation);
  expect(answer).toMatchObject({message: {role: 'tool', tool_call_id: 'c1'}, tool: {name: 'get_file', ok: false}});
});

/** Starts a server that answers each request by `answer`, runs `work`, and returns the bodies of the requests. */
async function withServer(
  answer: () => object,
  work: (base: string) => Promise<void>,
): Promise<{messages: ChatMessage[]; max_tokens: number}[]> {
  const bodies: {messages: ChatMessage[]; max_tokens: number}[] = [];
  const server = createServer(async (request, response) => {
    bodies.push(JSON.parse(await text(request)));
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(answer()));
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  await work(`http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}/v1`).finally(() => server.close());
  return bodies;
}

test('results have what is left, calls without a result are answered, and the review of a passing build follows them', async () => {
  const calls = ['c1', 'c2'].map((id) => ({id, type: 'function' as const, function: {name: 'get_file', arguments: '{}'}}));
  const asked = await append(store, conversation, [{message: {role: 'assistant', content: null, tool_calls: calls}}]);
  const result = await store.putJson({ok: true, content: 'x'});
  const closing = {diff: await store.put('+CFLAGS'), findings: [], turns: 3, nonce: '1234'};
  const standing = {turns: 9, attempts: 2, notice: 'edit now'};
  const turn = await ask({conversation: asked, toolResults: [result], standing, closing});
  if (turn.kind !== 'reply') throw new Error('not a reply');
  const [, , first, second, review] = (await readConversation(store, turn.conversation)).map(({message}) => message);
  expect(JSON.parse(first?.content ?? '')).toEqual({
    ok: true,
    content: 'x',
    notice: 'edit now',
    left: '9 turns, 10k tokens, 2 attempts',
  });
  expect(second).toMatchObject({role: 'tool', tool_call_id: 'c2', content: expect.stringContaining('There is no result')});
  expect(review).toMatchObject({role: 'user', content: expect.stringMatching(/^## Your build passed[\s\S]*\+CFLAGS/)});
});

test('a result that repeats a failure of the conversation has advice', async () => {
  const calls = ['c1', 'c2'].map((id) => ({
    id,
    type: 'function' as const,
    function: {name: 'genpatch', arguments: '{"path":"/work/a"}'},
  }));
  const asked = await append(store, conversation, [{message: {role: 'assistant', content: null, tool_calls: calls}}]);
  const result = await store.putJson({ok: false, kind: 'missing', error: 'there is no .orig'});
  const turn = await ask({conversation: asked, toolResults: [result, result], standing: {turns: 9, attempts: 2}});
  if (turn.kind !== 'reply') throw new Error('not a reply');
  const tools = (await readConversation(store, turn.conversation)).filter(({message}) => message.role === 'tool');
  const [first, second] = tools.map(({message}) => JSON.parse(message.content ?? '') as {advice?: string});
  expect(first).not.toHaveProperty('advice');
  expect(second?.advice).toMatch(/genpatch has failed in this way 2 times/);
});

test.each([
  ['text only', undefined, true],
  ['a call whose arguments end early', '{"path":"/wo', true],
  ['a call that is complete', '{"path":"/work"}', undefined],
])('a reply cut at its limit with %s: cut %s, %s', async (_, args, isCut) => {
  const tool_calls = [{id: 'c1', type: 'function', function: {name: 'get_file', arguments: args}}];
  const message = {role: 'assistant', content: 'I think', ...(args === undefined ? {} : {tool_calls})};
  const bodies = await withServer(
    () => ({choices: [{message, finish_reason: 'length'}]}),
    async (base) => {
      const turn = await ask({purpose: 'patch', tools: 'offered', left: {tokens: 1_000_000}}, base);
      expect(turn).toMatchObject({kind: 'reply', finishReason: 'length'});
      expect(turn.kind === 'reply' && turn.isCut).toBe(isCut);
      const more = {left: {tokens: 1_000_000}, replyTokens: 90_000, doubled: true};
      const again = await ask({purpose: 'patch', tools: 'offered', ...more}, base);
      expect([await callOf(turn), await callOf(again)].map((call) => call?.doubled)).toEqual([undefined, true]);
      await ask({purpose: 'patch', tools: 'offered', left: {tokens: 20_000}, replyTokens: 16_000, doubled: true}, base);
    },
  );
  const [first = 0, doubled = 0, poor = 0] = bodies.map((one) => one.max_tokens);
  expect([first, doubled]).toEqual([1000, 64_000]);
  // What is left of the budget bounds it.
  expect(poor).toBeLessThan(20_000);
});

test('a call is summarised by its main argument, a search by pattern and path', async () => {
  const calls: [string, object][] = [
    ['get_file', {path: '/work/DeltaPorts/ports/net/foo/Makefile.DragonFly', limit_lines: 3}],
    ['genpatch', {path: '/work/obj/net/foo/foo-1/a.c'}],
    ['grep', {pattern: 'sys/audit\\.h', path: '/work/freebsd-ports/net/foo'}],
    ['grep', {pattern: 'x'.repeat(500), path: `/work/${'y'.repeat(500)}`}],
    ['emit_diff', {origin: 'net/foo', relpath: ''}],
    ['env_verify', {}],
  ];
  const asked = calls.map(([name, args], at) => ({
    id: `c${at}`,
    type: 'function',
    function: {name, arguments: JSON.stringify(args)},
  }));
  const message = {role: 'assistant', content: null, tool_calls: asked};
  const body = JSON.stringify({choices: [{message, finish_reason: 'tool_calls'}]});
  await answering(200, {'content-type': 'application/json'}, body, async (base) => {
    const turn = await ask({purpose: 'patch', tools: 'offered', left: {tokens: 1_000_000}}, base);
    const words = turn.kind === 'reply' ? turn.toolCalls.map((call) => call.argumentsExcerpt) : [];
    expect(words.map((one) => (one.length > 100 ? one.length : one))).toEqual([
      'net/foo/Makefile.DragonFly',
      'net/foo/foo-1/a.c',
      'sys/audit\\.h in freebsd-ports/net/foo',
      120,
      'net/foo',
      '',
    ]);
  });
});

const REFUSAL = '{"error":{"message":"words of the provider"}}';

async function answering(
  status: number,
  headers: Record<string, string>,
  body: string,
  work: (base: string) => Promise<void>,
): Promise<void> {
  const server: Server = createServer((_request, response) => response.writeHead(status, headers).end(body));
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  await work(`http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}/v1`).finally(() => server.close());
}

test.each([
  ['nothing', {prompt_tokens: 0, completion_tokens: 0}, /reports 0 prompt tokens/],
  ['too much', {prompt_tokens: 9e15, completion_tokens: 9e15}, /reports 9000000000000000 prompt tokens/],
  [
    'a cache that it cannot have',
    {prompt_tokens: 2000, completion_tokens: 5, prompt_tokens_details: {cached_tokens: 2000}},
    /2000 of 2000 prompt tokens from a cache/,
  ],
])('a server that reports %s: our estimate counts, labelled in the record and in the turn', async (_, usage, problem) => {
  const body = JSON.stringify({choices: [{message: {content: 'It lacks a header.'}, finish_reason: 'stop'}], usage});
  const log = `error ${Math.random()}: `.concat('undeclared identifier in line 12\n'.repeat(300));
  const prices = {prices: {'scripted-demo': {prompt: 1, completion: 2}}};
  await answering(200, {'content-type': 'application/json'}, body, async (base) => {
    const turn = await ask({say: log, policy: prices}, base);
    if (turn.kind !== 'reply') throw new Error('not a reply');
    const {call} = (await readConversation(store, turn.conversation)).at(-1) ?? {};
    expect(call).toMatchObject({estimated: true, implausible: expect.stringMatching(problem), usage: {implausible: 1}});
    expect(turn).toMatchObject({implausible: call?.implausible, usage: call?.usage});
    expect(turn.usage.prompt).toBeGreaterThan(countTokens(log));
    expect(turn.usage.prompt).toBeLessThan(1.2 * countTokens(log) + 50);
    expect(turn.usage).toMatchObject({cached: 0, cost: (turn.usage.prompt + 2 * turn.usage.completion) / 1e6});
  });
});

test('a server that does not report its cache: the prefix that it was sent before counts as cached by our estimate', async () => {
  const usage = {prompt_tokens: 4000, completion_tokens: 5};
  const body = JSON.stringify({choices: [{message: {content: 'It lacks a header.'}, finish_reason: 'stop'}], usage});
  const log = `error ${Math.random()}: `.concat('undeclared identifier in line 12\n'.repeat(600));
  await answering(200, {'content-type': 'application/json'}, body, async (base) => {
    const first = await ask({say: log}, base);
    if (first.kind !== 'reply') throw new Error('not a reply');
    expect(first.usage).toMatchObject({prompt: 4000, cached: 0});
    const second = await ask({say: 'go on', conversation: first.conversation}, base);
    if (second.kind !== 'reply') throw new Error('not a reply');
    expect(second.usage.cached).toBeGreaterThan(3500);
    expect(second.usage).toMatchObject({prompt: 4000, estimatedCached: second.usage.cached});
    const {call} = (await readConversation(store, second.conversation)).at(-1) ?? {};
    expect(call).toMatchObject({estimated: true, usage: {estimatedCached: second.usage.cached}});
  });
});

test('a permanent refusal has the provider’s message and is not retried', async () => {
  await answering(401, {}, REFUSAL, async (base) => {
    await expect(ask({}, base)).rejects.toMatchObject({
      type: 'ModelRefused',
      nonRetryable: true,
      message: expect.stringContaining('words of the provider'),
    });
  });
});

test('a Retry-After is honoured, up to an hour', async () => {
  await answering(429, {'retry-after': '7'}, REFUSAL, async (base) => {
    await expect(ask({}, base)).rejects.toMatchObject({type: 'ModelUnavailable', nonRetryable: false, nextRetryDelay: 7000});
  });
  await answering(503, {'retry-after': '999999'}, REFUSAL, async (base) => {
    await expect(ask({}, base)).rejects.toMatchObject({type: 'ModelUnavailable', nextRetryDelay: 3_600_000});
  });
});

test('a small window: long results are truncated, old ones elided, and what cannot fit ends the attempt with a reason', async () => {
  const call = (n: number) => ({
    id: `c${n}`,
    type: 'function' as const,
    function: {name: 'get_file', arguments: `{"path":"/work/${n}"}`},
  });
  let last = conversation;
  for (let n = 1; n <= 6; n += 1) {
    const content = JSON.stringify({ok: true, content: `line ${n} of the file\n`.repeat(3000)});
    last = await append(store, last, [
      {message: {role: 'assistant', content: null, tool_calls: [call(n)]}},
      {message: {role: 'tool', tool_call_id: `c${n}`, content}},
    ]);
  }
  const window = {DP_HARNESS_CONTEXT_WINDOW: '8192'};
  const seen: ChatMessage[][] = [];
  const server = createServer(async (request, response) => {
    seen.push((JSON.parse(await text(request)) as {messages: ChatMessage[]}).messages);
    response.setHeader('content-type', 'application/json');
    response.end('{"choices":[{"message":{"role":"assistant","content":"well"},"finish_reason":"stop"}]}');
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  const base = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}/v1`;
  const turn = await ask({conversation: last, left: {tokens: 1_000_000}}, base, window);
  expect(turn).toMatchObject({kind: 'reply', usage: {prompt: expect.any(Number)}});
  const [sent = []] = seen;
  expect(countRequest(sent)).toBeLessThan(8192 - 1000);
  expect(sent[2]?.content).toBe('[elided: 3001 lines, read again with get_file {"path":"/work/1"}]');
  expect(sent.at(-1)?.content).toMatch(/^\{"ok":true[\s\S]*characters left out/);
  await expect(ask({say: 'word '.repeat(9000), left: {tokens: 1_000_000}}, base, window)).rejects.toMatchObject({
    type: 'ContextTooLong',
    nonRetryable: true,
    message: expect.stringContaining('DP_HARNESS_CONTEXT_WINDOW'),
  });
  server.close();
});

test('a window that the server names is used in the next try', async () => {
  const refuse = (_request: unknown, response: ServerResponse): unknown =>
    response
      .writeHead(400)
      .end('{"error":{"message":"too long","code":400,"type":"exceed_context_size_error","n_prompt_tokens":9000,"n_ctx":8192}}');
  const server = createServer(refuse);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  const base = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}/v1`;
  await expect(ask({}, base)).rejects.toMatchObject({type: 'ModelUnavailable', nonRetryable: false});
  await expect(ask({}, base)).rejects.toMatchObject({type: 'ContextTooLong', nonRetryable: true});
  server.close();
});

test('without a model the case gets that reason before any call', async () => {
  const none = modelActivities({env: {}, roots: [root], client: undefined as never, taskQueue: 'q'});
  expect(await none.findModel('triage', POLICY)).toContain('DP_HARNESS_TRIAGE_MODEL');
});

test('a review is asked of the model that the policy names, without tools', async () => {
  const opened = await openConversation(store, reviewPrompt({diff: '+x', rootCause: 'y', findings: [], nonce: '1234'}));
  const turn = await ask({purpose: 'review', conversation: opened, policy: {review_model: 'another'}});
  if (turn.kind !== 'reply') throw new Error('not a reply');
  expect(model.requests.at(-1)).toMatchObject({purpose: 'review'});
  expect(parseReview(await store.text(turn.text), '+x')).toEqual({findings: []});
  const call = {kind: 'over-budget', reason: expect.stringContaining('prices have no entry')};
  const prices = {'scripted-demo': {prompt: 1, completion: 1}};
  expect(await ask({purpose: 'review', left: {tokens: 10_000, cost: 1}, policy: {prices, review_model: 'another'}})).toEqual(
    call,
  );
  expect(await ask({purpose: 'review', left: {tokens: 10_000, cost: 1}, policy: {prices}})).toMatchObject({kind: 'reply'});
});
