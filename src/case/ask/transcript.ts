import type {ConversationNode} from '../attempt/conversation.ts';
import {jsonObject} from '../text/json-object.ts';

/** Maximum number of characters of one message or result. */
const MESSAGE_CHARS = 20_000;

/** Heading of a turn, from which a citation gets its turn. */
const HEADING = /^== turn (\d+), /;

/** Returns a conversation as text, with a heading for each message; results of tools with their line breaks. */
export function transcriptText(nodes: readonly ConversationNode[]): string {
  const parts: string[] = [];
  let turn = 0;
  for (const {message, tool} of nodes) {
    const {role, content, tool_calls = []} = message;
    if (role === 'assistant') turn += 1;
    const about = role === 'tool' ? `result of ${tool?.name ?? 'a tool'}` : role;
    parts.push(`== turn ${role === 'assistant' || role === 'tool' ? turn : turn + 1}, ${about} ==`);
    if (content) parts.push(role === 'tool' ? resultText(content) : content.slice(0, MESSAGE_CHARS));
    for (const {function: called} of tool_calls) parts.push(`-> ${called.name} ${called.arguments.slice(0, MESSAGE_CHARS)}`);
  }
  return parts.join('\n');
}

/** Returns the turn that a line of a transcript belongs to; undefined before the first heading. */
export function turnAt(lines: readonly string[], line: number): number | undefined {
  for (let at = Math.min(line, lines.length) - 1; at >= 0; at -= 1) {
    const turn = HEADING.exec(lines[at] ?? '')?.[1];
    if (turn !== undefined) return Number(turn);
  }
  return undefined;
}

function resultText(json: string): string {
  const fields = jsonObject(json);
  if (fields === undefined) return json.slice(0, MESSAGE_CHARS);
  const lines = Object.entries(fields).map(([key, value]) => {
    if (typeof value !== 'string') return `${key}: ${JSON.stringify(value)}`;
    return value.includes('\n') ? `${key}:\n${value}` : `${key}: ${value}`;
  });
  return lines.join('\n').slice(0, MESSAGE_CHARS);
}
