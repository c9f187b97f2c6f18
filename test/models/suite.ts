/** Real small models on this machine, opt-in by `npm run test:models`: they classify and call tools; none of them repairs a port. */
import assert from 'node:assert/strict';
import {after, before, describe, test} from 'node:test';
import {openAiTools} from '../../src/devenv/tools/index.ts';
import {converse} from '../../src/llm/converse.ts';
import {ModelError} from '../../src/llm/model-error.ts';
import {type ModelSettings, USUAL_PROTOCOL} from '../../src/llm/settings.ts';
import {type LocalModel, QWEN, SMOLLM, startModel} from './models.ts';

const MINUTES = 60_000;

function settings(model: LocalModel, over: Partial<ModelSettings> = {}): ModelSettings {
  return {purpose: 'patch', model: 'local', baseUrl: model.url, apiKey: '', timeoutMs: 20 * MINUTES, ...USUAL_PROTOCOL, ...over};
}

const signal = new AbortController().signal;
const tools = openAiTools().filter((one) => ['get_file', 'list_dir'].includes(one.name));
const messages = [
  {role: 'system', content: 'You repair ports by calling tools. Call one tool now.'},
  {role: 'user', content: 'Read the file /work/DeltaPorts/ports/net/foo/Makefile.DragonFly.'},
] as const;

describe('Qwen2.5-Coder-1.5B', {timeout: 40 * MINUTES}, () => {
  let model: LocalModel;
  before(async () => {
    model = await startModel(QWEN, 4096);
  });
  after(() => model.stop());

  for (const mode of ['text', 'auto'] as const) {
    test(`calls a tool, offered as ${mode}`, async () => {
      const reply = await converse(settings(model, {tools: mode, model: mode}), {messages, tools, maxTokens: 200}, signal);
      const [call] = reply.message.tool_calls ?? [];
      assert.equal(call?.function.name, 'get_file');
      assert.match(call?.function.arguments ?? '', /Makefile\.DragonFly/);
      assert.ok(reply.usage.prompt > 100);
    });
  }

  test('reports its window when a request is too long for it', async () => {
    const long = [{role: 'user', content: 'word '.repeat(6000)}] as const;
    await assert.rejects(converse(settings(model), {messages: long, maxTokens: 10}, signal), (error: ModelError) => {
      assert.ok(error instanceof ModelError);
      assert.deepEqual([error.kind, error.window], ['context-too-long', 4096]);
      return true;
    });
  });
});

describe('SmolLM2, which does not support tools', {timeout: 20 * MINUTES}, () => {
  let model: LocalModel;
  before(async () => {
    model = await startModel(SMOLLM, 4096);
  });
  after(() => model.stop());

  test('answers all the same, with its usage', async () => {
    const reply = await converse(settings(model, {tools: 'text'}), {messages, tools, maxTokens: 40}, signal);
    assert.ok(String(reply.message.content ?? reply.message.tool_calls?.[0]?.function.name).length > 0);
    assert.equal(reply.estimated, false);
  });
});
