import {createServer} from 'node:net';
import type {ChatMessage} from '../../src/case/attempt/conversation.ts';
import {chat} from '../../src/llm/client.ts';
import {ModelError} from '../../src/llm/model-error.ts';
import {completion, json, ModelServer} from './server.ts';

const server = new ModelServer();
const ASK: readonly ChatMessage[] = [{role: 'user', content: 'What failed?'}];
const never = new AbortController().signal;

beforeAll(() => server.start());
afterAll(() => server.stop());

function ask(over: object = {}, settings: object = {}) {
  return chat(server.settings(settings), {messages: ASK, maxTokens: 500, ...over}, never);
}

async function failure(promise: Promise<unknown>): Promise<ModelError> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof ModelError)) throw new Error(`Expected a ModelError; got ${String(error)}.`);
  return error;
}

describe('a reply', () => {
  test('has the text, why it ended, the server’s model and its usage', async () => {
    const usage = {
      prompt_tokens: 100,
      completion_tokens: 20,
      prompt_tokens_details: {cached_tokens: 64},
      completion_tokens_details: {reasoning_tokens: 7},
    };
    server.script(json(200, completion({content: 'a patch', reasoning_content: 'hm'}, {usage})));
    const reply = await ask();
    expect(reply).toEqual({
      message: {role: 'assistant', content: 'a patch', reasoning_content: 'hm'},
      finishReason: 'stop',
      usage: {prompt: 100, cached: 64, completion: 20, reasoning: 7},
      model: 'small-2',
      estimated: false,
    });
    expect(server.seen[0]).toMatchObject({
      url: '/v1/chat/completions',
      authorization: 'Bearer sk-secret-0123456789',
      body: {model: 'small', max_tokens: 500, messages: ASK},
    });
    expect(server.seen[0]?.body).not.toHaveProperty('tools');
  });

  test('without usage is counted', async () => {
    server.script(json(200, completion({content: 'one two three'}, {usage: undefined})));
    const reply = await ask();
    expect(reply.estimated).toBe(true);
    expect(reply.usage.prompt).toBeGreaterThan(5);
    expect(reply.usage.completion).toBe(3);
  });

  test('has tool calls with unique ids and arguments as text, and the complete conversation is sent back', async () => {
    const call = {type: 'function', function: {name: 'grep', arguments: '{"pattern":"x"}'}};
    const calls = [
      {...call, id: 'a'},
      {...call, id: 'a'},
      {type: 'function', function: {name: 'extract', arguments: {origin: 'a/b'}}},
    ];
    server.script(
      json(200, completion({content: null, reasoning_content: 'look', tool_calls: calls})),
      json(200, completion({})),
    );
    const tools = [{name: 'grep', description: 'Search.', parameters: {type: 'object', properties: {}}}];
    const {message} = await ask({tools, user: 'port:@2026Q2:a/b'});
    expect(message.content).toBeNull();
    expect(new Set(message.tool_calls?.map(({id}) => id)).size).toBe(3);
    expect(message.tool_calls?.[2]?.function).toEqual({name: 'extract', arguments: '{"origin":"a/b"}'});
    const result: ChatMessage = {role: 'tool', content: '{"ok":true}', tool_call_id: 'a'};
    await ask({messages: [...ASK, message, result], tools, toolChoice: 'none'});
    expect(server.seen[0]?.body).toMatchObject({
      user: 'port:@2026Q2:a/b',
      tool_choice: 'auto',
      tools: [{function: {name: 'grep'}}],
    });
    expect(server.seen[1]?.body).toMatchObject({tool_choice: 'none', messages: [ASK[0], {reasoning_content: 'look'}, result]});
  });

  test('is requested with max_completion_tokens where the server requires that', async () => {
    const refusal = {message: "Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens' instead.", param: 'max_tokens'};
    server.script(json(400, {error: refusal}), json(200, completion({content: 'ok'})));
    expect((await ask()).message.content).toBe('ok');
    expect(server.seen[1]?.body).toMatchObject({max_completion_tokens: 500});
    expect(server.seen[1]?.body).not.toHaveProperty('max_tokens');
  });

  test('is requested without an Authorization header when there is no key', async () => {
    server.script(json(200, completion({content: 'ok'})));
    await ask({}, {apiKey: ''});
    expect(server.seen[0]?.authorization).toBeUndefined();
  });
});

