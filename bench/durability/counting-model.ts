import {createHash} from 'node:crypto';
import {createServer, type IncomingMessage, type Server, type ServerResponse} from 'node:http';
import {setTimeout as delay} from 'node:timers/promises';
import {type ScriptedModel, startScriptedModel} from '../../src/demo/scripted-model.ts';

/** Delay of an answer, so that kills can hit an open call. */
const ANSWER_DELAY_MS = 150;

/** Proxy of the demo's scripted model that delays answers and counts each request as paid. */
export class CountingModel {
  readonly #server: Server;
  readonly #model: ScriptedModel;
  readonly #counts = new Map<string, number>();

  private constructor(server: Server, model: ScriptedModel) {
    this.#server = server;
    this.#model = model;
  }

  static async start(): Promise<CountingModel> {
    const model = await startScriptedModel();
    const server = createServer();
    const counting = new CountingModel(server, model);
    server.on('request', (request, response) => void counting.#forward(request, response).catch(() => response.destroy()));
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    return counting;
  }

  get url(): string {
    const address = this.#server.address();
    return `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`;
  }

  /** Returns how many calls were repeated, less those that a kill interrupted. A secret in its prompts makes each case's calls unique. */
  repeated(interrupted: number): number {
    const again = [...this.#counts.values()].reduce((sum, count) => sum + count - 1, 0);
    return Math.max(0, again - interrupted);
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((done) => this.#server.close(done));
    await this.#model.close();
  }

  async #forward(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks).toString();
    // The reply limit may differ in a retry, since the first call's worst case is deducted from the budget.
    const key = createHash('sha256')
      .update(JSON.stringify((JSON.parse(body) as {messages: unknown}).messages))
      .digest('hex');
    this.#counts.set(key, (this.#counts.get(key) ?? 0) + 1);
    const headers = {'content-type': 'application/json'};
    const [answer] = await Promise.all([
      fetch(`${this.#model.url}${request.url}`, {method: 'POST', body, headers}),
      delay(ANSWER_DELAY_MS),
    ]);
    response.writeHead(answer.status, headers).end(await answer.text());
  }
}
