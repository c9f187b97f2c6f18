/** A tool call as the server sent it: `arguments` is text that should be, but may not be, a JSON object. */
export interface ToolCall {
  readonly id: string;
  readonly type: 'function';
  readonly function: {readonly name: string; readonly arguments: string};
}

/** One message of a conversation, as it is kept in records and sent. `reasoning_content` goes back with every request. */
export interface ChatMessage {
  readonly role: 'system' | 'user' | 'assistant' | 'tool';
  readonly content: string | null;
  readonly tool_calls?: readonly ToolCall[];
  readonly tool_call_id?: string;
  readonly reasoning_content?: string;
}

/** What the model is told of a tool; `parameters` is a JSON Schema. */
export interface ToolSpec {
  readonly name: string;
  readonly description: string;
  readonly parameters: object;
}

/** The tools in the form of the chat-completions protocol, in the order given: a stable order keeps prompt caches warm. */
export function wireTools(tools: readonly ToolSpec[]) {
  return tools.map(({name, description, parameters}) => ({
    type: 'function' as const,
    function: {name, description, parameters: parameters as Record<string, unknown>},
  }));
}