describe('a status', () => {
  test.each([408, 409, 429, 500, 502, 503, 529])('%i is transient, and asked only once', async (status) => {
    server.script(json(status, {error: {message: 'busy'}}));
    const error = await failure(ask());
    expect(error).toMatchObject({kind: 'transient', retryable: true, status, provider: 'busy'});
    expect(server.seen).toHaveLength(1);
  });

  test.each([400, 401, 402, 403, 404, 422])('%i is permanent', async (status) => {
    server.script(json(status, {error: {message: 'no'}}));
    expect(await failure(ask())).toMatchObject({kind: 'permanent', retryable: false, status});
  });

  test('429 for an empty account stays transient', async () => {
    server.script(json(429, {error: {message: 'You exceeded your quota', code: 'insufficient_quota'}}));
    expect((await failure(ask())).kind).toBe('transient');
  });

  test.each([
    {code: 'context_length_exceeded', message: 'too long'},
    {code: 400, type: 'exceed_context_size_error', message: 'request (9000 tokens)', n_prompt_tokens: 9000, n_ctx: 8192},
    {code: 400, type: 'BadRequestError', message: "This model's maximum context length is 8192 tokens."},
  ])('400 with $type $code is context-too-long', async (error) => {
    server.script(json(400, {error}));
    expect(await failure(ask())).toMatchObject({kind: 'context-too-long', retryable: false});
  });

  test('contains at most 500 characters of the provider’s message, and never the key', async () => {
    server.script(json(401, {error: {message: `Bad key sk-secret-0123456789, not sk-abcdefghijkl\u0007\n${'x'.repeat(900)}`}}));
    const error = await failure(ask());
    expect(error.provider).toHaveLength(500);
    expect(error.provider.startsWith('Bad key [key], not [key] xxx')).toBe(true);
    expect(JSON.stringify([error.message, error.stack, error])).not.toContain('sk-secret');
  });

  test('302 is not followed', async () => {
    server.script(json(302, '', {location: '/elsewhere'}));
    expect(await failure(ask())).toMatchObject({kind: 'permanent', status: 302});
    expect(server.seen).toHaveLength(1);
  });
});

describe('Retry-After', () => {
  const wait = async (headers: Record<string, string>, over: object = {}) => {
    server.script(json(429, {error: {message: 'slow down'}}, headers));
    return (await failure(ask(over))).retryAfterMs;
  };

  test('is read as seconds, ms and a date', async () => {
    expect(await wait({'retry-after': '7'})).toBe(7000);
    expect(await wait({'retry-after': '7', 'retry-after-ms': '1500'})).toBe(1500);
    const date = await wait({'retry-after': new Date(Date.now() + 60_000).toUTCString()});
    expect(date).toBeGreaterThan(50_000);
    expect(date).toBeLessThanOrEqual(60_000);
    expect(await wait({'retry-after': 'Thu, 01 Jan 1970 00:00:00 GMT'})).toBe(0);
  });

  test('is capped, and left out when it cannot be read', async () => {
    expect(await wait({'retry-after': '999999'})).toBe(3_600_000);
    expect(await wait({'retry-after': '60'}, {maxRetryAfterMs: 5000})).toBe(5000);
    expect(await wait({'retry-after': 'soon'})).toBeUndefined();
    expect(await wait({})).toBeUndefined();
  });
});

describe('a 200 without a valid reply', () => {
  test.each([
    ['broken JSON', '{"choices": [', 'application/json'],
    ['HTML', '<html>Bad gateway</html>', 'text/html'],
    ['an empty body', '', 'application/json'],
    ['no choices', '{"choices": []}', 'application/json'],
    ['an error object', '{"error": {"message": "overloaded"}}', 'application/json'],
  ])('%s is malformed', async (_name, body, type) => {
    server.script(json(200, body, {'content-type': type}));
    expect(await failure(ask())).toMatchObject({kind: 'malformed', retryable: true, status: 200});
  });
});

describe('the connection', () => {
  test('refused is transient', async () => {
    const free = createServer();
    await new Promise<void>((resolve) => free.listen(0, '127.0.0.1', resolve));
    const {port} = free.address() as {port: number};
    await new Promise((resolve) => free.close(resolve));
    const error = await failure(ask({}, {baseUrl: `http://127.0.0.1:${port}/v1`}));
    expect(error).toMatchObject({kind: 'transient'});
    expect(error.message).toMatch(/127\.0\.0\.1:\d+ cannot be reached.*ECONNREFUSED/);
  });

  test('cut within the body is transient', async () => {
    server.script((response) => {
      response.writeHead(200, {'content-type': 'application/json', 'content-length': '1000'});
      response.write('{"choices":', () => response.destroy());
    });
    expect((await failure(ask())).kind).toBe('transient');
  });

  test('silent before or after the headers runs into the time limit', async () => {
    server.script(() => undefined);
    const error = await failure(ask({}, {timeoutMs: 80}));
    expect(error).toMatchObject({kind: 'transient'});
    expect(error.message).toMatch(/did not finish its reply in 0.08 s/);
    server.script((response) => response.writeHead(200, {'content-type': 'application/json'}).write('{'));
    expect((await failure(ask({}, {timeoutMs: 80}))).message).toMatch(/did not finish/);
  });

  test('is closed at once when the caller aborts, and the reason is thrown', async () => {
    const abort = new AbortController();
    const reason = new Error('escalated');
    const closed = new Promise<void>((resolve) => {
      server.script((_response, _seen, request) => {
        request.socket.once('close', () => resolve());
        abort.abort(reason);
      });
    });
    await expect(chat(server.settings(), {messages: ASK, maxTokens: 10}, abort.signal)).rejects.toBe(reason);
    await closed;
  });
});
