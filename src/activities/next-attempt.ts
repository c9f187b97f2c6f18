import {continuesConversation} from '../case/attempt/continue.ts';
import {type ConversationNode, nodesOfAttempt} from '../case/attempt/conversation.ts';
import {digestOf, firstErrorLine} from '../case/attempt/digest.ts';
import {findingsToRaise} from '../case/attempt/guard-round.ts';
import {priceOf} from '../case/budget/money.ts';
import {findingLines} from '../case/prompt/guard-round.ts';
import type {PreviousAttempt} from '../case/prompt/messages.ts';
import {attemptMessage, type Prompt} from '../case/prompt/prompt.ts';
import type {AttemptResult} from '../case/status.ts';
import type {RecordId} from '../case/types.ts';
import {firstErrors} from '../devenv/build-findings.ts';
import {openAiTools} from '../devenv/tools/index.ts';
import {readConversation} from '../evidence/conversation.ts';
import {rootCausesIn} from '../evidence/root-causes.ts';
import type {RecordStore} from '../evidence/store.ts';
import {windowOf} from '../llm/converse.ts';
import type {ModelSettings} from '../llm/settings.ts';
import {countRequest} from '../llm/tokens.ts';
import type {ControlActivities} from '../protocol/activities.ts';
import {append, type NewNode, notRun} from './conversation.ts';
import {withinWindow} from './window.ts';

/** An attempt after the first. */
export interface NextAttempt {
  readonly attempt: number;
  readonly of: number;
  readonly nonce: string;
  /** Earlier attempts, oldest first; at least one. */
  readonly earlier: readonly AttemptResult[];
  /** Conversation of the last of them, oldest first; empty where it had none. */
  readonly conversation: readonly ConversationNode[];
  /** The failure that the case began with. */
  readonly original: {readonly signature: string; readonly line: string};
}

/** Returns the failure of a bundle: its signature and the first line that names it, empty where the log names no cause. */
export async function originalErrorOf(dir: string): Promise<NextAttempt['original']> {
  const causes = await rootCausesIn(dir);
  return {signature: causes?.signature ?? '', line: firstErrorLine(causes?.findings[0]?.text ?? '')};
}

/** Budget, limit of a reply and prices by which it is decided whether a conversation goes on. */
type Room = NonNullable<Parameters<ControlActivities['openAttempt']>[0]['left']>;

/**
 * Returns the conversation of the attempt before, all of its calls answered, if the next attempt goes on in it: a model had it, it began
 * with the prompt that the next attempt would begin with, and window and budget allow it. Undefined otherwise.
 */
export async function conversationToContinue(
  store: RecordStore,
  prompt: Prompt,
  {earlier, conversation: nodes}: Pick<NextAttempt, 'earlier' | 'conversation'>,
  {settings, left, replyTokens, prices}: Room & {readonly settings: ModelSettings},
): Promise<RecordId | undefined> {
  const before = earlier.at(-1);
  if (before?.conversation === undefined || before.by !== undefined) return undefined;
  const [system, user] = nodes.map(({message}) => message.content);
  if (system !== prompt.system || user !== prompt.user) return undefined;
  const answers = notRun(nodes.at(-1)?.message.tool_calls ?? []);
  const messages = [...nodes, ...answers].map(({message}) => message);
  const tools = openAiTools(windowOf(settings));
  const size = requestSize(settings, messages, tools, replyTokens);
  const lastCall = nodes.findLast(({call}) => call !== undefined)?.call?.usage;
  if (size === undefined) return undefined;
  const price = priceOf(prices, settings.model);
  if (!continuesConversation({tokens: size, window: windowOf(settings), lastCall}, left, price)) return undefined;
  return answers.length === 0 ? before.conversation : append(store, before.conversation, answers);
}

/** Returns the tokens of a request as it would be sent; undefined where it does not fit into the window. */
function requestSize(
  settings: ModelSettings,
  messages: readonly ConversationNode['message'][],
  tools: ReturnType<typeof openAiTools>,
  replyTokens: number,
): number | undefined {
  try {
    return countRequest(withinWindow(settings, messages, tools, {replyTokens}).messages, tools);
  } catch {
    return undefined;
  }
}

/** Returns the message that opens an attempt after the first; a conversation that goes on needs no digest of the attempt before. */
export async function attemptNode(store: RecordStore, next: NextAttempt, isContinued: boolean): Promise<NewNode> {
  const {attempt, of, nonce, earlier, original} = next;
  const before = earlier.at(-1) as AttemptResult;
  const nodes = nodesOfAttempt(next.conversation, before.attempt);
  const firstErrors = await firstErrorsOf(store, before, nodes);
  const earlierErrors = await errorsBefore(store, earlier.at(-2));
  const content = attemptMessage({
    attempt,
    of,
    nonce,
    tried: await Promise.all(earlier.map((one) => triedIn(store, one))),
    diffApplied: true,
    diff: await textOf(store, before.diff),
    findings: findingLines(findingsToRaise(before.findings)),
    originalError: original.signature,
    errorLines: {before: earlierErrors || original.line, now: firstErrorLine(firstErrors)},
    firstErrors,
    isContinued,
    ...(isContinued ? {} : {report: await textOf(store, before.finalText), digest: digestOf(nodes)}),
  });
  return {message: {role: 'user', content}, ...(isContinued ? {attempt} : {})};
}

async function errorsBefore(store: RecordStore, one: AttemptResult | undefined): Promise<string> {
  if (one === undefined) return '';
  const nodes = nodesOfAttempt(await conversationOf(store, one), one.attempt);
  return firstErrorLine(await firstErrorsOf(store, one, nodes));
}

/** Returns the conversation of an attempt, with that of the attempt before where it went on in it; empty where it had none. */
export async function conversationOf(
  store: RecordStore,
  one: Pick<AttemptResult, 'conversation'>,
): Promise<readonly ConversationNode[]> {
  return one.conversation === undefined ? [] : readConversation(store, one.conversation);
}

async function textOf(store: RecordStore, id: RecordId | undefined): Promise<string> {
  return id === undefined ? '' : store.text(id);
}

async function triedIn(store: RecordStore, one: AttemptResult): Promise<PreviousAttempt> {
  const {attempt, by, turns, reason, said, finalError = ''} = one;
  const changed = changedFiles(await textOf(store, one.diff));
  return {attempt, turns, reason, changed, finalError, by, excerpt: said};
}

/** `Makefile.DragonFly`, `dragonfly/patch-main.c`: below the port's directory. */
function changedFiles(diff: string): string[] {
  return [...diff.matchAll(/^diff --git a\/ports\/[^/]+\/[^/]+\/(\S+) b\//gm)].map(([, path]) => path as string);
}

/** First errors of what failed last: the proof's, or the last build's. */
async function firstErrorsOf(store: RecordStore, {proof}: AttemptResult, nodes: readonly ConversationNode[]): Promise<string> {
  const tail = await textOf(store, proof?.failure?.tail);
  if (tail !== '') return tail;
  const built = nodes.filter((node) => node.tool?.name === 'dsynth_build').at(-1);
  if (built === undefined) return '';
  const {findings, log_tail, stdout_tail} = JSON.parse(built.message.content ?? '{}') as Partial<Record<string, string>>;
  return findings || firstErrors(log_tail || stdout_tail || '');
}
