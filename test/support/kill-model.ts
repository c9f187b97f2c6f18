import {createHash} from 'node:crypto';
import {createServer, type IncomingMessage} from 'node:http';
import {setTimeout as delay} from 'node:timers/promises';
import type {ChatMessage} from '../../src/case/attempt/conversation.ts';
import {readConversation} from '../../src/demo/scripted-model/conversation.ts';
import {startScriptedModel} from '../../src/demo/scripted-model.ts';

/** A received call, which would be paid even if its answer is lost. */
export interface ModelCall {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly origin: string;
  /** Place in the case, such as `patch 1.3`, and a digest of the request. */
  readonly place: string;
  readonly sent: string;
  /** Whether the client disconnected before the answer. */
  cut: boolean;
}

/** Proxy of the demo's scripted model that counts calls and delays answers. */
export interface CountingModel {
  readonly url: string;
  readonly calls: readonly ModelCall[];
  close(): Promise<void>;
}

/** Starts the proxy; `latencyMs` returns the delay of each call. */
export async function startCountingModel(latencyMs: () => number): Promise<CountingModel> {
  const scripted = await startScriptedModel();
  const calls: ModelCall[] = [];
  const server = createServer(async (request, response) => {
    const body = await read(request).catch(() => undefined);
    if (body === undefined) return;
    const call = callOf(body);
    calls.push(call);
    response.on('close', () => {
      call.cut = !response.writableFinished;
    });
    await delay(latencyMs());
    const headers = {'content-type': 'application/json'};
    const answer = await fetch(`${scripted.url}${request.url}`, {method: 'POST', headers, body});
    response.writeHead(answer.status, headers).end(await answer.text());
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    calls,
    async close() {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
      await scripted.close();
    },
  };
}

async function read(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

function callOf(body: string): ModelCall {
  const {messages, tools} = JSON.parse(body) as {messages: ChatMessage[]; tools?: unknown[]};
  const {origin = '', attempt, turn} = readConversation(messages);
  const place = `${tools?.length ? 'patch' : 'triage'} ${attempt}.${turn}`;
  return {at: Date.now(), origin, place, sent: createHash('sha256').update(body).digest('hex').slice(0, 12), cut: false};
}
