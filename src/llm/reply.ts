import type {ChatMessage, ToolCall} from '../case/attempt/conversation.ts';
import {boundedCall, jsonText, MOST_CALLS} from './calls.ts';
import {ModelError, providerMessage} from './model-error.ts';

/** The parts of a chat completion that are read; everything else a server adds is dropped. */
export interface ReadReply {
  readonly message: ChatMessage;
  /** `stop`, `length`, `tool_calls`, `content_filter`, or `unknown` where the server sends none. */
  readonly finishReason: string;
  /** What the server reported, unchecked: whatever it sent as `usage`. */
  readonly usage: unknown;
  readonly model: string | undefined;
}

const MOST_ID_CHARS = 128;

type Fields = Readonly<Record<string, unknown>>;

/** Reads the body of a 200. Throws a `malformed` ModelError for anything that is not a chat completion. */
export function readReply(body: unknown, key: string): ReadReply {
  const choices = fields(body).choices;
  const choice = fields(Array.isArray(choices) ? choices[0] : undefined);
  if (typeof choice.message !== 'object' || choice.message === null) throw notAReply(body, key);
  const finish = choice.finish_reason;
  return {
    message: readMessage(fields(choice.message)),
    finishReason: typeof finish === 'string' && finish !== '' ? finish : 'unknown',
    usage: fields(body).usage,
    model: text(fields(body).model),
  };
}

function notAReply(body: unknown, key: string): ModelError {
  const excerpt = providerMessage(typeof body === 'string' ? body : (jsonText(body) ?? 'an empty body'), key);
  return new ModelError('malformed', `The model server answered 200, but not with a chat completion: ${excerpt}`, {
    status: 200,
    provider: excerpt,
  });
}

function readMessage(message: Fields): ChatMessage {
  const calls = readCalls(message.tool_calls);
  const reasoning = textOf(message.reasoning_content);
  return {
    role: 'assistant',
    content: textOf(message.content) ?? (calls.length === 0 ? '' : null),
    ...(calls.length === 0 ? {} : {tool_calls: calls}),
    reasoning_content: reasoning,
  };
}

/** A reply has some KB; a server that ignores the limit of a reply must not fill prompts and records. */
const MOST_CHARS = 1_000_000;

function textOf(value: unknown): string | undefined {
  const content = text(value);
  if (content === undefined || content.length <= MOST_CHARS) return content;
  return `${content.slice(0, MOST_CHARS)}\n[cut: the reply had ${content.length} characters]`;
}

/** The first calls, within bounds. Some servers leave ids out or repeat them; each call then gets one of its own, as its answer has to name it. */
function readCalls(list: unknown): ToolCall[] {
  const calls: ToolCall[] = [];
  for (const item of Array.isArray(list) ? list : []) {
    if (calls.length === MOST_CALLS) break;
    const asked = fields(fields(item).function);
    const name = text(asked.name);
    if (name === undefined) continue;
    const given = (text(fields(item).id) ?? '').slice(0, MOST_ID_CHARS);
    const id = given === '' || calls.some((call) => call.id === given) ? `call_${calls.length + 1}_${given}` : given;
    calls.push(boundedCall(id, name, asked.arguments ?? {}));
  }
  return calls;
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function fields(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? (value as Fields) : {};
}
