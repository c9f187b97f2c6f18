import type {ToolCall} from '../case/attempt/conversation.ts';

/** Calls of one reply that are taken. What a model asked for beyond them it sees unanswered, and can ask for again. */
export const MOST_CALLS = 16;
/** Characters of a call's arguments; the longest text that a tool takes has 262144, and JSON writes some of them as six. */
export const MOST_ARGUMENT_CHARS = 600_000;
const MOST_NAME_CHARS = 128;
/** Objects and lists within each other; no tool takes more than two. What nests some thousands deep can be read but not written again. */
const MOST_DEPTH = 50;

/** Limits a call: arguments that are too long or too deep become an object with that reason, which every tool refuses. */
export function boundedCall(id: string, name: string, args: unknown): ToolCall {
  const given = typeof args === 'string' ? args : jsonText(args);
  return {id, type: 'function', function: {name: name.slice(0, MOST_NAME_CHARS), arguments: bounded(given)}};
}

/** A value from outside as JSON; undefined where it is none, or nested too deep to be written. */
export function jsonText(value: unknown): string | undefined {
  try {
    return JSON.stringify(value);
  } catch {
    return undefined;
  }
}

function bounded(args: string | undefined): string {
  if (args === undefined || depthOf(args) > MOST_DEPTH) return JSON.stringify({[`too_deep: the most is ${MOST_DEPTH}`]: true});
  if (args.length <= MOST_ARGUMENT_CHARS) return args;
  return JSON.stringify({[`too_long: ${args.length} characters, the most is ${MOST_ARGUMENT_CHARS}`]: true});
}

/** Objects and lists within each other in a text that may be JSON. */
function depthOf(json: string): number {
  let [depth, most, quoted] = [0, 0, false];
  for (let at = 0; at < json.length; at += 1) {
    const char = json[at];
    if (char === '"') quoted = !quoted;
    else if (quoted) at += char === '\\' ? 1 : 0;
    else if (char === '{' || char === '[') most = Math.max(most, ++depth);
    else if (char === '}' || char === ']') depth -= 1;
  }
  return most;
}
