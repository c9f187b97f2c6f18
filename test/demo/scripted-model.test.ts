import {type ChildProcess, spawn} from 'node:child_process';
import {once} from 'node:events';
import {connect} from 'node:net';
import {join} from 'node:path';
import {createInterface} from 'node:readline';
import {type ScriptedModel, startScriptedModel} from '../../src/demo/scripted-model.ts';
import {chat} from '../../src/llm/client.ts';
import {USUAL_PROTOCOL} from '../../src/llm/settings.ts';
import {installRoot} from '../../src/setup/paths.ts';
import {triageMessages} from './scripted-model/prompts.ts';

let server: ScriptedModel;
beforeAll(async () => {
  server = await startScriptedModel();
});
afterAll(() => server.close());

/** One that outlived a failed test would keep jest from ending. */
const children: ChildProcess[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

const post = (body: string): Promise<Response> => fetch(`${server.url}/v1/chat/completions`, {method: 'POST', body});

test('every answer identifies the model as a script', async () => {
  const models = await fetch(`${server.url}/v1/models`);
  expect(await models.json()).toMatchObject({data: [{id: 'scripted-demo'}]});
  const answer = await post(JSON.stringify({model: 'x', messages: triageMessages('devel/evloop')}));
  expect(await answer.json()).toMatchObject({
    object: 'chat.completion',
    model: 'scripted-demo',
    system_fingerprint: 'scripted',
    choices: [
      {index: 0, finish_reason: 'stop', message: {role: 'assistant', content: expect.stringContaining('## Classification')}},
    ],
  });
  for (const one of [models, answer]) expect(one.headers.get('x-portwright-scripted')).toBe('1');
});

test('the model client parses its answers: text, usage and reasoning', async () => {
  // A new server: what others sent it, and not this client, cannot be cached for this client.
  const model = await startScriptedModel();
  const settings = {
    purpose: 'triage',
    model: 'scripted-demo',
    baseUrl: `${model.url}/v1`,
    apiKey: '',
    timeoutMs: 10_000,
    ...USUAL_PROTOCOL,
  } as const;
  const request = {messages: triageMessages('net/wifimedia'), maxTokens: 4096};
  const reply = await chat(settings, request, new AbortController().signal);
  expect(reply).toMatchObject({finishReason: 'stop', model: 'scripted-demo', estimated: false});
  expect(reply.message.reasoning_content).toMatch(/script/);
  expect(reply.usage.prompt).toBeGreaterThan(1000);
  expect(reply.usage.reasoning).toBeGreaterThan(0);
  expect(reply.usage.completion).toBeGreaterThan(reply.usage.reasoning);
  const again = await chat(settings, request, new AbortController().signal);
  expect(again.usage.cached).toBe(again.usage.prompt);
  await model.close();
});

test('each answered request is listed', async () => {
  await post(JSON.stringify({messages: triageMessages('sysutils/dfwho')}));
  const {scripted, requests} = (await (await fetch(`${server.url}/requests`)).json()) as {scripted: boolean; requests: object[]};
  expect(scripted).toBe(true);
  expect(requests).toEqual(server.requests);
  expect(requests.at(-1)).toMatchObject({
    at: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
    purpose: 'triage',
    origin: 'sysutils/dfwho',
    turn: 0,
    attempt: 1,
    bytes: expect.any(Number),
  });
});

test.each([
  ['{', 400],
  ['{"messages": 3}', 400],
  [JSON.stringify({messages: [], stream: true}), 400],
  ['x'.repeat((8 << 20) + 1), 413],
])('an invalid request gets an error of the protocol (%#)', async (body, status) => {
  const answer = await post(body);
  expect(answer.status).toBe(status);
  expect(await answer.json()).toEqual({error: {message: expect.stringMatching(/\w/), type: 'invalid_request_error'}});
});

test('another path is not found', async () => {
  expect((await fetch(`${server.url}/v1/embeddings`)).status).toBe(404);
});

test('a port in use is an error', async () => {
  await expect(startScriptedModel({port: Number(new URL(server.url).port)})).rejects.toThrow('EADDRINUSE');
});

test('as a separate process it prints its URL, survives a client that disconnects, and ends by a signal', async () => {
  const main = join(installRoot(), 'src/demo/scripted-model-main.ts');
  const child = spawn(process.execPath, [main, '0'], {stdio: ['ignore', 'pipe', 'inherit']});
  children.push(child);
  const [url] = (await once(createInterface(child.stdout), 'line')) as [string];
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  await once(socket, 'connect');
  socket.write('POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\ncontent-length: 1000\r\nexpect: 100-continue\r\n\r\n{"mess');
  await once(socket, 'data');
  socket.resetAndDestroy();
  await once(socket, 'close');
  for (let asked = 0; asked < 3; asked += 1)
    expect((await fetch(`${url}/v1/models`)).headers.get('x-portwright-scripted')).toBe('1');
  child.kill('SIGTERM');
  expect(await once(child, 'exit')).toEqual([0, null]);
});
