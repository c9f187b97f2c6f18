import {createServer, type IncomingMessage, type Server, type ServerResponse} from 'node:http';
import type {AddressInfo} from 'node:net';
import {text} from 'node:stream/consumers';
import type {ModelSettings} from '../../src/llm/settings.ts';
import {USUAL_PROTOCOL} from '../../src/llm/settings.ts';

export interface Seen {
  readonly url: string;
  readonly authorization: string | undefined;
  readonly body: Record<string, unknown>;
}

type Answer = (response: ServerResponse, seen: Seen, request: IncomingMessage) => void;

/** A model server on a free port whose next answers are scripted; the last one is repeated. */
export class ModelServer {
  readonly seen: Seen[] = [];
  readonly #answers: Answer[] = [];
  readonly #server: Server;

  constructor() {
    this.#server = createServer((request, response) => void this.#answer(request, response));
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = JSON.parse(await text(request)) as Record<string, unknown>;
    const seen = {url: request.url ?? '', authorization: request.headers.authorization, body};
    this.seen.push(seen);
    const answer = this.#answers.length > 1 ? this.#answers.shift() : this.#answers[0];
    answer?.(response, seen, request);
  }

  async start(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  /** Forgets what was seen and scripts what comes. */
  script(...answers: Answer[]): void {
    this.seen.length = 0;
    this.#answers.splice(0, this.#answers.length, ...answers);
  }

  settings(over: Partial<ModelSettings> = {}): ModelSettings {
    const {port} = this.#server.address() as AddressInfo;
    const baseUrl = `http://127.0.0.1:${port}/v1`;
    return {
      purpose: 'triage',
      model: 'small',
      baseUrl,
      apiKey: 'sk-secret-0123456789',
      timeoutMs: 20_000,
      ...USUAL_PROTOCOL,
      ...over,
    };
  }
}

export function json(status: number, body: unknown, headers: Record<string, string> = {}): Answer {
  return (response) => {
    response.writeHead(status, {'content-type': 'application/json', ...headers});
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  };
}

export function completion(message: object, over: object = {}) {
  return {
    model: 'small-2',
    choices: [{index: 0, finish_reason: 'stop', message: {role: 'assistant', ...message}}],
    usage: {prompt_tokens: 100, completion_tokens: 20},
    ...over,
  };
}
