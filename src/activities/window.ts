import type {ChatMessage} from '../case/attempt/conversation.ts';
import {type ElidableMessage, elideOldToolResults} from '../case/prompt/elide-tool-results.ts';
import {truncateMiddle} from '../case/prompt/wrap-untrusted.ts';
import {windowOf} from '../llm/converse.ts';
import type {ToolSpec} from '../llm/messages.ts';
import type {ModelSettings} from '../llm/settings.ts';
import {countRequest} from '../llm/tokens.ts';
import type {AskModelInput} from '../protocol/activities.ts';
import {FAILURES} from '../protocol/failure-types.ts';
import {finalFailure} from './context.ts';

/** Below it a single result of a tool may be most of the window. */
const SMALL_WINDOW = 32_000;

/**
 * Returns the conversation as it fits into the model's window together with its tools and the reply: old results elided, in a small window long
 * ones cut. Throws what ends the attempt if it cannot fit.
 */
export function withinWindow(
  settings: ModelSettings,
  conversation: readonly ChatMessage[],
  tools: readonly ToolSpec[] | undefined,
  {replyTokens: wanted, doubled = false}: Pick<AskModelInput, 'replyTokens' | 'doubled'>,
): {messages: ChatMessage[]; replyTokens: number} {
  const window = windowOf(settings);
  const replyTokens = Math.min(wanted, Math.floor(window / 4)) * (doubled ? 2 : 1);
  const cut = (message: ChatMessage): ChatMessage => (window < SMALL_WINDOW ? cutResult(message, window) : message);
  const room = {
    maxTokens: window - replyTokens - countRequest([], tools),
    count: (one: ElidableMessage) => countRequest([cut(one as ChatMessage)]),
  };
  const {messages, fits} = elideOldToolResults(conversation, room);
  if (fits) return {messages: messages.map(cut), replyTokens};
  throw finalFailure(
    FAILURES.contextTooLong,
    `The request does not fit into the ${window} tokens of ${settings.model}, even with old results left out. Use a model with a larger window, or set DP_HARNESS_CONTEXT_WINDOW if it has one.`,
  );
}

function cutResult(message: ChatMessage, chars: number): ChatMessage {
  if (message.role !== 'tool' || message.content === null || message.content.length <= chars) return message;
  return {...message, content: truncateMiddle(message.content, chars, 0.7)};
}
