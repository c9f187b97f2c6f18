import {ApplicationFailure, Context} from '@temporalio/activity';
import {ASK_TOOLS} from '../case/ask/prompt.ts';
import type {ChatMessage, ConversationNode} from '../case/attempt/conversation.ts';
import {type DoneCall, doneCalls} from '../case/attempt/digest.ts';
import {insistenceIn} from '../case/attempt/guard-round.ts';
import {adviceFor} from '../case/attempt/reflexes.ts';
import {replyExcerpt} from '../case/attempt/reply-excerpt.ts';
import {withStanding} from '../case/attempt/standing.ts';
import {givesUp} from '../case/attempt/stop-rules.ts';
import {type RemainingBudget, reserve} from '../case/budget/budget.ts';
import {costOf, priceOf} from '../case/budget/money.ts';
import {limitsCost} from '../case/policy/policy.ts';
import {closingMessage} from '../case/prompt/closing.ts';
import {parseTriageReply, reaskMessage, snippetRequestsIn} from '../case/triage/reply.ts';
import {TRIAGE_SCHEMA} from '../case/triage/reply-json.ts';
import {addUsage, billable, NO_USAGE, type TokenUsage, type Usage} from '../case/types.ts';
import {openAiTools} from '../devenv/tools/index.ts';
import {readConversation} from '../evidence/conversation.ts';
import type {RecordStore} from '../evidence/store.ts';
import type {ChatReply} from '../llm/client.ts';
import {converse, learnWindow, windowOf} from '../llm/converse.ts';
import type {ToolSpec} from '../llm/messages.ts';
import {ModelError} from '../llm/model-error.ts';
import {type ModelSettings, settingsOfCall} from '../llm/settings.ts';
import {countRequest} from '../llm/tokens.ts';
import type {AskModelInput, ControlActivities, ModelTurn, ToolCallRequest, TriageReading} from '../protocol/activities.ts';
import {FAILURES} from '../protocol/failure-types.ts';
import {
  cancelSignal,
  finalFailure,
  openBundle,
  previousHeartbeatDetails,
  setHeartbeatDetails,
  type WorkerContext,
} from './context.ts';
import {append, type NewNode, notRun} from './conversation.ts';
import {type CappedCall, withCaps} from './spend.ts';
import {argumentsOf, callDigest} from './tools.ts';
import {withinWindow} from './window.ts';

export function modelActivities(context: WorkerContext): Pick<ControlActivities, 'askModel' | 'findModel'> {
  return {
    async findModel(purpose, policy) {
      const settings = settingsOrFault(context, {purpose, policy});
      if ('missing' in settings) return settings.missing;
      if (!limitsCost(policy) || priceOf(policy.prices, settings.model)) return null;
      return `The policy limits money, and its prices have no entry for ${settings.model}. Add prices.${settings.model}.{prompt,completion}, per million tokens.`;
    },

    /** Counts, reserves, asks, and stores the reply as a record. What does not fit into the budget is not sent. */
    async askModel(input) {
      const {store} = await openBundle(context, input.bundle);
      const nodes = await readConversation(store, input.conversation);
      const added = await addedMessages(input, nodes, store);
      const asked = added.length === 0 ? input.conversation : await append(store, input.conversation, added);
      // As they are stored: a record has its secrets masked.
      const stored = await readConversation(store, asked, input.conversation);
      const messagesSoFar = [...nodes, ...stored].map((node) => node.message);
      const settings = settingsOrFault(context, input);
      if ('missing' in settings) throw finalFailure(FAILURES.modelNotConfigured, settings.missing);
      const tools = input.tools === 'absent' ? undefined : toolsFor(input, settings);
      const price = priceOf(input.policy.prices, settings.model);
      const priced = (usage: TokenUsage): Usage => ({...usage, cost: costOf(price, usage)});
      const lost = previousHeartbeatDetails<Usage>() ?? NO_USAGE;
      const {messages, replyTokens} = withinWindow(settings, messagesSoFar, tools, input);
      const prompt = countRequest(messages, tools);
      const reserved = reserve(without(input.left, lost), prompt, replyTokens, price);
      if (!reserved.fits) return {kind: 'over-budget', reason: reserved.reason};

      const worst = priced({prompt, cached: 0, completion: reserved.replyTokens, reasoning: 0});
      const paid = await withCaps(context, cappedCall(input, worst), async () => {
        const answered = await whileSent(lost, worst, () => request(settings, input, messages, tools, reserved.replyTokens));
        const {implausible, estimatedCached} = answered;
        const labels = {
          ...(implausible === undefined ? {} : {implausible: 1}),
          ...(estimatedCached === undefined ? {} : {estimatedCached}),
        };
        const used = {...priced(answered.usage), ...labels};
        return {result: {reply: answered, usage: used}, used: {tokens: billable(used), cost: used.cost}};
      });
      if (!paid.granted) return {kind: 'over-budget', reason: paid.reason};
      const {reply, usage} = paid.result;
      const call = {
        model: reply.model,
        usage,
        estimated: reply.estimated,
        ...(reply.implausible === undefined ? {} : {implausible: reply.implausible}),
        finishReason: reply.finishReason,
        sent: messages.length,
        ...(input.doubled ? {doubled: true as const} : {}),
      };
      const conversation = await append(store, asked, [{message: reply.message, call}]);
      const turn = turnOf(conversation, reply, addUsage(usage, lost), await store.put(textOf(reply.message)));
      return input.reading === undefined ? turn : {...turn, triage: readTriage(textOf(reply.message), input.reading)};
    },
  };
}

