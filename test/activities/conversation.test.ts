import {mkdtemp, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {append} from '../../src/activities/conversation.ts';
import {argumentsOf, callDigest} from '../../src/activities/tools.ts';
import {sessionLines} from '../../src/case/attempt/session.ts';
import {readConversation} from '../../src/evidence/conversation.ts';
import {RecordStore} from '../../src/evidence/store.ts';

let root: string;
let store: RecordStore;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'portwright-records-'));
  store = new RecordStore(root);
});
afterAll(() => rm(root, {recursive: true}));

const usage = {prompt: 100, cached: 60, completion: 9, reasoning: 2, cost: 0};

async function talk(): Promise<string> {
  const opened = await append(store, null, [
    {message: {role: 'system', content: 'rules'}},
    {message: {role: 'user', content: 'x'.repeat(2000)}},
  ]);
  const calls = [{id: 'c1', type: 'function' as const, function: {name: 'dsynth_build', arguments: '{"origin":"net/foo"}'}}];
  const asked = await append(store, opened, [
    {
      message: {role: 'assistant', content: null, tool_calls: calls, reasoning_content: 'hm'},
      call: {model: 'm', usage, estimated: false, finishReason: 'tool_calls', sent: 2},
    },
  ]);
  const content = JSON.stringify({ok: false, rc: 1, stdout_tail: `${'o'.repeat(700)}END`});
  return append(store, asked, [{message: {role: 'tool', tool_call_id: 'c1', content}, tool: {name: 'dsynth_build', ok: false}}]);
}

test('a conversation is read back in order, and appending it again gives the same records', async () => {
  const last = await talk();
  const nodes = await readConversation(store, last);
  expect(nodes.map((node) => node.message.role)).toEqual(['system', 'user', 'assistant', 'tool']);
  expect(nodes[2]?.call?.usage).toEqual(usage);
  expect(await talk()).toBe(last);
});

test('the session has the existing system’s keys and lengths, with the cached part added', async () => {
  const lines = sessionLines(2, await readConversation(store, await talk())).map((line) => JSON.parse(line));
  expect(lines).toHaveLength(2);
  expect(lines[0]).toMatchObject({
    version: 1,
    kind: 'llm_call',
    attempt: 2,
    turn: 1,
    model: 'm',
    n_messages: 2,
    response: {
      tool_calls: [{id: 'c1', name: 'dsynth_build'}],
      usage: {prompt: 100, cached: 60, completion: 9, total: 109},
      reasoning_content: 'hm',
    },
  });
  expect(lines[0].messages_preview.at(-1).content).toHaveLength(800);
  expect(lines[1]).toMatchObject({
    kind: 'tool_dispatch',
    tool: 'dsynth_build',
    arguments: {origin: 'net/foo'},
    result_keys: ['ok', 'rc', 'stdout_tail'],
    ok: false,
  });
  expect(lines[1].stdout_tail).toHaveLength(600);
  expect(lines[1].stdout_tail).toMatch(/END$/);
});

test('the conversation with a reviewer is labelled', async () => {
  const nodes = await readConversation(store, await talk());
  const [line] = sessionLines(2, nodes, 'review').map((one) => JSON.parse(one));
  expect(line).toMatchObject({kind: 'llm_call', attempt: 2, turn: 1, purpose: 'review'});
  expect(JSON.parse(sessionLines(2, nodes)[0] ?? '')).not.toHaveProperty('purpose');
});

test.each(['', '../../etc/passwd', 'A'.repeat(64), `${'a'.repeat(63)}/`])('%j is no record', (id) => {
  expect(() => store.path(id)).toThrow(/64 lower-case hex digits; got/);
});

test('the same call is the same whatever the order of its keys', () => {
  expect(callDigest('grep', {path: '/work', pattern: 'x'})).toBe(callDigest('grep', {pattern: 'x', path: '/work'}));
  expect(callDigest('grep', {path: '/work', pattern: 'y'})).not.toBe(callDigest('grep', {path: '/work', pattern: 'x'}));
  expect(callDigest('get_file', {path: '/work'})).not.toBe(callDigest('list_dir', {path: '/work'}));
});

test('invalid JSON arguments are passed on as the contract requires', () => {
  expect(argumentsOf('{"path":"/work"}')).toEqual({path: '/work'});
  expect(argumentsOf('')).toEqual({});
  expect(argumentsOf('{"path":')).toEqual({_raw: '{"path":'});
});
