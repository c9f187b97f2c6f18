import type {ChatMessage, ToolCall} from '../../case/attempt/conversation.ts';

type Result = Readonly<Record<string, unknown>>;

/** Input of a script: only what the messages contain that a model would see. */
export interface Conversation {
  readonly origin: string | undefined;
  readonly target: string | undefined;
  /** Text of the root causes, without playbooks, port files and prompts. */
  readonly errors: string;
  /** Number of messages that the model has sent in this attempt. */
  readonly turn: number;
  readonly attempt: number;
  /** Returns the last result of a tool, parsed; an empty object if there is none. */
  result(tool: string): Result;
  /** Returns the last result of get_file for this path; an empty object if there is none. */
  file(path: string): Result;
  /** The first failed tool call of the last turn, and its message. A failed build is an answer, not a failed call. */
  readonly failed: {readonly tool: string; readonly message: string} | undefined;
}

const ATTEMPT = /^## Attempt (\d+) of/m;

/** Parses a conversation for the scripts. */
export function readConversation(messages: readonly ChatMessage[]): Conversation {
  const first = messages.findIndex((message) => message.role === 'assistant');
  const userMessages = (first < 0 ? messages : messages.slice(0, first)).filter((message) => message.role === 'user');
  // A later attempt may go on in the conversation of the one before.
  const begins = messages.findLastIndex(({role, content}) => role === 'user' && ATTEMPT.test(content ?? ''));
  const own = messages.slice(Math.max(0, begins));
  const opening = userMessages.map((message) => message.content ?? '').join('\n');
  return {
    origin: /^Origin: (\S+)$/m.exec(opening)?.[1],
    target: /^Target: (\S+)$/m.exec(opening)?.[1],
    errors: /^## Root Causes\n\n<data (\S+) [^\n]*>\n([\s\S]*?)<\/data \1>/m.exec(opening)?.[2] ?? '',
    turn: own.filter((message) => message.role === 'assistant').length,
    attempt: Number(ATTEMPT.exec(messages[begins]?.content ?? '')?.[1] ?? 1),
    result: (tool) => lastResult(own, (call) => call.function.name === tool),
    file: (path) => lastResult(own, ({function: {name, arguments: args}}) => name === 'get_file' && pathOf(args) === path),
    failed: firstFailed(own),
  };
}

function lastResult(messages: readonly ChatMessage[], isMeant: (call: ToolCall) => boolean): Result {
  const ids = new Set(messages.flatMap((one) => (one.tool_calls ?? []).filter(isMeant).map((call) => call.id)));
  return parseResult(messages.filter((one) => one.role === 'tool' && ids.has(one.tool_call_id ?? '')).at(-1));
}

function pathOf(args: string): unknown {
  return (JSON.parse(args) as Record<string, unknown>).path;
}

function firstFailed(messages: readonly ChatMessage[]): Conversation['failed'] {
  const calls = messages.filter((one) => one.role === 'assistant').at(-1)?.tool_calls ?? [];
  for (const {
    id,
    function: {name},
  } of calls) {
    const result = parseResult(messages.filter((one) => one.tool_call_id === id).at(-1));
    if (result.ok === false && result.rebuild_ok === undefined)
      return {
        tool: name,
        message: String(result.error || result.stderr_tail || result.findings || '')
          .trim()
          .slice(-300),
      };
  }
  return undefined;
}

function parseResult(answer: ChatMessage | undefined): Result {
  return answer === undefined ? {} : (JSON.parse(answer.content ?? '{}') as Result);
}
