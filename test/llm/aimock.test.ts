import {LLMock} from '@copilotkit/aimock';
import type {ChatMessage} from '../../src/case/attempt/conversation.ts';
import {converse, learnWindow, windowOf} from '../../src/llm/converse.ts';
import type {ToolSpec} from '../../src/llm/messages.ts';
import {type ModelSettings, USUAL_PROTOCOL} from '../../src/llm/settings.ts';

// Against a server that we did not write, scripted by fixtures.
const mock = new LLMock({port: 0});
beforeAll(() => mock.start());
afterAll(() => mock.stop());
beforeEach(() => {
  mock.clearFixtures();
  mock.clearRequests();
});

const TOOLS: ToolSpec[] = [
  {name: 'get_file', description: 'Read.', parameters: {type: 'object', properties: {path: {type: 'string'}}}},
];
const ASKED: ChatMessage[] = [
  {role: 'system', content: 'You repair.'},
  {role: 'user', content: 'Begin.'},
];
const BLOCK = 'I look.\n```tool\n{"name":"get_file","arguments":{"path":"/work/x"}}\n```';

let models = 0;
/** Of a model that nothing is known of yet. */
function settings(over: Partial<ModelSettings> = {}): ModelSettings {
  models += 1;
  return {
    purpose: 'patch',
    model: `m${models}`,
    baseUrl: `${mock.url}/v1`,
    apiKey: 'key',
    timeoutMs: 5000,
    ...USUAL_PROTOCOL,
    ...over,
  };
}

const ask = (to: ModelSettings, messages = ASKED, more: object = {}) =>
  converse(to, {messages, tools: TOOLS, maxTokens: 100, ...more}, new AbortController().signal);
const bodies = () => mock.getRequests().map((one) => one.body as unknown as Record<string, unknown>);

test('several tool calls at once, one of them with arguments that are no JSON', async () => {
  const calls = [
    {name: 'get_file', arguments: '{"path":"/work/a"}'},
    {name: 'get_file', arguments: '{broken'},
  ];
  mock.on({userMessage: 'Begin.'}, {toolCalls: calls});
  const {message, finishReason} = await ask(settings());
  expect(message.tool_calls?.map((one) => one.function.arguments)).toEqual(['{"path":"/work/a"}', '{broken']);
  expect(finishReason).toBe('tool_calls');
});

test('a call written as text is parsed, and the rest of the conversation is sent as text', async () => {
  const to = settings();
  mock.on({turnIndex: 0}, {content: BLOCK}).on({turnIndex: 1}, {content: '## Rebuild Status\nfailed'});
  const {message} = await ask(to);
  expect(message).toMatchObject({
    content: 'I look.',
    tool_calls: [{id: 'text_1_1', function: {name: 'get_file', arguments: '{"path":"/work/x"}'}}],
  });
  const results: ChatMessage[] = [message, {role: 'tool', tool_call_id: 'text_1_1', content: '{"ok":true}'}];
  const report = await ask(to, [...ASKED, ...results], {toolChoice: 'none'});
  expect(report.message.tool_calls).toBeUndefined();
  const [native = {}, text = {}] = bodies();
  expect(native.tools).toBeDefined();
  expect(text).not.toHaveProperty('tools');
  expect((text.messages as ChatMessage[]).map((one) => one.role)).toEqual(['system', 'user', 'assistant', 'user']);
  expect(JSON.stringify(text.messages)).toContain('Result of get_file');
});

test('after a server refuses tools, the request is repeated in text; not with native', async () => {
  const refusal = {error: {message: 'This model does not support tools.', type: 'invalid_request_error'}, status: 400};
  mock.on({predicate: ({tools}) => (tools?.length ?? 0) > 0}, refusal).on({userMessage: 'Begin.'}, {content: BLOCK});
  const {message} = await ask(settings());
  expect(message.tool_calls).toHaveLength(1);
  await expect(ask(settings({tools: 'native'}))).rejects.toMatchObject({kind: 'permanent', status: 400});
});

test('a schema is offered, and left out for a server that does not take it', async () => {
  const to = settings({purpose: 'triage'});
  const refusal = {error: {message: 'response_format json_schema is not supported', type: 'invalid_request_error'}, status: 400};
  mock.on({responseFormat: 'json_schema'}, refusal).on({userMessage: 'Begin.'}, {content: '{"classification":"x"}'});
  for (let round = 0; round < 2; round += 1) await ask(to, ASKED, {tools: [], schema: {type: 'object'}});
  expect(bodies().map((body) => body.response_format !== undefined)).toEqual([true, false, false]);
});

test('a 429 with Retry-After, a 500, and a truncated reply are distinguished', async () => {
  mock.on({userMessage: 'Begin.', sequenceIndex: 0}, {error: {message: 'slow down'}, status: 429, retryAfter: 3} as never);
  mock.on({userMessage: 'Begin.', sequenceIndex: 1}, {error: {message: 'oops'}, status: 500});
  mock.on({userMessage: 'Begin.', sequenceIndex: 2}, {content: 'half a', finishReason: 'length'});
  const to = settings();
  await expect(ask(to)).rejects.toMatchObject({kind: 'transient', status: 429, retryAfterMs: 3000});
  await expect(ask(to)).rejects.toMatchObject({kind: 'transient', status: 500});
  expect(await ask(to)).toMatchObject({finishReason: 'length'});
});

test('a window that the server names is learned, and never grows', async () => {
  const to = settings();
  const words = {
    error: {message: "This model's maximum context length is 8192 tokens.", code: 'context_length_exceeded'},
    status: 400,
  };
  mock.on({userMessage: 'Begin.'}, words);
  await expect(ask(to)).rejects.toMatchObject({kind: 'context-too-long', window: 8192});
  expect([learnWindow(to, 8192), learnWindow(to, 8192), learnWindow(to, 9000), windowOf(to)]).toEqual([true, false, false, 8192]);
});
