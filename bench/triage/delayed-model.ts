import {createServer, type Server} from 'node:http';
import type {AddressInfo} from 'node:net';
import {text as textOf} from 'node:stream/consumers';

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

function completion(message: object): object {
  const choice = {index: 0, finish_reason: 'stop', message: {role: 'assistant', ...message}};
  return {model: 'bench', choices: [choice], usage: {prompt_tokens: 4000, completion_tokens: 200}};
}

function toolCall(at: number): object {
  const args = JSON.stringify({path: `/work/DeltaPorts/ports/net/foo/file-${at}`});
  const call = {id: `call-${at}`, type: 'function', function: {name: 'get_file', arguments: args}};
  return completion({content: null, tool_calls: [call]});
}

/** A model that answers after a delay: a triage in the same way each time, and tools with a call that no other one repeats. */
export class DelayedModel {
  readonly #server: Server;
  /** Times of the requests, by `performance.now`. */
  readonly calls: number[] = [];

  private constructor(delayMs: number) {
    this.#server = createServer((request, response) => {
      this.calls.push(performance.now());
      const at = this.calls.length;
      void textOf(request).then((asked) => {
        const body = JSON.stringify(asked.includes('"tools":') ? toolCall(at) : completion({content: TEXT}));
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
