import {readFileSync} from 'node:fs';
import {countTokens as cl100k} from 'gpt-tokenizer/encoding/cl100k_base';
import {countTokens as o200k} from 'gpt-tokenizer/encoding/o200k_base';
import {countTokens as r50k} from 'gpt-tokenizer/encoding/r50k_base';
import type {ChatMessage} from '../../src/case/attempt/conversation.ts';
import {chat} from '../../src/llm/client.ts';
import {lieAboutUsage} from '../support/hostile/usage.ts';
import {completion, json, ModelServer} from './server.ts';

const server = new ModelServer();
beforeAll(() => server.start());
afterAll(() => server.stop());

const own = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
const TEXTS = {
  code: own('src/llm/client.ts'),
  shell: own('hooks/hook_evidence.sh'),
  prose: own('THREATS.md'),
  json: own('policy/policy.schema.json'),
  log: 'cc -O2 -pipe -c foo.c -o foo.o\nfoo.c:12:8: error: use of undeclared identifier IFM_IEEE80211_11A\n'.repeat(80),
  chinese: '编译失败：找不到头文件，请检查移植版的补丁和依赖关系。'.repeat(100),
  japanese: 'ビルドに失敗しました。ヘッダーファイルが見つかりません。'.repeat(100),
  blanks: `${' '.repeat(70)}|\n`.repeat(100),
};
/** r50k has a token for each blank, which no server of today has. */
const TOKENIZERS = {o200k, cl100k, r50k};
const cases = Object.entries(TEXTS).flatMap(([name, text]) =>
  Object.entries(name === 'blanks' ? {o200k, cl100k} : TOKENIZERS).map(
    ([tokenizer, countOf]) => [name, tokenizer, text, countOf] as const,
  ),
);

test.each(cases)('an honest count of %s by %s counts as it is', async (name, tokenizer, text, countOf) => {
  const content = text.slice(0, 4_000);
  const usage = {prompt_tokens: countOf(text), completion_tokens: countOf(content)};
  server.script(json(200, completion({content}, {usage})));
  const messages = [{role: 'user' as const, content: text}];
  const reply = await chat(
    server.settings({model: `${name}-${tokenizer}`}),
    {messages, maxTokens: 4_000},
    new AbortController().signal,
  );
  expect(reply.implausible).toBeUndefined();
  expect(reply).toMatchObject({estimated: false, usage: {prompt: usage.prompt_tokens, completion: usage.completion_tokens}});
});

/** Asks with all of the prompt cached. */
async function allCached(messages: readonly ChatMessage[], model: string, isRetry = false) {
  const prompt = messages.reduce((sum, {content}) => sum + o200k(content ?? ''), 0);
  const usage = {prompt_tokens: prompt, completion_tokens: 5, prompt_tokens_details: {cached_tokens: prompt}};
  server.script(json(200, completion({content: 'a patch'}, {usage})));
  return chat(server.settings({model}), {messages, maxTokens: 500, isRetry}, new AbortController().signal);
}

test('a cache may have what was sent before in any conversation, and never what is new', async () => {
  const system = {role: 'system' as const, content: TEXTS.prose};
  const first = {role: 'user' as const, content: TEXTS.log};
  const answer = {role: 'assistant' as const, content: 'a patch'};
  expect((await allCached([system], 'a')).implausible).toBeUndefined();
  expect((await allCached([system, first], 'a')).implausible).toMatch(/from a cache, but \d+ bytes were sent for the first time/);
  expect((await allCached([system, first], 'a')).implausible).toBeUndefined();
  expect((await allCached([system, first, answer], 'a')).implausible).toBeUndefined();
  expect((await allCached([system, first, answer, {role: 'user', content: TEXTS.shell}], 'a')).implausible).toBeDefined();
  expect((await allCached([system, first], 'b')).implausible).toBeDefined();
});

test('a retry may be cached to its end; its new part counts nevertheless', async () => {
  const {usage, implausible, estimated} = await allCached([{role: 'user', content: TEXTS.json}], 'c', true);
  expect([implausible, estimated]).toEqual([undefined, true]);
  expect(usage.prompt - usage.cached).toBeGreaterThan(usage.prompt / 3);
});

test('of 60 lies none counts beyond the bounds', async () => {
  const judged = await lieAboutUsage(1, 60);
  expect(judged.filter(({verdict}) => verdict !== 'refused')).toEqual([]);
  expect(judged).toHaveLength(60);
});
