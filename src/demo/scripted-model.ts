import {createServer, type IncomingMessage, type Server} from 'node:http';
import {ASK_OPENING} from '../case/ask/prompt.ts';
import type {ChatMessage} from '../case/attempt/conversation.ts';
import {REVIEW_OPENING} from '../case/prompt/diff-review.ts';
import {answerTo} from './scripted-model/answers.ts';
import {type Conversation, readConversation} from './scripted-model/conversation.ts';
import {finalReport} from './scripted-model/final-report.ts';
import {type ScriptedReply, toAssistantMessage} from './scripted-model/message.ts';
import {REPAIRS} from './scripted-model/repairs.ts';
import {triageText} from './scripted-model/triages.ts';
import {UsageMeter} from './scripted-model/usage.ts';

const MODEL_NAME = 'scripted-demo';
const MAX_BODY_BYTES = 8 << 20;

interface Request {
  readonly messages: readonly ChatMessage[];
  readonly tools?: readonly unknown[];
  readonly tool_choice?: string;
}

/** A request that was answered, as `GET /requests` lists it. */
export interface AnsweredRequest {
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly purpose: 'triage' | 'patch' | 'review' | 'ask';
  readonly origin: string | undefined;
  readonly turn: number;
  readonly attempt: number;
  readonly bytes: number;
  readonly promptTokens: number;
  readonly cachedTokens: number;
}

export interface ScriptedModel {
  /** Base without a path: `http://127.0.0.1:PORT`. */
  readonly url: string;
  readonly requests: readonly AnsweredRequest[];
  close(): Promise<void>;
}

/**
 * Starts a small OpenAI-compatible server that answers by scripts for the demo's ports: `POST /v1/chat/completions` (no streams), `GET /v1/models`,
 * `GET /requests`. The model's name and the header `x-portwright-scripted` identify it.
 */
export async function startScriptedModel({port = 0}: {port?: number} = {}): Promise<ScriptedModel> {
  const requests: AnsweredRequest[] = [];
  const meter = new UsageMeter();
  const server = createServer((request, response) => {
    void handleRequest(request, requests, meter).then(({status, body}) => {
      response.writeHead(status, {'content-type': 'application/json', 'x-portwright-scripted': '1'}).end(JSON.stringify(body));
    });
  });
  await new Promise<void>((done, failed) => server.once('error', failed).listen(port, '127.0.0.1', done));
  const address = server.address();
  const at = typeof address === 'object' && address !== null ? address.port : port;
  return {url: `http://127.0.0.1:${at}`, requests, close: () => close(server)};
}

function close(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((done) => server.close(() => done()));
}

type Answer = {readonly status: number; readonly body: object};

async function handleRequest(request: IncomingMessage, requests: AnsweredRequest[], meter: UsageMeter): Promise<Answer> {
  if (request.method === 'GET' && request.url === '/v1/models')
    return {status: 200, body: {object: 'list', data: [{id: MODEL_NAME, object: 'model', owned_by: 'portwright'}]}};
  if (request.method === 'GET' && request.url === '/requests') return {status: 200, body: {scripted: true, requests}};
  if (request.method !== 'POST' || request.url !== '/v1/chat/completions')
    return errorAnswer(404, `No such endpoint: ${request.method} ${request.url}.`);
  try {
    const text = await readBody(request);
    if (text === undefined) return errorAnswer(413, `A request may have at most ${MAX_BODY_BYTES} bytes.`);
    const body = JSON.parse(text) as Request & {stream?: boolean};
    if (body.stream) return errorAnswer(400, 'Streaming is not supported.');
    if (!Array.isArray(body.messages)) return errorAnswer(400, 'messages must be a list.');
    return complete(body, Buffer.byteLength(text), requests, meter);
  } catch (error) {
    return errorAnswer(400, (error as Error).message);
  }
}

function errorAnswer(status: number, message: string): Answer {
  return {status, body: {error: {message, type: 'invalid_request_error'}}};
}

/** Returns the complete body, or undefined if it is too large. Throws when the client disconnects. */
async function readBody(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes <= MAX_BODY_BYTES) chunks.push(chunk);
  }
  return bytes > MAX_BODY_BYTES ? undefined : Buffer.concat(chunks).toString('utf8');
}

function complete(body: Request, bytes: number, requests: AnsweredRequest[], meter: UsageMeter): Answer {
  const conversation = readConversation(body.messages);
  const purpose = purposeOf(body);
  const reply = replyOf(purpose, body, conversation);
  const message = toAssistantMessage(reply, conversation);
  const usage = meter.count(body, message);
  const {origin, turn, attempt} = conversation;
  requests.push({
    at: new Date().toISOString(),
    purpose,
    origin,
    turn,
    attempt,
    bytes,
    promptTokens: usage.prompt_tokens,
    cachedTokens: usage.prompt_tokens_details.cached_tokens,
  });
  const choice = {index: 0, message, finish_reason: reply.calls.length > 0 ? 'tool_calls' : 'stop'};
  return {
    status: 200,
    body: {
      id: `chatcmpl-scripted-${requests.length}`,
      object: 'chat.completion',
      created: 0,
      model: MODEL_NAME,
      system_fingerprint: 'scripted',
      choices: [choice],
      usage,
    },
  };
}

function replyOf(purpose: AnsweredRequest['purpose'], body: Request, conversation: Conversation): ScriptedReply {
  if (purpose === 'patch') return replyToPatch(conversation, body.tool_choice !== 'none');
  return purpose === 'ask' ? answerTo(body.messages, conversation) : replyTo(purpose, conversation);
}

function purposeOf({messages, tools}: Request): AnsweredRequest['purpose'] {
  if (messages[0]?.content?.startsWith(ASK_OPENING)) return 'ask';
  if (tools?.length) return 'patch';
  return messages[0]?.content?.startsWith(REVIEW_OPENING) ? 'review' : 'triage';
}

/** Replies without tools. A review of the demo's diffs finds nothing. */
function replyTo(purpose: 'triage' | 'review', conversation: Conversation): ScriptedReply {
  return {text: purpose === 'review' ? '{"findings": []}' : triageText(conversation), calls: []};
}

function replyToPatch(conversation: Conversation, mayCall: boolean): ScriptedReply {
  const repair = REPAIRS[conversation.origin ?? ''];
  if (repair === undefined) return {text: 'There is no script for this port.\n\n## Rebuild Status\n\ngave-up', calls: []};
  const steps = repair.attempts[Math.min(conversation.attempt, repair.attempts.length) - 1] ?? [];
  const step = mayCall && conversation.failed === undefined ? steps[conversation.turn] : undefined;
  if (step !== undefined) return {text: '', calls: step(conversation)};
  return {text: finalReport(conversation, repair), calls: []};
}
