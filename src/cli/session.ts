import {nodesOfAttempt} from '../case/attempt/conversation.ts';
import type {CaseStatus} from '../case/status.ts';
import {plainLine, plainText} from '../case/text/plain-text.ts';
import {readConversation} from '../evidence/conversation.ts';
import {readBundleFile} from '../evidence/reading.ts';
import type {RecordStore} from '../evidence/store.ts';
import {openAttemptBundle, openCase} from './open-case.ts';
import {type TurnView, turnsOf} from './turns.ts';

const SESSION_BYTES = 64 << 20;
const RESULT_LINES = 3;
const ARGUMENTS = 160;

/** `portwright session CASE`: prints each turn of each attempt: the model's text, its tool calls with the first lines of the results, tokens. */
export async function session(name: string, options: {json?: boolean}): Promise<void> {
  const opened = await openCase(name);
  const {dir, store} = await openAttemptBundle(opened);
  const text = (await readBundleFile(dir, 'analysis/session.jsonl', SESSION_BYTES))?.text ?? '';
  const results = await fullToolResults(opened.status, store);
  const turns = turnsOf(
    text.split('\n').filter((line) => line !== ''),
    (attempt, call) => results.get(attempt)?.[call],
  );
  if (options.json) return console.log(JSON.stringify(turns, null, 2));
  if (turns.length === 0)
    throw new Error(
      `${opened.id} has no analysis/session.jsonl with turns; it is written when an attempt ends. \`portwright show\` shows the phase of the case.`,
    );
  console.log(turns.map((turn) => turnText(turn)).join('\n\n'));
}

/** Returns the results of the tools by attempt, from the records of its conversation; none for an attempt whose records are gone. */
async function fullToolResults(status: CaseStatus | undefined, store: RecordStore): Promise<Map<number, string[]>> {
  const results = new Map<number, string[]>();
  for (const {attempt, conversation} of status?.attempts ?? []) {
    if (conversation === undefined) continue;
    const nodes = await readConversation(store, conversation).catch(() => undefined);
    const answers = (nodes && nodesOfAttempt(nodes, attempt))
      ?.filter(({message}) => message.role === 'tool')
      .map(({message}) => String(message.content ?? ''));
    if (answers) results.set(attempt, answers);
  }
  return results;
}

function turnText({attempt, turn, purpose, text, tokens, calls}: TurnView): string {
  const used =
    tokens === null
      ? 'tokens unknown'
      : `${tokens.prompt} prompt (${tokens.cached} cached), ${tokens.completion} reply${tokens.estimated ? ', estimated' : ''}`;
  return [
    `-- attempt ${attempt}, ${purpose === 'review' ? 'review of its diff' : `turn ${turn}`}: ${used}`,
    ...(text.trim() === '' ? [] : [plainText(text).trim()]),
    ...calls.map(
      ({tool, args, ok, result}) => `${ok === false ? 'x' : '>'} ${plainLine(tool)} ${cut(plainLine(args))}${firstLines(result)}`,
    ),
  ].join('\n');
}

function cut(text: string): string {
  return text.length > ARGUMENTS ? `${text.slice(0, ARGUMENTS)}…` : text;
}

function firstLines(result: string): string {
  const lines = plainText(result)
    .split('\n')
    .filter((line) => line.trim() !== '');
  const more = lines.length > RESULT_LINES ? ['…'] : [];
  return [...lines.slice(0, RESULT_LINES).map((line) => line.slice(0, 200)), ...more].map((line) => `\n    ${line}`).join('');
}
