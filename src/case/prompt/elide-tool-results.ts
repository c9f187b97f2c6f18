/** The parts of a message that eliding depends on. */
export interface ElidableMessage {
  readonly role: string;
  readonly content: string | null;
  readonly tool_calls?: readonly {readonly id: string; readonly function: {readonly name: string; readonly arguments: string}}[];
  readonly tool_call_id?: string;
}

/** Size limit of a request's messages. */
export interface ElisionLimit {
  /** Maximum tokens of all messages. */
  readonly maxTokens: number;
  /** Returns the tokens of one message. */
  count(message: ElidableMessage): number;
}

/**
 * Share of the limit that eliding reduces a conversation to. The lower it is, the less often a provider's cached prefix is
 * invalidated.
 */
const TARGET_SHARE = 0.6;
/** Number of latest turns whose results are elided last. */
const INTACT_TURNS = 2;

/**
 * Returns the conversation in at most `maxTokens` tokens if eliding tool results suffices, and whether it does. An old result
 * becomes a line that names the call to repeat.
 * Nothing is elided before the limit is exceeded, and then enough for several turns. The result depends on the conversation
 * alone, so later turns elide at least the same results and the prefix of the requests remains cacheable.
 */
export function elideOldToolResults<M extends ElidableMessage>(
  messages: readonly M[],
  room: ElisionLimit,
): {messages: M[]; fits: boolean} {
  const sizes = messages.map((message) => room.count(message));
  const replaced = new Map<number, M>();
  for (const end of requestEnds(messages)) {
    const size = (): number => sumTo(sizes, messages, replaced, end, room);
    if (size() <= room.maxTokens) continue;
    for (const intactTurns of [INTACT_TURNS, 1, 0]) {
      for (const at of resultsBefore(messages, end, intactTurns)) {
        if (size() <= room.maxTokens * TARGET_SHARE) break;
        if (!replaced.has(at)) replaced.set(at, elideResult(messages, at));
      }
      if (size() <= room.maxTokens) break;
    }
  }
  const shown = messages.map((message, at) => replaced.get(at) ?? message);
  return {messages: shown, fits: shown.reduce((sum, message) => sum + room.count(message), 0) <= room.maxTokens};
}

/** Returns the message counts of the requests so far: one before every reply, and the next one. */
function requestEnds(messages: readonly ElidableMessage[]): number[] {
  const replies = messages.flatMap((message, at) => (message.role === 'assistant' ? [at] : []));
  return [...replies, messages.length];
}

function sumTo<M extends ElidableMessage>(
  sizes: readonly number[],
  messages: readonly M[],
  replaced: ReadonlyMap<number, M>,
  end: number,
  room: ElisionLimit,
): number {
  let sum = 0;
  for (let at = 0; at < end && at < messages.length; at += 1) {
    const other = replaced.get(at);
    sum += other === undefined ? (sizes[at] ?? 0) : room.count(other);
  }
  return sum;
}

/** Returns the indexes of tool results before the last `intactTurns` turns, oldest first. */
function resultsBefore(messages: readonly ElidableMessage[], end: number, intactTurns: number): number[] {
  const replies = requestEnds(messages).filter((at) => at < end);
  const limit = intactTurns === 0 ? end : (replies.at(-intactTurns) ?? 0);
  return messages.flatMap((message, at) => (message.role === 'tool' && at < limit ? [at] : []));
}

function elideResult<M extends ElidableMessage>(messages: readonly M[], at: number): M {
  const message = messages[at] as M;
  const call = messages
    .slice(0, at)
    .findLast((one) => one.tool_calls?.some(({id}) => id === message.tool_call_id))
    ?.tool_calls?.find(({id}) => id === message.tool_call_id);
  const name = call?.function.name ?? 'its tool';
  const how = name === 'dsynth_build' ? 'dsynth_log' : `${name} ${(call?.function.arguments ?? '').slice(0, 200)}`.trim();
  const text = `[elided: ${linesOf(message.content ?? '')} lines, read again with ${how}]`;
  return text.length < (message.content ?? '').length ? {...message, content: text} : message;
}

/** Counts lines inside the JSON strings, since a result is JSON on a single line. */
function linesOf(content: string): number {
  return content.split(/\n|\\n/).length;
}
