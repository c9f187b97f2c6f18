import {createServer} from 'node:http';
import {json} from 'node:stream/consumers';
import type {ChatMessage} from '../case/attempt/conversation.ts';
import {readConversation} from '../demo/scripted-model/conversation.ts';
import {toAssistantMessage} from '../demo/scripted-model/message.ts';
import {UsageMeter} from '../demo/scripted-model/usage.ts';
import type {EvalCase} from './eval-case.ts';
import type {RepairScript} from './repair-script.ts';
import {replyByScript, type ScriptedReply} from './scripted-repair.ts';

/** Model name that identifies the script wherever it is shown. */
export const SCRIPTED_CASES = 'scripted-cases';

/** A case with its scripted answers. */
export interface ScriptedCase {
  readonly known: EvalCase;
  /** Without one the script gives up on repairs. */
  readonly repair?: RepairScript | undefined;
}

interface ChatRequest {
  readonly messages: readonly ChatMessage[];
  readonly tools?: readonly unknown[];
  readonly tool_choice?: string;
  readonly max_tokens?: number;
}

/**
 * Starts a small OpenAI-compatible server that answers each triage with the case's `scriptedAnswer`, and each attempt by the case's
 * script. For testing an evaluation, and all paths of a repair, without a model.
 */
export async function startScriptedAnswers(cases: readonly ScriptedCase[]): Promise<{url: string; close(): Promise<void>}> {
  const script = new Script(cases);
  const server = createServer((request, response) => {
    const answer = async (): Promise<object> => {
      if (request.method === 'GET') return {object: 'list', data: [{id: SCRIPTED_CASES, object: 'model'}]};
      return script.complete((await json(request)) as ChatRequest);
    };
    void answer()
      .then((body) => ({status: 200, body}))
      .catch((error: Error) => ({status: 400, body: {error: {message: error.message}}}))
      .then(({status, body}) => {
        response.writeHead(status, {'content-type': 'application/json', 'x-portwright-scripted': '1'});
        response.end(JSON.stringify(body));
      });
  });
  await new Promise<void>((done, failed) => server.once('error', failed).listen(0, '127.0.0.1', done));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const close = (): Promise<void> => {
    server.closeAllConnections();
    return new Promise((done) => server.close(() => done()));
  };
  return {url: `http://127.0.0.1:${port}`, close};
}

/** Answers of all cases. */
class Script {
  readonly #cases: readonly ScriptedCase[];
  readonly #meter = new UsageMeter();
  /** Limit of the first request for each turn, by case, attempt and turn. */
  readonly #limits = new Map<string, number>();

  constructor(cases: readonly ScriptedCase[]) {
    this.#cases = cases;
  }

  complete(request: ChatRequest): object {
    const conversation = readConversation(request.messages);
    const found = this.#cases.find(({known}) => known.origin === conversation.origin);
    const {finishReason, ...reply} = request.tools?.length
      ? this.#repair(found, conversation, request)
      : textReply(renderTriage(found?.known));
    const message = toAssistantMessage(reply, conversation);
    const choices = [{index: 0, message, finish_reason: finishReason}];
    return {object: 'chat.completion', model: SCRIPTED_CASES, choices, usage: this.#meter.count(request, message)};
  }

  #repair(
    found: ScriptedCase | undefined,
    conversation: ReturnType<typeof readConversation>,
    {tool_choice, max_tokens = 0}: ChatRequest,
  ): ScriptedReply {
    if (found?.repair === undefined) return textReply(GIVE_UP_REPLY);
    const {origin, attempt, turn} = conversation;
    const key = JSON.stringify([origin, attempt, turn]);
    const first = this.#limits.get(key) ?? max_tokens;
    this.#limits.set(key, first);
    return replyByScript(found.repair, conversation, {mayCall: tool_choice !== 'none', isRaised: max_tokens > first});
  }
}

const textReply = (text: string): ScriptedReply => ({text, calls: [], finishReason: 'stop'});

const GIVE_UP_REPLY = 'This script has a triage but no repair.\n\n## Rebuild Status\n\ngave-up';

function renderTriage(known: EvalCase | undefined): string {
  const {classification, confidence, rootCause} = known?.scriptedAnswer ?? {
    classification: 'unknown',
    confidence: 'low',
    rootCause: 'The corpus has no scripted answer for this case.',
  };
  const parts = {Classification: classification, Platform: 'generic', 'Root Cause': rootCause, Evidence: '-'};
  const sections = {...parts, 'Suggested Fix': 'See the corpus.', Confidence: confidence};
  return Object.entries(sections)
    .map(([heading, text]) => `## ${heading}\n\n${text}`)
    .join('\n\n');
}
