import type {RecordId, Usage} from '../types.ts';

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

/** One message of a conversation, as a record that names the one before it. So a history needs only the id of the last. */
export interface ConversationNode {
  readonly version: 1;
  readonly before: RecordId | null;
  readonly message: ChatMessage;
  /** Of an assistant message: what the call used. */
  readonly call?: {
    readonly model: string;
    readonly usage: Usage;
    readonly estimated: boolean;
    readonly finishReason: string;
    readonly sent: number;
  };
  /** Of a tool message: which tool answered, and how. */
  readonly tool?: {readonly name: string; readonly ok: boolean};
}
