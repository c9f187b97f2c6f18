import type {ToolCall} from './messages.ts';

/** Calls of one reply that are taken. What a model asked for beyond them it sees unanswered, and can ask for again. */
export const MOST_CALLS = 16;
/** Characters of a call's arguments; the longest text that a tool takes has 262144, and JSON writes some of them as six. */
export const MOST_ARGUMENT_CHARS = 600_000;
const MOST_NAME_CHARS = 128;

/** A call that costs no more than it may: arguments that are too long become an object that says so, which every tool refuses. */
export function boundedCall(id: string, name: string, args: string): ToolCall {
  const short = args.length <= MOST_ARGUMENT_CHARS;
  const said = short ? args : JSON.stringify({[`too_long: ${args.length} characters, the most is ${MOST_ARGUMENT_CHARS}`]: true});
  return {id, type: 'function', function: {name: name.slice(0, MOST_NAME_CHARS), arguments: said}};
}