/** Returns the tools that a call offers: to a question those that read artifacts, to any other those of a dev-env. */
function toolsFor({purpose}: AskModelInput, settings: ModelSettings): readonly ToolSpec[] {
  return purpose === 'ask' ? ASK_TOOLS : openAiTools(windowOf(settings));
}

function readTriage(reply: string, {classes, snippetsAllowed}: NonNullable<AskModelInput['reading']>): TriageReading {
  const requests = snippetsAllowed ? snippetRequestsIn(reply) : [];
  if (requests.length > 0) return {kind: 'snippets', count: requests.length};
  const reading = parseTriageReply(reply, classes);
  if (!reading.ok) return {kind: 'malformed', problem: reading.problem, reask: reaskMessage(reading.problem, classes)};
  const {classification, confidence, platform, rootCause} = reading.triage;
  return {
    kind: 'triage',
    triage: {classification, confidence, platform: platform || 'platform not named', rootCause: rootCause.slice(0, 1000)},
  };
}

/** This try of this call: a killed worker's try stays reserved, since nobody knows what it cost. */
function cappedCall({bundle, policy}: AskModelInput, worst: Usage): CappedCall {
  const {workflowExecution, activityId, attempt} = Context.current().info;
  const key = `${workflowExecution?.workflowId}/${workflowExecution?.runId}/${activityId}/${attempt}`;
  return {caps: policy.limits, runId: bundle.runId, key, tokens: billable(worst), cost: worst.cost};
}

/**
 * Counts a call as paid in full while its answer is awaited: if the worker dies then, the next try finds that in the
 * heartbeat and takes it off the budget. A call that fails with an answer has cost nothing.
 */
async function whileSent<T>(before: Usage, worst: Usage, call: () => Promise<T>): Promise<T> {
  setHeartbeatDetails(addUsage(before, worst));
  try {
    return await call();
  } catch (error) {
    setHeartbeatDetails(before);
    throw error;
  }
}

function without(left: RemainingBudget, used: Usage): RemainingBudget {
  return {tokens: left.tokens - billable(used), ...(left.cost === undefined ? {} : {cost: left.cost - used.cost})};
}

/** Returns advice for each result of the last reply's calls, in the light of the calls before it; undefined where there is none. */
function adviceOn(nodes: readonly ConversationNode[], results: readonly string[]): (string | undefined)[] {
  const answered = results.map((content): NewNode => ({message: {role: 'tool', content}}));
  const calls = doneCalls([...nodes, ...answered]);
  const before = calls.length - results.length;
  return results.map((_, at) => adviceFor(calls.slice(0, before + at), calls[before + at] as DoneCall));
}

/** Returns the messages that a call adds behind those of the conversation. */
async function addedMessages(input: AskModelInput, nodes: readonly ConversationNode[], store: RecordStore): Promise<NewNode[]> {
  const answered = input.toolResults ?? [];
  const calls = nodes.at(-1)?.message.tool_calls ?? [];
  const texts = await Promise.all(answered.map((id) => store.text(id)));
  const hints = input.standing === undefined ? [] : adviceOn(nodes, texts);
  const shown = withStanding(texts, {standing: input.standing, tokens: input.left.tokens, hints});
  const results = shown.map((content, at) => {
    const call = calls[at];
    if (call === undefined) throw new Error(`The reply ${input.conversation} has no tool call number ${at}.`);
    const {ok} = JSON.parse(content) as {ok: boolean};
    return {message: {role: 'tool' as const, tool_call_id: call.id, content}, tool: {name: call.function.name.slice(0, 64), ok}};
  });
  const unanswered = notRun(calls.slice(answered.length));
  const {say, closing} = input;
  const review = closing === undefined ? [] : [closingMessage({...closing, diff: await store.text(closing.diff)})];
  const userMessages = [...review, ...(say === undefined ? [] : [say])];
  return [...results, ...unanswered, ...userMessages.map((content) => ({message: {role: 'user' as const, content}}))];
}

