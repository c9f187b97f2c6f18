import type {ChatMessage, ConversationNode} from '../case/attempt/conversation.ts';
import type {Prompt} from '../case/prompt/prompt.ts';
import type {RecordId} from '../case/types.ts';
import type {RecordStore} from '../evidence/store.ts';

/** A message with what is recorded of it. */
export type NewNode = Omit<ConversationNode, 'version' | 'before'>;

const NOT_RUN = JSON.stringify({ok: false, error: 'There is no result: the turns with tools were used, or the attempt ended.'});

/** Returns results for calls that were not run: every provider wants an answer to each call. */
export function notRun(calls: NonNullable<ChatMessage['tool_calls']>): NewNode[] {
  return calls.map(({id, function: {name}}) => ({
    message: {role: 'tool', tool_call_id: id, content: NOT_RUN},
    tool: {name: name.slice(0, 64), ok: false},
  }));
}

/** Adds messages behind `before` (null: a new conversation) and returns the id of the last. */
export async function append(store: RecordStore, before: RecordId | null, nodes: readonly NewNode[]): Promise<RecordId> {
  let last = before;
  for (const node of nodes) last = await store.putJson({version: 1, before: last, ...node} satisfies ConversationNode);
  if (last === null) throw new Error('A conversation needs at least one message; got none.');
  return last;
}

/** Stores the first messages of a conversation and returns the id of the last. */
export function openConversation(store: RecordStore, {system, user}: Prompt): Promise<RecordId> {
  return append(store, null, [{message: {role: 'system', content: system}}, {message: {role: 'user', content: user}}]);
}
