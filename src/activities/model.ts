import {ApplicationFailure} from '@temporalio/activity';
import {reserve} from '../case/budget.ts';
import {gistOf} from '../case/gist.ts';
import {openAiTools} from '../devenv/tools/index.ts';
import {type ChatReply, chat} from '../llm/client.ts';
import type {ChatMessage} from '../llm/messages.ts';
import {ModelError} from '../llm/model-error.ts';
import {modelSettings} from '../llm/settings.ts';
import {countRequest} from '../llm/tokens.ts';
import type {AskModelInput, ControlActivities, ModelTurn, ToolCallAsked} from './api.ts';
import {cancelSignal, finalFailure, openBundle, type WorkerContext} from './context.ts';
import {append, type ConversationNode, readConversation} from './conversation.ts';
import {FAILURES} from './failures.ts';
import {argumentsOf, callDigest} from './tools.ts';

export function modelActivities(context: WorkerContext): Pick<ControlActivities, 'askModel' | 'findModel'> {
  return {
    async findModel(purpose) {
      const settings = settingsOrFault(context, purpose);
      return 'missing' in settings ? settings.missing : null;
    },

    /** Counts, reserves, asks, and keeps the reply as a record. What does not fit into the budget is not sent. */
    async askModel(input) {
      const {store} = await openBundle(context, input.bundle);
      const added = await addedMessages(input, (id) => store.text(id));
      const asked = added.length === 0 ? input.conversation : await append(store, input.conversation, added);
      const messages = (await readConversation(store, asked)).map((node) => node.message);
      const tools = input.tools === 'absent' ? undefined : openAiTools();
      const reserved = reserve(input.tokensLeft, countRequest(messages, tools), input.replyTokens);
      if (!reserved.fits) return {kind: 'over-budget', reason: reserved.reason};

      const reply = await request(context, input, messages, tools, reserved.replyTokens);
      const call = {
        model: reply.model,
        usage: reply.usage,
        estimated: reply.usageEstimated,
        finishReason: reply.finishReason,
        sent: messages.length,
      };
      const conversation = await append(store, asked, [{message: reply.message, call}]);
      return turnOf(conversation, reply, await store.put(textOf(reply.message)));
    },
  };
}

async function addedMessages(
  input: AskModelInput,
  read: (id: string) => Promise<string>,
): Promise<Omit<ConversationNode, 'version' | 'before'>[]> {
  const results = (input.toolResults ?? []).map(async ({callId, name, result}) => {
    const content = await read(result);
    const {ok} = JSON.parse(content) as {ok: boolean};
    return {message: {role: 'tool' as const, tool_call_id: callId, content}, tool: {name, ok}};
  });
  const said = input.say === undefined ? [] : [{message: {role: 'user' as const, content: input.say}}];
  return [...(await Promise.all(results)), ...said];
}

async function request(
  context: WorkerContext,
  input: AskModelInput,
  messages: ChatMessage[],
  tools: ReturnType<typeof openAiTools> | undefined,
  maxTokens: number,
): Promise<ChatReply> {
  const settings = settingsOrFault(context, input.purpose);
  if ('missing' in settings) throw finalFailure(FAILURES.modelNotConfigured, settings.missing);
  const toolChoice = input.tools === 'none' ? {toolChoice: 'none' as const} : {};
  try {
    return await chat(settings, {messages, maxTokens, ...(tools === undefined ? {} : {tools, ...toolChoice})}, cancelSignal());
  } catch (error) {
    if (error instanceof ModelError) throw failureOf(error);
    throw error;
  }
}

function failureOf(error: ModelError): ApplicationFailure {
  if (error.kind === 'context-too-long') return finalFailure(FAILURES.contextTooLong, error.message);
  if (error.kind === 'permanent') return finalFailure(FAILURES.modelRefused, error.message);
  const wait = error.retryAfterMs === undefined ? {} : {nextRetryDelay: error.retryAfterMs};
  return ApplicationFailure.create({message: error.message, type: FAILURES.modelUnavailable, ...wait});
}

function settingsOrFault(context: WorkerContext, purpose: 'triage' | 'patch') {
  try {
    return modelSettings(purpose, context.env);
  } catch (error) {
    return {missing: (error as Error).message};
  }
}

function turnOf(conversation: string, reply: ChatReply, text: string): ModelTurn {
  return {
    kind: 'reply',
    conversation,
    usage: reply.usage,
    finishReason: reply.finishReason,
    toolCalls: (reply.message.tool_calls ?? []).map(askedOf),
    preview: gistOf(textOf(reply.message)),
    text,
  };
}

function askedOf(call: NonNullable<ChatMessage['tool_calls']>[number], index: number): ToolCallAsked {
  const args = argumentsOf(call.function.arguments);
  return {
    id: call.id,
    index,
    name: call.function.name.slice(0, 64),
    words: wordsFor(args),
    digest: callDigest(call.function.name, args),
  };
}

/** A few words for people: the argument that says most. */
function wordsFor(args: unknown): string {
  if (typeof args !== 'object' || args === null) return '';
  const {path, origin, pattern, relpath} = args as Record<string, unknown>;
  const said = [pattern, path, relpath ?? origin].find((one) => typeof one === 'string' && one !== '');
  return String(said ?? '')
    .replace(/^\/work\/(DeltaPorts\/ports\/|obj\/)?/, '')
    .slice(0, 120);
}

function textOf(message: ChatMessage): string {
  return typeof message.content === 'string' ? message.content : '';
}
