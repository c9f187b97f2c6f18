import type {ChatMessage} from '../../case/attempt/conversation.ts';

type Result = Readonly<Record<string, unknown>>;

/** What a script may know: only what stands in the messages that a model would see. */
export interface Conversation {
  readonly origin: string | undefined;
  readonly target: string | undefined;
  /** The failure's own words: the root causes, and nothing of playbooks, port files or prompts. */
  readonly errors: string;
  /** Messages that the model has sent already. */
  readonly turn: number;
  readonly attempt: number;
  /** The last result of a tool, parsed; an empty object before there is one. */
  result(tool: string): Result;
  /** The first tool call of the last turn that was not done, and its words. A failed build is an answer, not a failed call. */
  readonly failed: {readonly tool: string; readonly words: string} | undefined;
}

/** Reads a conversation as the scripts see it. */
export function readConversation(messages: readonly ChatMessage[]): Conversation {
  const first = messages.findIndex((message) => message.role === 'assistant');
  const said = (first < 0 ? messages : messages.slice(0, first)).filter((message) => message.role === 'user');
  const opening = said.map((message) => message.content ?? '').join('\n');
  return {
    origin: /^Origin: (\S+)$/m.exec(opening)?.[1],
    target: /^Target: (\S+)$/m.exec(opening)?.[1],
    errors: /^## Root Causes\n\n<data (\S+) [^\n]*>\n([\s\S]*?)<\/data \1>/m.exec(opening)?.[2] ?? '',
    turn: messages.filter((message) => message.role === 'assistant').length,
    attempt: Number(/^## Attempt (\d+) of/m.exec(opening)?.[1] ?? 1),
    result: (tool) => lastResult(messages, tool),
    failed: firstFailed(messages),
  };
}

function lastResult(messages: readonly ChatMessage[], tool: string): Result {
  const ids = new Set(
    messages.flatMap((one) => (one.tool_calls ?? []).filter((call) => call.function.name === tool).map((call) => call.id)),
  );
  return parsed(messages.filter((one) => one.role === 'tool' && ids.has(one.tool_call_id ?? '')).at(-1));
}

function firstFailed(messages: readonly ChatMessage[]): Conversation['failed'] {
  const asked = messages.filter((one) => one.role === 'assistant').at(-1)?.tool_calls ?? [];
  for (const {
    id,
    function: {name},
  } of asked) {
    const result = parsed(messages.filter((one) => one.tool_call_id === id).at(-1));
    if (result.ok === false && result.rebuild_ok === undefined)
      return {
        tool: name,
        words: String(result.error || result.stderr_tail || result.findings || '')
          .trim()
          .slice(-300),
      };
  }
  return undefined;
}

function parsed(answer: ChatMessage | undefined): Result {
  return answer === undefined ? {} : (JSON.parse(answer.content ?? '{}') as Result);
}
