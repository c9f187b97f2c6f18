import type {ChatMessage} from '../../src/case/attempt/conversation.ts';
import {checkArguments} from '../../src/devenv/tools/check-arguments.ts';
import {toolByName} from '../../src/devenv/tools/index.ts';
import {converse} from '../../src/llm/converse.ts';
import {completion, json, ModelServer} from './server.ts';

// Replies of a model, or of a server, that keeps to no limit.

const server = new ModelServer();
beforeAll(() => server.start());
afterAll(() => server.stop());

const TOOLS = [{name: 'get_file', description: 'Read.', parameters: {type: 'object', properties: {}}}];
const ASK: readonly ChatMessage[] = [{role: 'user', content: 'Repair it.'}];
const never = new AbortController().signal;
const ask = (messages = ASK) => converse(server.settings(), {messages, tools: TOOLS, maxTokens: 500}, never);
const wanted = (id: string, args: string, name = 'get_file') => ({id, type: 'function', function: {name, arguments: args}});
const BLOCK = '```tool\n{"name": "get_file", "arguments": {"path": "/work/x"}}\n```\n';

test.each([
  ['calls', {content: null, tool_calls: Array.from({length: 10_000}, (_, at) => wanted(`c${at}`, `{"path":"/work/${at}"}`))}],
  ['calls without ids', {content: null, tool_calls: Array.from({length: 10_000}, () => wanted('', '{}'))}],
  ['calls with one long id', {content: null, tool_calls: Array.from({length: 10_000}, () => wanted('x'.repeat(1000), '{}'))}],
  ['blocks of text', {content: BLOCK.repeat(10_000)}],
])('of 10000 %s the first 16 are taken, each with an id of its own', async (_what, message) => {
  server.script(json(200, completion(message)));
  const {tool_calls = []} = (await ask()).message;
  expect(tool_calls).toHaveLength(16);
  expect(new Set(tool_calls.map(({id}) => id)).size).toBe(16);
  expect(Math.max(...tool_calls.map(({id}) => id.length))).toBeLessThan(150);
});

test('arguments of 1 MB are not stored; the model gets the reason of the refusal', async () => {
  server.script(
    json(
      200,
      completion({tool_calls: [wanted('a', JSON.stringify({path: '/work/x', content: 'y'.repeat(1 << 20)}), 'put_file')]}),
    ),
  );
  const given = (await ask()).message.tool_calls?.[0]?.function.arguments ?? '';
  expect(given.length).toBeLessThan(200);
  const refused = checkArguments(toolByName('put_file'), 'put_file', JSON.parse(given));
  expect(refused).toMatchObject({ok: false, error: expect.stringMatching(/too_long: 10\d{5} characters, the most is 600000/)});
});

test('the longest file that a tool takes still passes, however JSON writes it', async () => {
  const content = '\u0001'.repeat(90_000);
  server.script(json(200, completion({tool_calls: [wanted('a', JSON.stringify({path: '/work/x', content}), 'put_file')]})));
  const given = (await ask()).message.tool_calls?.[0]?.function.arguments ?? '';
  expect(checkArguments(toolByName('put_file'), 'put_file', JSON.parse(given))).toMatchObject({ok: true, args: {content}});
});

test('a reply of 10 MB is truncated and marked', async () => {
  server.script(json(200, completion({content: 'a word '.repeat(1_500_000), reasoning_content: 'hm '.repeat(4_000_000)})));
  const {message} = await ask();
  expect(message.content?.length).toBeLessThan(1_000_100);
  expect(message.content).toMatch(/\[cut: the reply had 10500000 characters\]$/);
  expect(message.reasoning_content?.length).toBeLessThan(1_000_100);
});

test('a call written as text turns its own conversation to text, and no other one', async () => {
  server.script(json(200, completion({content: BLOCK})));
  const {message} = await ask();
  const answered: ChatMessage[] = [
    ...ASK,
    message,
    {role: 'tool', tool_call_id: message.tool_calls?.[0]?.id ?? '', content: '{}'},
  ];
  await ask(answered);
  expect(server.seen.at(-1)?.body).not.toHaveProperty('tools');
  await ask();
  expect(server.seen.at(-1)?.body).toHaveProperty('tools');
});

test('a limit of replies that the server names is used at once, and from then on', async () => {
  const problem = 'max_tokens is too large: 16000. This model supports at most 8192 completion tokens.';
  server.script(json(400, {error: {message: problem, type: 'invalid_request_error'}}), json(200, completion({content: 'well'})));
  const to = server.settings({model: 'short-replies'});
  const longer = () => converse(to, {messages: ASK, maxTokens: 16_000}, never);
  expect(await longer()).toMatchObject({message: {content: 'well'}});
  await longer();
  expect(server.seen.map(({body}) => body.max_tokens)).toEqual([16_000, 8192, 8192]);
});

test('a refusal of a limit that names no lower one is one', async () => {
  server.script(json(400, {error: {message: 'max_tokens must be at least 20000', type: 'invalid_request_error'}}));
  const to = server.settings({model: 'long-replies'});
  await expect(converse(to, {messages: ASK, maxTokens: 16_000}, never)).rejects.toMatchObject({kind: 'permanent'});
});
