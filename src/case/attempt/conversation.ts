import type {RecordId, Usage} from '../types.ts';

/** A tool call as the server sent it. `arguments` should be a JSON object, but may be any text. */
export interface ToolCall {
  readonly id: string;
  readonly type: 'function';
  readonly function: {readonly name: string; readonly arguments: string};
}

/** A message of a conversation, as stored and sent. `reasoning_content` is returned to the server with every request. */
export interface ChatMessage {
  readonly role: 'system' | 'user' | 'assistant' | 'tool';
  readonly content: string | null;
  readonly tool_calls?: readonly ToolCall[];
  readonly tool_call_id?: string;
  readonly reasoning_content?: string;
}

/** Record of a message, with a reference to the one before it; a workflow history needs only the last id. */
export interface ConversationNode {
  readonly version: 1;
  readonly before: RecordId | null;
  readonly message: ChatMessage;
  /** Number of the attempt that this message begins, where it goes on in the conversation of the one before. */
  readonly attempt?: number;
  /** Details of the call that produced an assistant message. */
  readonly call?: {
    readonly model: string;
    readonly usage: Usage;
    /** Whether `usage`, or a part of it, is our estimate. */
    readonly estimated: boolean;
    /** Why the server's report of usage does not count; missing where it does, and where there is none. */
    readonly implausible?: string;
    readonly finishReason: string;
    readonly sent: number;
    /** Whether it was asked for again with double the limit of a reply, since the first one was cut; missing where it was not. */
    readonly doubled?: true;
  };
  /** Tool and result of a tool message. */
  readonly tool?: {readonly name: string; readonly ok: boolean};
}

/** Returns the part of a conversation that belongs to an attempt: all of it, unless it went on from the attempt before. */
export function nodesOfAttempt(nodes: readonly ConversationNode[], attempt: number): readonly ConversationNode[] {
  return nodes.slice(
    Math.max(
      0,
      nodes.findLastIndex((node) => node.attempt === attempt),
    ),
  );
}
