import type {ConversationNode} from '../../src/case/attempt/conversation.ts';
import type {AttemptResult} from '../../src/case/status.ts';
import {NO_USAGE} from '../../src/case/types.ts';

type Message = ConversationNode['message'];

/** A conversation of these messages. Replies take 1000 tokens of prompt, 905 of them cached, and 50 of reply. */
export function conversation(messages: readonly Message[]): ConversationNode[] {
  return messages.map((message, at) => ({
    version: 1,
    before: null,
    message,
    ...(message.role === 'assistant' ? {call: callAt(at)} : {}),
    ...(message.role === 'tool' ? {tool: {name: 'tool', ok: !String(message.content).includes('"ok":false')}} : {}),
  }));
}

function callAt(sent: number): NonNullable<ConversationNode['call']> {
  const usage = {prompt: 1000, cached: 905, completion: 50, reasoning: 20, cost: 0};
  return {model: 'model-1', usage, estimated: false, finishReason: 'tool_calls', sent};
}

export const system: Message = {role: 'system', content: 'You repair ports.'};
export const user: Message = {role: 'user', content: 'The port is net/foo.'};

/** A reply that calls tools; ids may be the same. */
export function calls(...asked: readonly (readonly [id: string, name: string, args: string])[]): Message {
  const tool_calls = asked.map(([id, name, args]) => ({id, type: 'function' as const, function: {name, arguments: args}}));
  return {role: 'assistant', content: null, tool_calls};
}

export function answer(id: string, content: string): Message {
  return {role: 'tool', tool_call_id: id, content};
}

export function attemptOf(more: Partial<AttemptResult> = {}): AttemptResult {
  return {
    attempt: 1,
    end: 'reported',
    reason: 'a clean rebuild passed',
    turns: 2,
    minutes: 3.5,
    usage: {...NO_USAGE, prompt: 2000, cached: 1500, completion: 100},
    built: true,
    findings: [],
    ...more,
  };
}
