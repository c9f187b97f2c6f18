import type {ChatMessage, ToolCall} from '../case/attempt/conversation.ts';
import {boundedCall, MOST_CALLS} from './calls.ts';
import type {ToolSpec} from './messages.ts';

const HEADING = `## Tools

You call a tool by a fenced block with the language \`tool\`, one JSON object in it, and nothing behind the last block:

\`\`\`tool
{"name": "get_file", "arguments": {"path": "/work/DeltaPorts/STATUS"}}
\`\`\`

Several blocks are several calls. Their results come in the next message. A reply without a block is your report. The tools:`;

const NO_CALLS = 'No tool is called any more. Write your report now.';

/**
 * Converts a conversation for a model without tool calls: the tools are listed after the system prompt, calls stand in fenced
 * blocks, results in a message of the user. The same conversation always gives the same beginning.
 */
export function asText(messages: readonly ChatMessage[], tools: readonly ToolSpec[], mayCall: boolean): ChatMessage[] {
  const converted: ChatMessage[] = [];
  for (const message of messages) {
    const last = converted.at(-1);
    if (message.role === 'system' && converted.length === 0)
      converted.push({...message, content: `${message.content}\n\n${toolText(tools)}`});
    else if (message.role === 'tool') {
      const result = `Result of ${nameOf(messages, message)}:\n${message.content}`;
      if (last?.role === 'user') converted[converted.length - 1] = {...last, content: `${last.content}\n\n${result}`};
      else converted.push({role: 'user', content: result});
    } else if (message.role === 'assistant') converted.push(withBlocks(message));
    else if (last?.role === 'user') converted[converted.length - 1] = {...last, content: `${last.content}\n\n${message.content}`};
    else converted.push(message);
  }
  return mayCall ? converted : withLast(converted, NO_CALLS);
}

function withLast(messages: readonly ChatMessage[], instruction: string): ChatMessage[] {
  const last = messages.at(-1);
  if (last?.role !== 'user') return [...messages, {role: 'user', content: instruction}];
  return [...messages.slice(0, -1), {...last, content: `${last.content}\n\n${instruction}`}];
}

function toolText(tools: readonly ToolSpec[]): string {
  const one = ({name, description, parameters}: ToolSpec): string => `- ${name}: ${description}\n  ${JSON.stringify(parameters)}`;
  return `${HEADING}\n\n${tools.map(one).join('\n')}`;
}

function withBlocks({role, content, tool_calls = []}: ChatMessage): ChatMessage {
  const blocks = tool_calls.map(
    (call) => `\`\`\`tool\n${JSON.stringify({name: call.function.name, arguments: argumentsOf(call)})}\n\`\`\``,
  );
  return {role, content: [content ?? '', ...blocks].filter((part) => part !== '').join('\n\n')};
}

function argumentsOf(call: ToolCall): unknown {
  try {
    return JSON.parse(call.function.arguments);
  } catch {
    return call.function.arguments;
  }
}

function nameOf(messages: readonly ChatMessage[], {tool_call_id}: ChatMessage): string {
  const calls = messages.flatMap((message) => message.tool_calls ?? []);
  return calls.findLast((call) => call.id === tool_call_id)?.function.name ?? 'the tool';
}

/** Forms that only a call has, and how they end; in a block of JSON, or without a block, it must be one of a known tool. */
const CALL_FORMS: readonly [RegExp, string][] = [
  [/```(?:tool|tool_call)[ \t]*\n([\s\S]*?)\n?```/g, '```'],
  [/<tool_call>([\s\S]*?)<\/tool_call>/g, '</tool_call>'],
];
const JSON_FORM = /```(?:json)?[ \t]*\n([\s\S]*?)\n?```/g;

interface Found {
  readonly at: number;
  readonly name: string;
  readonly args: unknown;
}

/**
 * Calls in a reply's text: fenced blocks, `<tool_call>` marks, or a reply that is one JSON object; none in a report. What is marked as
 * a call and is none comes as a call of a tool that there is not, so that the model gets an error, and its text is no report.
 */
export function callsInText(text: string, tools: readonly ToolSpec[], turn: number): {calls: ToolCall[]; prose: string} {
  const known = new Set(tools.map((tool) => tool.name));
  const found: Found[] = CALL_FORMS.flatMap(([form, end]) =>
    // Behind the last end each beginning would be followed to the end of the text.
    [...text.slice(0, text.lastIndexOf(end) + end.length).matchAll(form)].map((match) => {
      const written = match[1] ?? '';
      return {at: match.index, ...(readCall(written) ?? {name: UNNAMED, args: written})};
    }),
  );
  for (const match of text.matchAll(JSON_FORM)) {
    const call = readCall(match[1] ?? '');
    if (call !== undefined && known.has(call.name)) found.push({at: match.index, ...call});
  }
  const bare = found.length === 0 ? readCall(text) : undefined;
  if (bare !== undefined && known.has(bare.name)) found.push({at: 0, ...bare});
  found.sort((a, b) => a.at - b.at);
  const calls = found.slice(0, MOST_CALLS).map(({name, args}, at) => boundedCall(`${IN_TEXT}${turn}_${at + 1}`, name, args));
  return {calls, prose: found.length === 0 ? text : text.slice(0, found[0]?.at).trim()};
}

const IN_TEXT = 'text_';

/** Whether the model has written a call as text in this conversation. */
export function calledInText(messages: readonly ChatMessage[]): boolean {
  return messages.some(({tool_calls = []}) => tool_calls.some(({id}) => id.startsWith(IN_TEXT)));
}

/** What a call is called that names no tool. */
const UNNAMED = 'unnamed';

function readCall(text: string): {name: string; args: unknown} | undefined {
  try {
    const {name, arguments: args, parameters} = JSON.parse(withEscapes(text.trim())) as Partial<Record<string, unknown>>;
    return typeof name === 'string' ? {name, args: args ?? parameters ?? {}} : undefined;
  } catch {
    return undefined;
  }
}

const ESCAPES: Readonly<Record<string, string>> = {'\n': '\\n', '\r': '\\r', '\t': '\\t'};

/** Escapes line breaks and tabs in the strings of JSON, which models copy from files as they are. Takes one pass: a reply may be all quotes. */
function withEscapes(json: string): string {
  if (!/[\n\r\t]/.test(json)) return json;
  let isString = false;
  return json.replace(/\\.|["\n\r\t]/gs, (found) => {
    if (found === '"') isString = !isString;
    return isString ? (ESCAPES[found] ?? found) : found;
  });
}