async function request(
  settings: ModelSettings,
  input: AskModelInput,
  messages: ChatMessage[],
  tools: readonly ToolSpec[] | undefined,
  maxTokens: number,
): Promise<ChatReply> {
  const toolChoice = input.tools === 'none' ? {toolChoice: 'none' as const} : {};
  try {
    const schema = input.purpose === 'triage' && settings.jsonTriage ? {schema: TRIAGE_SCHEMA} : {};
    const isRetry = Context.current().info.attempt > 1;
    const asked = {messages, maxTokens, isRetry, ...schema, ...(tools === undefined ? {} : {tools, ...toolChoice})};
    return await converse(settings, asked, cancelSignal());
  } catch (error) {
    if (error instanceof ModelError) throw failureOf(error, settings);
    throw error;
  }
}

function failureOf(error: ModelError, settings: ModelSettings): ApplicationFailure {
  // The next try of this activity selects harder.
  if (error.kind === 'context-too-long' && error.window !== undefined && learnWindow(settings, error.window))
    return ApplicationFailure.create({message: error.message, type: FAILURES.modelUnavailable, nextRetryDelay: 1});
  if (error.kind === 'context-too-long') return finalFailure(FAILURES.contextTooLong, error.message);
  if (error.kind === 'permanent') return finalFailure(FAILURES.modelRefused, error.message);
  const wait = error.retryAfterMs === undefined ? {} : {nextRetryDelay: error.retryAfterMs};
  return ApplicationFailure.create({message: error.message, type: FAILURES.modelUnavailable, ...wait});
}

function settingsOrFault(context: WorkerContext, call: Pick<AskModelInput, 'purpose' | 'policy'>) {
  try {
    return settingsOfCall(call, context.env);
  } catch (error) {
    return {missing: (error as Error).message};
  }
}

/** Characters of a reply's text beside tool calls that a history carries; the start of a report is longer. */
const SAID_BESIDE_CALLS = 120;

function turnOf(conversation: string, reply: ChatReply, usage: Usage, text: string): Extract<ModelTurn, {kind: 'reply'}> {
  const calls = reply.message.tool_calls ?? [];
  const insists = insistenceIn(textOf(reply.message));
  return {
    kind: 'reply',
    conversation,
    usage,
    finishReason: reply.finishReason,
    ...(reply.finishReason === 'length' && !calls.some(isUsable) ? {isCut: true} : {}),
    toolCalls: calls.map(askedOf),
    preview: replyExcerpt(textOf(reply.message)).slice(0, calls.length > 0 ? SAID_BESIDE_CALLS : undefined),
    text,
    gaveUp: givesUp(textOf(reply.message)),
    ...(insists === undefined ? {} : {insists}),
    ...(reply.implausible === undefined ? {} : {implausible: reply.implausible}),
  };
}

/** Whether a call's arguments are complete: a cut reply may end within them. */
function isUsable({function: {arguments: text}}: NonNullable<ChatMessage['tool_calls']>[number]): boolean {
  const args = argumentsOf(text);
  return text.trim() !== '' && !(typeof args === 'object' && args !== null && '_raw' in args);
}

function askedOf(call: NonNullable<ChatMessage['tool_calls']>[number], index: number): ToolCallRequest {
  const args = argumentsOf(call.function.arguments);
  return {
    index,
    name: call.function.name.slice(0, 64),
    argumentsExcerpt: argumentsExcerpt(args),
    digest: callDigest(call.function.name, args),
  };
}

/** Returns the main argument of a tool call in short, and for a search its place, for the Web UI. */
function argumentsExcerpt(args: unknown): string {
  if (typeof args !== 'object' || args === null) return '';
  const {path, origin, pattern, relpath} = args as Record<string, unknown>;
  const place = [path, relpath, origin].find((one) => typeof one === 'string' && one !== '');
  const where = String(place ?? '').replace(/^\/work\/(DeltaPorts\/ports\/|obj\/)?/, '');
  if (typeof pattern !== 'string' || pattern === '') return where.slice(0, 120);
  return `${pattern.slice(0, 60)}${where === '' ? '' : ` in ${where.slice(0, 56)}`}`;
}

function textOf(message: ChatMessage): string {
  return typeof message.content === 'string' ? message.content : '';
}
