import OpenAI, {APIConnectionError, APIError} from 'openai';
import type {ChatMessage} from '../case/attempt/conversation.ts';
import {type JudgedUsage, judgeUsage} from '../case/budget/reported-usage.ts';
import {countCall} from './count-call.ts';
import {httpFetch} from './http-fetch.ts';
import {type ToolSpec, wireTools} from './messages.ts';
import {kindOfStatus, ModelError, providerMessage, retryAfter, windowIn} from './model-error.ts';
import {type ReadReply, readReply} from './reply.ts';
import type {ModelSettings} from './settings.ts';

export {ModelError} from './model-error.ts';

/** One question to a model. */
export interface ChatRequest {
  readonly messages: readonly ChatMessage[];
  /** Sent in this order; none or an empty list: no tools are offered. */
  readonly tools?: readonly ToolSpec[];
  readonly toolChoice?: 'auto' | 'none' | 'required';
  /** Limit of the reply in tokens, reasoning included. */
  readonly maxTokens: number;
  /** Passed on as `user`: the same for one case, so that providers route it to one prompt cache. */
  readonly user?: string;
  /** JSON Schema that the reply is to follow, where the server offers that. */
  readonly schema?: object;
  /** An earlier try may have sent the same request, so that all of it may be in the server's cache. */
  readonly isRetry?: boolean;
  /** Cap of a server's Retry-After, in ms; default 1 hour. */
  readonly maxRetryAfterMs?: number;
}

/** A reply, with the usage that counts. */
export interface ChatReply extends JudgedUsage {
  /** To be appended to the conversation as it is. */
  readonly message: ChatMessage;
  readonly finishReason: string;
  /** Name that the server gives its model. */
  readonly model: string;
}

const OPENAI_BASE = 'https://api.openai.com/v1';
const ONE_HOUR = 3_600_000;

/**
 * Asks a model once: no retries (they belong to the workflow engine), no streaming, the time limit of `settings`.
 *
 * @throws ModelError for all that a server or the way to it can do wrong
 * @throws the reason of `signal` once that is aborted
 */
export async function chat(settings: ModelSettings, request: ChatRequest, signal: AbortSignal): Promise<ChatReply> {
  const limit = AbortSignal.timeout(settings.timeoutMs);
  try {
    const body = await post(settings, request, AbortSignal.any([signal, limit]));
    return replyOf(readReply(body, settings.apiKey), settings, request);
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    if (limit.aborted) throw timedOut(settings);
    throw asModelError(error, settings, request.maxRetryAfterMs ?? ONE_HOUR);
  }
}

/** Newer OpenAI models take only `max_completion_tokens`, most other servers only `max_tokens`; a 400 that names the former is the sign. */
async function post(settings: ModelSettings, request: ChatRequest, signal: AbortSignal): Promise<unknown> {
  const client = clientFor(settings, signal);
  const body = {
    model: settings.model,
    messages: request.messages,
    ...(request.tools?.length ? {tools: wireTools(request.tools), tool_choice: request.toolChoice ?? 'auto'} : {}),
    ...(request.schema === undefined
      ? {}
      : {response_format: {type: 'json_schema', json_schema: {name: 'reply', strict: true, schema: request.schema}}}),
    user: request.user,
  };
  const ask = (limit: object) => client.post('/chat/completions', {body: {...body, ...limit}});
  try {
    return await ask({max_tokens: request.maxTokens});
  } catch (error) {
    const renamed = error instanceof APIError && error.status === 400 && /max_completion_tokens/.test(error.message);
    if (!renamed || kindOf(error) === 'context-too-long') throw error;
    return await ask({max_completion_tokens: request.maxTokens});
  }
}

/** Everything that the package would read from the environment is set here; its own time limit is only a second wall. */
function clientFor(settings: ModelSettings, signal: AbortSignal): OpenAI {
  return new OpenAI({
    apiKey: settings.apiKey || 'none',
    adminAPIKey: null,
    organization: null,
    project: null,
    baseURL: settings.baseUrl ?? OPENAI_BASE,
    maxRetries: 0,
    timeout: settings.timeoutMs + 1000,
    logLevel: 'off',
    fetch: httpFetch(signal),
    defaultHeaders: {'User-Agent': 'portwright', ...(settings.apiKey === '' ? {Authorization: null} : {})},
  });
}

/** The only place where a server's report of usage enters: it counts within plausible bounds of our own count. */
function replyOf(read: ReadReply, settings: ModelSettings, request: ChatRequest): ChatReply {
  const {message, finishReason} = read;
  const server = `${settings.baseUrl ?? OPENAI_BASE} ${settings.model}`;
  const judged = judgeUsage(read.usage, countCall(server, request, message));
  return {message, finishReason, model: read.model ?? settings.model, ...judged};
}

function timedOut(settings: ModelSettings): ModelError {
  const seconds = settings.timeoutMs / 1000;
  return new ModelError('transient', `The model server ${hostOf(settings)} did not finish its reply in ${seconds} s.`);
}

function asModelError(error: unknown, settings: ModelSettings, capMs: number): unknown {
  if (error instanceof ModelError) return error;
  const host = hostOf(settings);
  if (error instanceof SyntaxError)
    return new ModelError('malformed', `The model server ${host} answered 200 with broken JSON.`, {status: 200});
  if (error instanceof APIConnectionError) {
    const provider = providerMessage(causeOf(error), settings.apiKey);
    return new ModelError('transient', `The model server ${host} cannot be reached, or cut its reply: ${provider}`, {provider});
  }
  if (!(error instanceof APIError) || error.status === undefined) return error;
  const {status} = error;
  const provider = providerMessage(error.message.replace(/^\d+ /, ''), settings.apiKey);
  const wait = retryAfter(error.headers, Date.now(), capMs);
  const window = windowIn(error.error, provider);
  const details = {
    status,
    provider,
    retryAfterMs: wait,
    window,
  };
  return new ModelError(kindOf(error), `The model server ${host} answered ${status}: ${provider}`, details);
}

function kindOf(error: APIError) {
  return kindOfStatus(error.status ?? 0, error.message, error.code, error.type);
}

/** Connection errors have little text themselves; a refused connection is an AggregateError whose message is empty. */
function causeOf(error: Error): string {
  const cause = error.cause as {code?: string; message?: string} | undefined;
  return [cause?.code, cause?.message || error.message].filter(Boolean).join(' ');
}

function hostOf(settings: ModelSettings): string {
  return new URL(settings.baseUrl ?? OPENAI_BASE).host;
}
