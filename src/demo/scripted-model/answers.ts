import type {ChatMessage} from '../../case/attempt/conversation.ts';
import type {Conversation} from './conversation.ts';
import type {ScriptedReply} from './message.ts';
import {call} from './steps.ts';

/** Answers a question about a case of the demo, whatever it is: the first error line of the log, and the diff of the last attempt. */
export function answerTo(messages: readonly ChatMessage[], conversation: Conversation): ScriptedReply {
  if (conversation.turn === 0) return {text: '', calls: [call('search_artifacts', {text: 'error', artifact: 'logs/full.log'})]};
  const hit = /^(logs\/full\.log:\d+): (.*)$/m.exec(String(conversation.result('search_artifacts').lines ?? ''));
  const diff = /^<data \S+ (attempt-\d+\/changes\.diff)>/m.exec(messages.map(({content}) => content ?? '').join('\n'))?.[1];
  const failed =
    hit === null
      ? 'The evidence does not say: the log has no line with "error".'
      : `The build stopped at \`${(hit[2] ?? '').replaceAll('`', '')}\` [[${hit[1]}]].`;
  const fixed =
    diff === undefined ? 'No attempt has left a diff.' : `The diff begins with the file that repairs it [[${diff}:1-3]].`;
  return {text: `${failed} ${fixed} By script: a model would answer the question itself.`, calls: []};
}
