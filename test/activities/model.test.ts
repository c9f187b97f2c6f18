import {mkdir, mkdtemp, rm, writeFile} from 'node:fs/promises';
import {createServer, type Server} from 'node:http';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {MockActivityEnvironment} from '@temporalio/testing';
import {DefaultLogger} from '@temporalio/worker';
import type {AskModelInput, ModelTurn} from '../../src/activities/api.ts';
import type {WorkerContext} from '../../src/activities/context.ts';
import {append, readConversation} from '../../src/activities/conversation.ts';
import {modelActivities} from '../../src/activities/model.ts';
import {type ScriptedModel, startScriptedModel} from '../../src/demo/scripted-model.ts';
import {RecordStore} from '../../src/evidence/store.ts';
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

function ask(input: Partial<AskModelInput>, base = `${model.url}/v1`) {
  const env = {DP_HARNESS_TRIAGE_MODEL: 'scripted-demo', DP_HARNESS_TRIAGE_API_BASE: base};
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

async function answering(status: number, headers: Record<string, string>, work: (base: string) => Promise<void>): Promise<void> {
  const server: Server = createServer((_request, response) =>
    response.writeHead(status, headers).end('{"error":{"message":"words of the provider"}}'),
  );
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  await work(`http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}/v1`).finally(() => server.close());
}

test('a refusal for good says the provider’s words and is not repeated', async () => {
  await answering(401, {}, async (base) => {
    await expect(ask({}, base)).rejects.toMatchObject({
      type: 'ModelRefused',
      nonRetryable: true,
      message: expect.stringContaining('words of the provider'),
    });
  });
});

test('a provider that asks for time gets it, at most an hour', async () => {
  await answering(429, {'retry-after': '7'}, async (base) => {
    await expect(ask({}, base)).rejects.toMatchObject({type: 'ModelUnavailable', nonRetryable: false, nextRetryDelay: 7000});
  });
  await answering(503, {'retry-after': '999999'}, async (base) => {
    await expect(ask({}, base)).rejects.toMatchObject({type: 'ModelUnavailable', nextRetryDelay: 3_600_000});
  });
});

test('without a model the case is told so, before anything is asked', async () => {
  const none = modelActivities({env: {}, roots: [root], client: undefined as never, taskQueue: 'q'});
  expect(await none.findModel('triage', POLICY)).toContain('DP_HARNESS_TRIAGE_MODEL');
});
