import type {ChatMessage} from '../../llm/messages.ts';

/** What a script may know: only what stands in the messages that a model would see. */
export interface Conversation {
  readonly origin: string | undefined;
  /** All text before the model's first word. */
  readonly opening: string;
  /** Messages that the model has sent already. */
  readonly turn: number;
  readonly attempt: number;
  /** The last result of a tool, parsed; an empty object before there is one. */
  result(tool: string): Readonly<Record<string, unknown>>;
}

/** Reads a conversation as the scripts see it. */
export function readConversation(messages: readonly ChatMessage[]): Conversation {
  const first = messages.findIndex((message) => message.role === 'assistant');
  const opening = (first < 0 ? messages : messages.slice(0, first)).map((message) => message.content ?? '').join('\n');
  return {
    origin: /^Origin: (\S+)$/m.exec(opening)?.[1],
    opening,
    turn: messages.filter((message) => message.role === 'assistant').length,
    attempt: Number(/^## Attempt (\d+) of/m.exec(opening)?.[1] ?? 1),
    result: (tool) => lastResult(messages, tool),
  };
}

function lastResult(messages: readonly ChatMessage[], tool: string): Readonly<Record<string, unknown>> {
  const ids = new Set(
    messages.flatMap((one) => (one.tool_calls ?? []).filter((call) => call.function.name === tool).map((call) => call.id)),
  );
  const answer = messages.filter((one) => one.role === 'tool' && ids.has(one.tool_call_id ?? '')).at(-1);
  return answer === undefined ? {} : (JSON.parse(answer.content ?? '{}') as Record<string, unknown>);
}
