import type {ChatMessage} from '../../case/attempt/conversation.ts';
import {countTokens} from '../../llm/tokens.ts';

/** Token usage in the chat-completions protocol. */
export interface WireUsage {
  readonly prompt_tokens: number;
  readonly completion_tokens: number;
  readonly total_tokens: number;
  readonly prompt_tokens_details: {readonly cached_tokens: number};
  readonly completion_tokens_details: {readonly reasoning_tokens: number};
}

/** Size of the simulated prefix cache, in requests. */
const MAX_CACHED_REQUESTS = 30;

/** Counts tokens as a server with a prefix cache does: the prefix that a request shares with an earlier one is cached. */
export class UsageMeter {
  readonly #earlier: string[] = [];

  count(
    request: {readonly messages: readonly ChatMessage[]; readonly tools?: readonly unknown[]},
    reply: ChatMessage,
  ): WireUsage {
    const sent = [JSON.stringify(request.tools ?? []), ...request.messages.map((one) => JSON.stringify(one))].join('\n');
    const shared = Math.max(0, ...this.#earlier.map((earlier) => commonPrefix(earlier, sent)));
    this.#earlier.push(sent);
    this.#earlier.splice(0, this.#earlier.length - MAX_CACHED_REQUESTS);
    const prompt_tokens = countTokens(sent);
    const completion_tokens = countTokens(JSON.stringify(reply));
    const cached_tokens = Math.min(prompt_tokens, countTokens(sent.slice(0, shared)));
    const reasoning_tokens = Math.min(completion_tokens, countTokens(reply.reasoning_content ?? ''));
    return {
      prompt_tokens,
      completion_tokens,
      total_tokens: prompt_tokens + completion_tokens,
      prompt_tokens_details: {cached_tokens},
      completion_tokens_details: {reasoning_tokens},
    };
  }
}

function commonPrefix(a: string, b: string): number {
  let length = 0;
  while (length < a.length && length < b.length && a[length] === b[length]) length += 1;
  return length;
}
