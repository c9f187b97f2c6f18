import type {ConversationNode} from '../case/attempt/conversation.ts';
import type {RecordId} from '../case/types.ts';
import type {RecordStore} from '../evidence/store.ts';

/** Adds messages behind `before` (null: a new conversation) and returns the id of the last. */
export async function append(
  store: RecordStore,
  before: RecordId | null,
  nodes: readonly Omit<ConversationNode, 'version' | 'before'>[],
): Promise<RecordId> {
  let last = before;
  for (const node of nodes) last = await store.putJson({version: 1, before: last, ...node} satisfies ConversationNode);
  if (last === null) throw new Error('A conversation needs at least one message; got none.');
  return last;
}

/** The last message alone, without a walk through those before it. */
export async function readLast(store: RecordStore, last: RecordId): Promise<ConversationNode> {
  return store.json<ConversationNode>(last);
}

/** Returns the complete conversation that ends in `last`, oldest first. */
export async function readConversation(store: RecordStore, last: RecordId): Promise<ConversationNode[]> {
  const nodes: ConversationNode[] = [];
  for (let id: RecordId | null = last; id !== null; ) {
    const node: ConversationNode = await readLast(store, id);
    nodes.push(node);
    id = node.before;
  }
  return nodes.reverse();
}
