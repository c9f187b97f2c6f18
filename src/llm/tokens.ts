import {createRequire} from 'node:module';
import {LRUCache} from 'lru-cache';
import type {ChatMessage} from '../case/attempt/conversation.ts';
import {type ToolSpec, wireTools} from './messages.ts';

/** Text is counted in slices of so many characters: one run of 200,000 equal letters takes the tokenizer 10 s at once, 50 ms in slices. */
const SLICE = 512;

/** Tokens that every message costs for its role and separators. */
const PER_MESSAGE = 4;

/** Tokens that start the reply. */
const PER_REQUEST = 3;

/** What chat templates add around tools, in tokens: a real server's count of two small tools was 92 above ours. */
const AROUND_TOOLS = 100;

/** How much dearer the JSON of tools is for other models than for the tokenizer used here: with 15 tools the count fell 2 % short. */
const TOOLS_FACTOR = 1.1;

/** Counts of requests are raised by this factor, since models other than OpenAI's split text differently. */
export const MARGIN = 1.1;

/** Markers such as `<|endoftext|>` in a log are plain text. */
const PLAIN = {disallowedSpecial: new Set<string>()};

/** Counts by text, of 8 million characters in all: each turn of an attempt sends what the one before it sent. */
const counts = new LRUCache<string, number>({maxSize: 8 << 20, sizeCalculation: (_count, text) => text.length});

type Tokenizer = Pick<typeof import('gpt-tokenizer'), 'countTokens'>;

let loaded: Tokenizer | undefined;

/** Loads the tokenizer at the first count: its 200,000 tokens take a third of a worker's start. */
function tokenizer(): Tokenizer {
  loaded ??= createRequire(import.meta.url)('gpt-tokenizer') as Tokenizer;
  return loaded;
}

/**
 * Tokens of a text by OpenAI's o200k_base, at most 1 % too many because of the slices. Other models' counts
 * differ by 10 to 20 % in either way; the server's `usage` is what a budget is corrected by.
 */
export function countTokens(text: string): number {
  if (text.length <= SLICE) return countSlices(text);
  const known = counts.get(text);
  if (known !== undefined) return known;
  const count = countSlices(text);
  counts.set(text, count);
  return count;
}

function countSlices(text: string): number {
  let count = 0;
  for (let at = 0; at < text.length; at += SLICE) count += tokenizer().countTokens(text.slice(at, at + SLICE), PLAIN);
  return count;
}

/** Tokens of a complete request with its tools, raised by `MARGIN` and rounded up: what to reserve before a call. */
export function countRequest(messages: readonly ChatMessage[], tools: readonly ToolSpec[] = []): number {
  const inMessages = messages.reduce((sum, message) => sum + PER_MESSAGE + countMessage(message), PER_REQUEST);
  const offered = tools.length === 0 ? 0 : AROUND_TOOLS + countTokens(JSON.stringify(wireTools(tools))) * TOOLS_FACTOR;
  return Math.ceil((inMessages + offered) * MARGIN);
}

/** Tokens of one message, tool calls and reasoning included. */
function countMessage(message: ChatMessage): number {
  const calls = message.tool_calls ? JSON.stringify(message.tool_calls) : '';
  return [message.content, message.reasoning_content, message.tool_call_id, calls].reduce(
    (sum, text) => sum + countTokens(text ?? ''),
    0,
  );
}
