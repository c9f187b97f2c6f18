import {type ChatReply, type ChatRequest, chat} from './client.ts';
import {ModelError} from './model-error.ts';
import type {ModelSettings} from './settings.ts';
import {asText, calledInText, callsInText} from './text-tools.ts';

/** What this process has learned of a model by its answers. */
interface Learned {
  tools?: 'text';
  schema?: 'none';
  window?: number;
  /** Most tokens of a reply that the server takes as a limit. */
  reply?: number;
}

const LEARNED = new Map<string, Learned>();

function learnedOf({baseUrl, model}: ModelSettings): Learned {
  const key = `${baseUrl ?? ''} ${model}`;
  const known = LEARNED.get(key) ?? {};
  LEARNED.set(key, known);
  return known;
}

/** Tokens that a request and its reply may have together: what is set, or less if the server has reported so. */
export function windowOf(settings: ModelSettings): number {
  return Math.min(settings.window, learnedOf(settings).window ?? Number.POSITIVE_INFINITY);
}

/** Takes note of a window that a server named. Returns whether that is news. */
export function learnWindow(settings: ModelSettings, window: number): boolean {
  if (window >= windowOf(settings)) return false;
  learnedOf(settings).window = window;
  return true;
}

/**
 * Asks a model, in whichever way it takes tools and schemas. Where it has no tool calls, they go as text and come back as calls, so that
 * a conversation is stored in one form. `auto` begins with tool calls, and goes over to text when the server refuses them, or for the
 * rest of a conversation in which the model writes a call as text.
 *
 * @throws ModelError as `chat` does
 */
export async function converse(settings: ModelSettings, request: ChatRequest, signal: AbortSignal): Promise<ChatReply> {
  const known = learnedOf(settings);
  const maxTokens = Math.min(request.maxTokens, known.reply ?? request.maxTokens);
  try {
    return await bySchema(settings, {...request, maxTokens}, signal, known);
  } catch (error) {
    const most = replyLimitIn(error, maxTokens);
    if (most === undefined) throw error;
    known.reply = most;
    return bySchema(settings, {...request, maxTokens: most}, signal, known);
  }
}

/** Least limit of a reply that is believed to be one; smaller numbers of a message are something else. */
const LEAST_REPLY = 256;

/** Returns the largest limit of a reply that a refusal names as possible; undefined where it is about something else. */
function replyLimitIn(error: unknown, asked: number): number | undefined {
  if (!refuses(error, /max_(completion_)?tokens|maximum (output|completion)|output tokens/i)) return undefined;
  const numbers = [...(error as ModelError).provider.matchAll(/\d+/g)].map(([text]) => Number(text));
  const possible = numbers.filter((one) => one >= LEAST_REPLY && one < asked);
  return possible.length === 0 ? undefined : Math.max(...possible);
}

async function bySchema(settings: ModelSettings, request: ChatRequest, signal: AbortSignal, known: Learned): Promise<ChatReply> {
  const {schema, ...without} = request;
  const asked: ChatRequest = schema === undefined || known.schema === 'none' ? without : request;
  try {
    return await byMode(settings, asked, signal, known);
  } catch (error) {
    if (asked.schema === undefined || !refuses(error, /response_format|json_schema|schema/i)) throw error;
    known.schema = 'none';
    return byMode(settings, without, signal, known);
  }
}

async function byMode(settings: ModelSettings, request: ChatRequest, signal: AbortSignal, known: Learned): Promise<ChatReply> {
  if (!request.tools?.length || settings.tools === 'native') return chat(settings, request, signal);
  if (settings.tools === 'text' || known.tools === 'text' || calledInText(request.messages))
    return inText(settings, request, signal);
  try {
    return withCalls(await chat(settings, request, signal), request);
  } catch (error) {
    if (!refuses(error, /\btools?\b|function.?call/i)) throw error;
    known.tools = 'text';
    return inText(settings, request, signal);
  }
}

function refuses(error: unknown, pattern: RegExp): boolean {
  return (
    error instanceof ModelError &&
    error.kind === 'permanent' &&
    [400, 404, 422, 501].includes(error.status ?? 0) &&
    pattern.test(error.provider)
  );
}

async function inText(settings: ModelSettings, request: ChatRequest, signal: AbortSignal): Promise<ChatReply> {
  const {tools = [], toolChoice, ...rest} = request;
  const reply = await chat(settings, {...rest, messages: asText(request.messages, tools, toolChoice !== 'none')}, signal);
  return withCalls(reply, request);
}

/** The reply with the calls that its text has, unless none are wanted. */
function withCalls(reply: ChatReply, {messages, tools = [], toolChoice}: ChatRequest): ChatReply {
  const {message} = reply;
  if (toolChoice === 'none' || message.tool_calls !== undefined || typeof message.content !== 'string') return reply;
  const turn = messages.filter((one) => one.role === 'assistant').length + 1;
  const {calls, prose} = callsInText(message.content, tools, turn);
  if (calls.length === 0) return reply;
  return {...reply, finishReason: 'tool_calls', message: {...message, content: prose === '' ? null : prose, tool_calls: calls}};
}
