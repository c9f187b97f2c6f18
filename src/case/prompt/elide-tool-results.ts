/** A message as far as masking looks at it. */
export interface ElidableMessage {
  readonly role: string;
  readonly content: string | null;
  readonly tool_calls?: readonly {readonly id: string; readonly function: {readonly name: string; readonly arguments: string}}[];
  readonly tool_call_id?: string;
}

export interface ElisionLimit {
  /** Tokens that a request's messages may have. */
  readonly maxTokens: number;
  /** Tokens of one message. */
  count(message: ElidableMessage): number;
}

/** How far a step goes down, as a part of the room: the lower, the more rarely a provider's cached prefix is thrown away. */
const TARGET_SHARE = 0.6;
/** Turns at the end whose results stay whole as long as there is room. */
const INTACT_TURNS = 2;

/**
 * The conversation in at most `maxTokens`, if eliding tool results can do that: old ones become a line that says how to read them again.
 * Nothing is elided before the room is used up, and then so much at once that it lasts for some turns. The steps follow
 * from the conversation alone, so what one turn elided stays so in the next, and the prefix of a request is that of the one before.
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

/** Where each request so far ended: before every reply, and now. */
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

/** Tool results before the last `kept` turns, oldest first. */
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

/** A result is JSON on one line; the lines that count are those in its texts. */
function linesOf(content: string): number {
  return content.split(/\n|\\n/).length;
}
