import type {ConversationNode} from '../case/attempt/conversation.ts';
import type {RecordId} from '../case/types.ts';
import type {RecordStore} from './store.ts';

/** The last message alone, without a walk through those before it. */
export async function readLast(store: RecordStore, last: RecordId): Promise<ConversationNode> {
  return store.json<ConversationNode>(last);
}

/** Returns the conversation that ends in `last`, oldest first: all of it, or the messages behind `after`. Throws if a record is missing. */
export async function readConversation(
  store: RecordStore,
  last: RecordId,
  after: RecordId | null = null,
): Promise<ConversationNode[]> {
  const nodes: ConversationNode[] = [];
  for (let id: RecordId | null = last; id !== null && id !== after; ) {
    const node: ConversationNode = await readLast(store, id);
    nodes.push(node);
    id = node.before;
  }
  return nodes.reverse();
}
