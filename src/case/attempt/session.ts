import {jsonObject} from '../text/json-object.ts';
import type {ConversationNode} from './conversation.ts';

const VERSION = 1;

/**
 * Returns the lines of analysis/session.jsonl for an attempt: its model and tool calls in order. Keys and lengths are those of
 * the existing system (contract, section 6.8), plus `version`, `attempt`, `turn` and the cached tokens, and `purpose` in the conversation
 * with the reviewer of its diff.
 */
export function sessionLines(attempt: number, nodes: readonly ConversationNode[], purpose?: 'review'): string[] {
  const lines: object[] = [];
  const args = new Map<string, {name: string; arguments: string}>();
  let turn = 0;
  nodes.forEach((node, index) => {
    if (node.message.role === 'assistant') {
      turn += 1;
      for (const call of node.message.tool_calls ?? []) args.set(call.id, call.function);
      lines.push({...llmCall(node, nodes.slice(0, index)), attempt, turn});
    } else if (node.message.role === 'tool') {
      lines.push({...toolDispatch(node, args.get(node.message.tool_call_id ?? '')), attempt, turn});
    }
  });
  const label = purpose === undefined ? {} : {purpose};
  return lines.map((line) => JSON.stringify({version: VERSION, ...line, ...label}));
}

function llmCall(node: ConversationNode, before: readonly ConversationNode[]): object {
  const {content, tool_calls, reasoning_content} = node.message;
  const usage = node.call?.usage;
  return {
    kind: 'llm_call',
    model: node.call?.model ?? null,
    n_messages: before.length,
    messages_preview: before
      .map(({message}) => ({role: message.role, content: String(message.content ?? '').slice(0, 800)}))
      .slice(-2),
    response: {
      text: String(content ?? '').slice(0, 1200),
      tool_calls: (tool_calls ?? []).map((call) => ({id: call.id, name: call.function.name, arguments: call.function.arguments})),
      usage: usage === undefined ? null : {...usage, total: usage.prompt + usage.completion, ...labels(node.call)},
      reasoning_content: reasoning_content?.slice(0, 600) ?? null,
    },
  };
}

/** Labels of a usage that is not, or not only, the server's report. */
function labels(call: ConversationNode['call']): object {
  const {estimated = false, implausible} = call ?? {};
  return {...(estimated ? {estimated} : {}), ...(implausible === undefined ? {} : {implausible})};
}

function toolDispatch(node: ConversationNode, call: {name: string; arguments: string} | undefined): object {
  const result = jsonObject(node.message.content ?? '');
  return {
    kind: 'tool_dispatch',
    tool: node.tool?.name ?? call?.name ?? null,
    arguments: jsonObject(call?.arguments ?? '') ?? call?.arguments ?? null,
    result_keys: result === undefined ? [] : Object.keys(result),
    ok: node.tool?.ok ?? null,
    stdout_tail: String(result?.stdout_tail ?? '').slice(-600),
    stderr_tail: String(result?.stderr_tail ?? '').slice(-600),
  };
}
