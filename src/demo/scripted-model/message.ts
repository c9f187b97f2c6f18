import type {ChatMessage} from '../../case/attempt/conversation.ts';
import type {Conversation} from './conversation.ts';
import type {Call} from './steps.ts';

/** Text and tool calls of a reply. */
export interface ScriptedReply {
  readonly text: string;
  readonly calls: readonly Call[];
}

/** Returns a reply in the form of the protocol, with ids that name attempt and turn. */
export function toAssistantMessage({text, calls}: ScriptedReply, {turn, attempt}: Conversation): ChatMessage {
  const tool_calls = calls.map((call, index) => ({
    id: `call_${attempt}_${turn}_${index}`,
    type: 'function' as const,
    function: {name: call.name, arguments: JSON.stringify(call.args)},
  }));
  const thought = turn % 2 === 0 ? {reasoning_content: 'By script: the next step for this port.'} : {};
  return {role: 'assistant', content: text === '' ? null : text, ...(tool_calls.length === 0 ? {} : {tool_calls}), ...thought};
}
