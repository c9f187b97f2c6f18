import type {ConversationNode, ToolCall} from '../../case/attempt/conversation.ts';

/** Arguments or result of a tool: the text as it was sent, and its value if it is JSON. */
export interface Payload {
  readonly text: string;
  /** Undefined where the text is no JSON. */
  readonly value: unknown;
}

/** Verdict of dsynth_build; `refused` if it did not build at all. */
export type BuildVerdict = 'passed' | 'failed' | 'refused';

/** A tool call, and its result as it was sent to the model. */
export interface ToolUse {
  readonly name: string;
  readonly args: Payload;
  /** Undefined while the tool runs, and where the attempt ended before it was sent to the model. */
  readonly result: Payload | undefined;
  readonly ok: boolean | undefined;
  /** Of a build that has ended. */
  readonly build: BuildVerdict | undefined;
}

/** A message to the model that is no result of a tool. */
export interface TimelineLine {
  readonly role: string;
  readonly text: string;
}

export interface TurnTokens {
  readonly prompt: number;
  readonly cached: number;
  readonly completion: number;
  readonly reasoning: number;
  /** The cached part of the prompt, in percent, rounded down. */
  readonly cachedShare: number;
  /** Whether they, or a part of them, are our estimate. */
  readonly estimated: boolean;
  /** Why the server's report does not count; undefined where it does, and where there is none. */
  readonly implausible: string | undefined;
}

/** One question to the model and its reply. */
export interface Turn {
  /** From 1. */
  readonly number: number;
  /** Messages to it since the reply before, but for results of tools; in turn 1 the system prompt and the first user message. */
  readonly timeline: readonly TimelineLine[];
  /** False of a question that has no reply (yet). */
  readonly answered: boolean;
  readonly content: string;
  readonly reasoning: string;
  readonly calls: readonly ToolUse[];
  readonly model: string | undefined;
  readonly tokens: TurnTokens | undefined;
  readonly finishReason: string | undefined;
  /** Of its last build. */
  readonly build: BuildVerdict | undefined;
}

/** A conversation as turns. Results belong to calls by their order: ids come from the model, and may come twice. */
export function turnsFrom(nodes: readonly ConversationNode[]): Turn[] {
  const turns: Turn[] = [];
  let timeline: TimelineLine[] = [];
  for (let at = 0; at < nodes.length; ) {
    const node = nodes[at] as ConversationNode;
    at += 1;
    if (node.message.role !== 'assistant') {
      timeline.push({role: node.message.role, text: node.message.content ?? ''});
      continue;
    }
    const asked = node.message.tool_calls ?? [];
    const results = resultsAt(nodes, at, asked.length);
    at += results.length;
    turns.push(turnOf(turns.length + 1, timeline, node, results));
    timeline = [];
  }
  return timeline.length === 0 ? turns : [...turns, unanswered(turns.length + 1, timeline)];
}

/** Results of tools from `at` on, at most `most`. */
function resultsAt(nodes: readonly ConversationNode[], at: number, most: number): ConversationNode[] {
  const next = nodes.slice(at, at + most);
  const end = next.findIndex(({message}) => message.role !== 'tool');
  return end < 0 ? next : next.slice(0, end);
}

function turnOf(
  number: number,
  timeline: readonly TimelineLine[],
  node: ConversationNode,
  results: readonly ConversationNode[],
): Turn {
  const {message, call} = node;
  const calls = (message.tool_calls ?? []).map((one, at) => toolUse(one, results[at]));
  return {
    number,
    timeline,
    answered: true,
    content: message.content ?? '',
    reasoning: message.reasoning_content ?? '',
    calls,
    model: call?.model,
    tokens: call && tokensOf(call),
    finishReason: call?.finishReason,
    build: calls.findLast(({build}) => build !== undefined)?.build,
  };
}

function unanswered(number: number, timeline: readonly TimelineLine[]): Turn {
  const nothing = {model: undefined, tokens: undefined, finishReason: undefined, build: undefined};
  return {number, timeline, answered: false, content: '', reasoning: '', calls: [], ...nothing};
}

function tokensOf({usage, estimated, implausible}: NonNullable<ConversationNode['call']>): TurnTokens {
  const {prompt, cached, completion, reasoning} = usage;
  return {prompt, cached, completion, reasoning, cachedShare: cachedShare(usage), estimated, implausible};
}

/** The cached part of a prompt, in percent, rounded down. */
export function cachedShare({prompt, cached}: {readonly prompt: number; readonly cached: number}): number {
  return prompt > 0 ? Math.min(100, Math.floor((100 * cached) / prompt)) : 0;
}

function toolUse({function: {name, arguments: sent}}: ToolCall, answer: ConversationNode | undefined): ToolUse {
  const result = answer && payload(answer.message.content ?? '');
  const build = name === 'dsynth_build' ? verdictOf(result) : undefined;
  return {name, args: payload(sent), result, ok: answer?.tool?.ok, build};
}

function verdictOf(result: Payload | undefined): BuildVerdict | undefined {
  if (result === undefined) return undefined;
  const built = isFields(result.value) ? result.value.rebuild_ok : undefined;
  return typeof built === 'boolean' ? (built ? 'passed' : 'failed') : 'refused';
}

/** Returns a text, with its value if it is JSON. */
export function payload(text: string): Payload {
  try {
    return {text, value: JSON.parse(text) as unknown};
  } catch {
    return {text, value: undefined};
  }
}

/** Whether a value is an object with named fields. */
export function isFields(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
