import type {ChatMessage, ToolCall, ToolSpec} from './messages.ts';

const HEADING = `## Tools

You call a tool by a fenced block with the language \`tool\`, one JSON object in it, and nothing behind the last block:

\`\`\`tool
{"name": "get_file", "arguments": {"path": "/work/DeltaPorts/STATUS"}}
\`\`\`

Several blocks are several calls. Their results come in the next message. A reply without a block is your report. The tools:`;

const NO_CALLS = 'No tool is called any more. Write your report now.';

/**
 * A conversation for a model that has no tool calls of its own: the tools are told of behind the system prompt, calls stand in fenced
 * blocks, results in a message of the user. The same conversation always gives the same beginning.
 */
export function asText(messages: readonly ChatMessage[], tools: readonly ToolSpec[], mayCall: boolean): ChatMessage[] {
  const told: ChatMessage[] = [];
  for (const message of messages) {
    const last = told.at(-1);
    if (message.role === 'system' && told.length === 0)
      told.push({...message, content: `${message.content}\n\n${toolText(tools)}`});
    else if (message.role === 'tool') {
      const result = `Result of ${nameOf(messages, message)}:\n${message.content}`;
      if (last?.role === 'user') told[told.length - 1] = {...last, content: `${last.content}\n\n${result}`};
      else told.push({role: 'user', content: result});
    } else if (message.role === 'assistant') told.push(withBlocks(message));
    else if (last?.role === 'user') told[told.length - 1] = {...last, content: `${last.content}\n\n${message.content}`};
    else told.push(message);
  }
  return mayCall ? told : withLast(told, NO_CALLS);
}

function withLast(messages: readonly ChatMessage[], words: string): ChatMessage[] {
  const last = messages.at(-1);
  if (last?.role !== 'user') return [...messages, {role: 'user', content: words}];
  return [...messages.slice(0, -1), {...last, content: `${last.content}\n\n${words}`}];
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

const FORMS = [/```(?:tool|tool_call|json)?[ \t]*\n([\s\S]*?)\n?```/g, /<tool_call>([\s\S]*?)<\/tool_call>/g];

/** Calls of known tools in a reply's text: fenced blocks, `<tool_call>` marks, or a reply that is one JSON object; none in a report. */
export function callsInText(text: string, tools: readonly ToolSpec[], turn: number): {calls: ToolCall[]; said: string} {
  const known = new Set(tools.map((tool) => tool.name));
  const found: {at: number; end: number; name: string; args: unknown}[] = [];
  for (const form of FORMS) {
    for (const match of text.matchAll(form)) {
      const call = readCall(match[1] ?? '', known);
      if (call !== undefined) found.push({at: match.index, end: match.index + match[0].length, ...call});
    }
  }
  const bare = found.length === 0 ? readCall(text, known) : undefined;
  if (bare !== undefined) found.push({at: 0, end: text.length, ...bare});
  found.sort((a, b) => a.at - b.at);
  const calls = found.map(
    ({name, args}, at): ToolCall => ({
      id: `text_${turn}_${at + 1}`,
      type: 'function',
      function: {name, arguments: typeof args === 'string' ? args : JSON.stringify(args)},
    }),
  );
  return {calls, said: found.length === 0 ? text : text.slice(0, found[0]?.at).trim()};
}

function readCall(text: string, known: ReadonlySet<string>): {name: string; args: unknown} | undefined {
  try {
    const {name, arguments: args, parameters} = JSON.parse(text.trim()) as Partial<Record<string, unknown>>;
    return typeof name === 'string' && known.has(name) ? {name, args: args ?? parameters ?? {}} : undefined;
  } catch {
    return undefined;
  }
}
