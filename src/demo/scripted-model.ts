import {createServer, type IncomingMessage, type Server} from 'node:http';
import type {ChatMessage} from '../llm/messages.ts';
import {countTokens} from '../llm/tokens.ts';
import {type Conversation, readConversation} from './scripted-model/conversation.ts';
import {type Call, finalReport, REPAIRS} from './scripted-model/repairs.ts';
import {triageText} from './scripted-model/triages.ts';

const MODEL = 'scripted-demo';
const LARGEST_BODY = 8 << 20;

interface Request {
  readonly messages: readonly ChatMessage[];
  readonly tools?: readonly unknown[];
  readonly tool_choice?: string;
}

/** One answered request: for tests, and for whoever wants to see what was sent. */
export interface Asked {
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
  const prefixes: string[] = [];
  const server = createServer((request, response) => {
    void answer(request, requests, prefixes).then(({status, body}) => {
      response.writeHead(status, {'content-type': 'application/json', 'x-portwright-scripted': '1'}).end(JSON.stringify(body));
    });
  });
  await new Promise<void>((done) => server.listen(port, '127.0.0.1', done));
  const address = server.address();
  const at = typeof address === 'object' && address !== null ? address.port : port;
  return {url: `http://127.0.0.1:${at}`, requests, close: () => close(server)};
}

function close(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((done) => server.close(() => done()));
}

type Answer = {readonly status: number; readonly body: object};

async function answer(request: IncomingMessage, requests: Asked[], prefixes: string[]): Promise<Answer> {
  if (request.method === 'GET' && request.url === '/v1/models')
    return {status: 200, body: {object: 'list', data: [{id: MODEL, object: 'model', owned_by: 'portwright'}]}};
  if (request.method === 'GET' && request.url === '/requests') return {status: 200, body: {scripted: true, requests}};
  if (request.method !== 'POST' || request.url !== '/v1/chat/completions')
    return problem(404, `There is no ${request.method} ${request.url} here.`);
  const text = await readBody(request);
  try {
    const body = JSON.parse(text) as Request & {stream?: boolean};
    if (body.stream) return problem(400, 'This server does not stream.');
    return complete(body, text.length, requests, prefixes);
  } catch (error) {
    return problem(400, (error as Error).message);
  }
}

function problem(status: number, message: string): Answer {
  return {status, body: {error: {message, type: 'invalid_request_error'}}};
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes <= LARGEST_BODY) chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function complete(body: Request, bytes: number, requests: Asked[], prefixes: string[]): Answer {
  const conversation = readConversation(body.messages);
  const purpose = body.tools === undefined ? 'triage' : 'patch';
  const said =
    purpose === 'triage' ? {text: triageText(conversation), calls: []} : patchTurn(conversation, body.tool_choice !== 'none');
  const message = messageOf(said, conversation);
  const usage = usageOf(body, message, prefixes);
  const {origin, turn, attempt} = conversation;
  requests.push({
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

interface Said {
  readonly text: string;
  readonly calls: readonly Call[];
}

function patchTurn(conversation: Conversation, mayCall: boolean): Said {
  const repair = REPAIRS[conversation.origin ?? ''];
  if (repair === undefined)
    return {text: 'This script does not know the port, so it stops.\n\n## Rebuild Status\n\ngave-up', calls: []};
  const steps = repair.attempts[Math.min(conversation.attempt, repair.attempts.length) - 1] ?? [];
  const step = mayCall ? steps[conversation.turn] : undefined;
  if (step !== undefined) return {text: '', calls: step(conversation)};
  return {
    text: finalReport(conversation.origin ?? '', repair, conversation.result('dsynth_build').rebuild_ok === true),
    calls: [],
  };
}

function messageOf({text, calls}: Said, {turn, attempt}: Conversation): ChatMessage {
  const tool_calls = calls.map((call, index) => ({
    id: `call_${attempt}_${turn}_${index}`,
    type: 'function' as const,
    function: {name: call.name, arguments: JSON.stringify(call.args)},
  }));
  const thought = turn % 2 === 0 ? {reasoning_content: 'By script: the next step for this port.'} : {};
  return {role: 'assistant', content: text === '' ? null : text, ...(tool_calls.length === 0 ? {} : {tool_calls}), ...thought};
}

/** Usage as a server with a prefix cache would count it. */
function usageOf(body: Request, message: ChatMessage, prefixes: string[]) {
  const sent = JSON.stringify(body.tools ?? []) + body.messages.map((one) => JSON.stringify(one)).join('\n');
  const shared = Math.max(0, ...prefixes.map((earlier) => commonPrefix(earlier, sent)));
  prefixes.push(sent);
  prefixes.splice(0, prefixes.length - 30);
  const prompt_tokens = countTokens(sent);
  const completion_tokens = countTokens(JSON.stringify(message));
  const cached_tokens = Math.min(prompt_tokens, Math.floor((prompt_tokens * shared) / sent.length));
  return {
    prompt_tokens,
    completion_tokens,
    total_tokens: prompt_tokens + completion_tokens,
    prompt_tokens_details: {cached_tokens},
  };
}

function commonPrefix(a: string, b: string): number {
  let length = 0;
  while (length < a.length && length < b.length && a[length] === b[length]) length += 1;
  return length;
}
