import type {ServerResponse} from 'node:http';
import type {ChatMessage} from '../../src/case/attempt/conversation.ts';
import {countTokens} from '../../src/llm/tokens.ts';
import {json, type Seen} from '../llm/server.ts';

/** Usage that a server reports, by the true counts. */
type Lie = (prompt: number, completion: number) => unknown;

const cachedAs = (cached_tokens: number) => ({prompt_tokens_details: {cached_tokens}});

/** Reports of usage that are far from the truth. */
export const LIES: Readonly<Record<string, Lie>> = {
  zero: () => ({prompt_tokens: 0, completion_tokens: 0, total_tokens: 0, cost: 0}),
  one: () => ({prompt_tokens: 1, completion_tokens: 1}),
  cached: (prompt, completion) => ({prompt_tokens: prompt, completion_tokens: completion, ...cachedAs(prompt)}),
  'nearly-cached': (prompt, completion) => ({prompt_tokens: prompt, completion_tokens: completion, ...cachedAs(prompt - 1)}),
  'cached-beyond': (prompt, completion) => ({prompt_tokens: prompt, completion_tokens: completion, ...cachedAs(9e15)}),
  tenth: (prompt, completion) => ({prompt_tokens: Math.floor(prompt / 10), completion_tokens: completion}),
  huge: () => ({prompt_tokens: 9e15, completion_tokens: 9e15}),
  'huge-total': (prompt, completion) => ({prompt_tokens: prompt, completion_tokens: completion, total_tokens: 9e15}),
  negative: () => ({prompt_tokens: -1e6, completion_tokens: -1e6}),
  fraction: () => ({prompt_tokens: 0.1, completion_tokens: 0.1}),
  text: () => ({prompt_tokens: '0', completion_tokens: '0'}),
  infinite: () => ({prompt_tokens: '1e999', completion_tokens: 1e300}),
  contradiction: (prompt, completion) => ({prompt_tokens: prompt, completion_tokens: completion, total_tokens: 1}),
  reasoning: (prompt, completion) => ({
    prompt_tokens: prompt,
    completion_tokens: completion,
    completion_tokens_details: {reasoning_tokens: 9e15},
  }),
};

/** True tokens of requests and replies, counted by the server stand-in; no cache. */
export class TrueCount {
  tokens = 0;
  calls = 0;
  /** The largest call. */
  most = 0;

  /** Counts a call, and answers it with `content` and the lie. */
  answer(response: ServerResponse, seen: Seen, request: Parameters<ReturnType<typeof json>>[2], lie: Lie, content: string): void {
    const {messages, tools} = seen.body as {messages: ChatMessage[]; tools?: unknown[]};
    const prompt =
      countTokens(messages.map((message) => message.content).join('\n')) + countTokens(tools ? JSON.stringify(tools) : '');
    const completion = countTokens(content);
    this.tokens += prompt + completion;
    this.most = Math.max(this.most, prompt + completion);
    this.calls += 1;
    const choices = [{message: {role: 'assistant', content}, finish_reason: 'stop'}];
    json(200, {model: 'liar', choices, usage: lie(prompt, completion)})(response, seen, request);
  }
}
