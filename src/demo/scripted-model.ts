import {createServer, type IncomingMessage, type Server} from 'node:http';
import type {ChatMessage} from '../case/attempt/conversation.ts';
import {type Conversation, readConversation} from './scripted-model/conversation.ts';
import {type Call, finalReport, REPAIRS} from './scripted-model/repairs.ts';
import {triageText} from './scripted-model/triages.ts';
import {UsageMeter} from './scripted-model/usage.ts';

const MODEL = 'scripted-demo';
const LARGEST_BODY = 8 << 20;

interface Request {
  readonly messages: readonly ChatMessage[];
  readonly tools?: readonly unknown[];
  readonly tool_choice?: string;
}

/** One answered request: for tests, and for whoever wants to see what was sent. */
export interface Asked {
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly purpose: 'triage' | 'patch';
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
  readonly requests: readonly Asked[];
  close(): Promise<void>;
}

/**
 * A small OpenAI-compatible server that answers by scripts for the demo's ports: `POST /v1/chat/completions` (no streams), `GET /v1/models`,
 * `GET /requests`. It says what it is in the model's name and in the header `x-portwright-scripted`.
 */
export async function startScriptedModel({port = 0}: {port?: number} = {}): Promise<ScriptedModel> {
  const requests: Asked[] = [];
  const meter = new UsageMeter();
  const server = createServer((request, response) => {
    void answer(request, requests, meter).then(({status, body}) => {
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

async function answer(request: IncomingMessage, requests: Asked[], meter: UsageMeter): Promise<Answer> {
  if (request.method === 'GET' && request.url === '/v1/models')
    return {status: 200, body: {object: 'list', data: [{id: MODEL, object: 'model', owned_by: 'portwright'}]}};
  if (request.method === 'GET' && request.url === '/requests') return {status: 200, body: {scripted: true, requests}};
  if (request.method !== 'POST' || request.url !== '/v1/chat/completions')
    return problem(404, `There is no ${request.method} ${request.url} here.`);
  try {
    const text = await readBody(request);
    if (text === undefined) return problem(413, `A request may have ${LARGEST_BODY} bytes; this one has more.`);
    const body = JSON.parse(text) as Request & {stream?: boolean};
    if (body.stream) return problem(400, 'This server does not stream.');
    if (!Array.isArray(body.messages)) return problem(400, 'messages must be a list.');
    return complete(body, Buffer.byteLength(text), requests, meter);
  } catch (error) {
    return problem(400, (error as Error).message);
  }
}

function problem(status: number, message: string): Answer {
  return {status, body: {error: {message, type: 'invalid_request_error'}}};
}

/** The whole body, or undefined where it is too large. Throws when the client goes away meanwhile. */
async function readBody(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes <= LARGEST_BODY) chunks.push(chunk);
  }
  return bytes > LARGEST_BODY ? undefined : Buffer.concat(chunks).toString('utf8');
}

function complete(body: Request, bytes: number, requests: Asked[], meter: UsageMeter): Answer {
  const conversation = readConversation(body.messages);
  const purpose = body.tools?.length ? 'patch' : 'triage';
  const said =
    purpose === 'triage' ? {text: triageText(conversation), calls: []} : patchTurn(conversation, body.tool_choice !== 'none');
  const message = messageOf(said, conversation);
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
  const choice = {index: 0, message, finish_reason: said.calls.length > 0 ? 'tool_calls' : 'stop'};
  return {
    status: 200,
    body: {
      id: `chatcmpl-scripted-${requests.length}`,
      object: 'chat.completion',
      created: 0,
      model: MODEL,
      system_fingerprint: 'scripted',
      choices: [choice],
      usage,
    },
  };
}

interface ScriptedReply {
  readonly text: string;
  readonly calls: readonly Call[];
}

function patchTurn(conversation: Conversation, mayCall: boolean): ScriptedReply {
  const repair = REPAIRS[conversation.origin ?? ''];
  if (repair === undefined)
    return {text: 'This script does not know the port, so it stops.\n\n## Rebuild Status\n\ngave-up', calls: []};
  const steps = repair.attempts[Math.min(conversation.attempt, repair.attempts.length) - 1] ?? [];
  const step = mayCall && conversation.failed === undefined ? steps[conversation.turn] : undefined;
  if (step !== undefined) return {text: '', calls: step(conversation)};
  return {text: finalReport(conversation, repair), calls: []};
}

function messageOf({text, calls}: ScriptedReply, {turn, attempt}: Conversation): ChatMessage {
  const tool_calls = calls.map((call, index) => ({
    id: `call_${attempt}_${turn}_${index}`,
    type: 'function' as const,
    function: {name: call.name, arguments: JSON.stringify(call.args)},
  }));
  const thought = turn % 2 === 0 ? {reasoning_content: 'By script: the next step for this port.'} : {};
  return {role: 'assistant', content: text === '' ? null : text, ...(tool_calls.length === 0 ? {} : {tool_calls}), ...thought};
}
