import {createServer, type Server} from 'node:http';
import type {AddressInfo} from 'node:net';

const REPLY = {
  classification: 'compile-error',
  confidence: 'high',
  platform: 'generic',
  root_cause: 'The header does not declare the constant.',
  evidence: 'log:1001',
  suggested_fix: 'Include the header that declares it.',
  notes: '',
};

const TEXT = [
  ['Classification', REPLY.classification],
  ['Confidence', REPLY.confidence],
  ['Platform', REPLY.platform],
  ['Root Cause', REPLY.root_cause],
  ['Evidence', REPLY.evidence],
  ['Suggested Fix', REPLY.suggested_fix],
]
  .map(([heading, body]) => `## ${heading}\n${body}`)
  .join('\n\n');

/** A model that answers each triage in the same way after a delay. */
export class DelayedModel {
  readonly #server: Server;
  /** Times of the requests, by `performance.now`. */
  readonly calls: number[] = [];

  private constructor(delayMs: number) {
    const usage = {prompt_tokens: 4000, completion_tokens: 200};
    const body = JSON.stringify({
      model: 'bench',
      choices: [{index: 0, finish_reason: 'stop', message: {role: 'assistant', content: TEXT}}],
      usage,
    });
    this.#server = createServer((request, response) => {
      this.calls.push(performance.now());
      request.resume().on('end', () => {
        setTimeout(() => response.writeHead(200, {'content-type': 'application/json'}).end(body), delayMs);
      });
    });
  }

  static async start(delayMs: number): Promise<DelayedModel> {
    const model = new DelayedModel(delayMs);
    await new Promise<void>((done) => model.#server.listen(0, '127.0.0.1', done));
    return model;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/v1`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((done) => this.#server.close(done));
  }
}
