import type {ChatMessage} from '../case/attempt/conversation.ts';
import type {CountedCall, TextSize} from '../case/budget/reported-usage.ts';
import {type ToolSpec, wireTools} from './messages.ts';
import {SentPrefixes} from './sent-prefixes.ts';
import {countRequest, countTokens} from './tokens.ts';

/** What was sent to a model server. */
export interface SentRequest {
  readonly messages: readonly ChatMessage[];
  readonly tools?: readonly ToolSpec[];
  readonly maxTokens: number;
  /** An earlier try may have sent the same request. */
  readonly isRetry?: boolean;
}

const sent = new SentPrefixes();

/**
 * Returns our own count of an answered call, and remembers its request.
 *
 * A cache may have everything up to the last reply in the conversation, the tools, a system prompt at the start, and whatever
 * this process sent to the same server before, in any conversation.
 *
 * @param server address and model
 */
export function countCall(server: string, request: SentRequest, reply: ChatMessage): CountedCall {
  const {messages, tools = [], maxTokens, isRetry = false} = request;
  const texts = messages.map(textOf);
  const text = texts.join('');
  const offer = tools.length === 0 ? '' : JSON.stringify(wireTools(tools));
  const offered = sizeOf(offer);
  // Servers render tools before the messages, so that a cache has nothing of a request with other tools.
  const serverAndTools = `${server}\n${offer}`;
  const repeated = sent.knownLength(serverAndTools, text);
  const known = Math.max(lengthOf(texts.slice(0, answeredMessages(messages))), sent.knownLength(server, text));
  sent.add(server, text);
  sent.add(serverAndTools, text);
  const inMessages = sizeOf(text);
  return {
    prompt: countRequest(messages, tools),
    sent: {tokens: inMessages.tokens + offered.tokens / 2, bytes: inMessages.bytes + Math.floor(offered.bytes / 2)},
    fresh: sizeOf(text.slice(known)),
    repeated: repeated === 0 ? 0 : 1 - countTokens(text.slice(repeated)) / (inMessages.tokens + offered.tokens),
    reply: replySize(reply),
    replyLimit: maxTokens,
    isRetry,
  };
}

/** Number of messages that the server has seen for certain: up to the last reply, or a system prompt that other cases share. */
function answeredMessages(messages: readonly ChatMessage[]): number {
  const last = messages.findLastIndex(({role}) => role === 'assistant');
  return last >= 0 ? last + 1 : messages[0]?.role === 'system' ? 1 : 0;
}

/** Text of a message without its reasoning. */
function textOf({content, tool_calls = []}: ChatMessage): string {
  return `${content ?? ''}${callsText(tool_calls)}\n`;
}

function replySize({content, reasoning_content = '', tool_calls = []}: ChatMessage): TextSize {
  return sizeOf(`${content ?? ''}${reasoning_content}${callsText(tool_calls)}`);
}

function callsText(calls: NonNullable<ChatMessage['tool_calls']>): string {
  return calls.map((call) => `${call.function.name}${call.function.arguments}`).join('');
}

function lengthOf(texts: readonly string[]): number {
  return texts.reduce((sum, text) => sum + text.length, 0);
}

function sizeOf(text: string): TextSize {
  return {tokens: countTokens(text), bytes: Buffer.byteLength(text)};
}
