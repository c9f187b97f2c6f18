import {createServer} from 'node:http';
import {json} from 'node:stream/consumers';
import type {ChatMessage} from '../case/attempt/conversation.ts';
import {readConversation} from '../demo/scripted-model/conversation.ts';
import {UsageMeter} from '../demo/scripted-model/usage.ts';
import type {EvalCase} from './eval-case.ts';

/** Model name that identifies the script wherever it is shown. */
export const SCRIPTED_CASES = 'scripted-cases';

/**
 * Starts a small OpenAI-compatible server that answers each triage with the case's `scriptedAnswer`, and gives up on repairs. For
 * testing an evaluation without a model.
 */
export async function startScriptedAnswers(cases: readonly EvalCase[]): Promise<{url: string; close(): Promise<void>}> {
  const meter = new UsageMeter();
  const server = createServer((request, response) => {
    const answer = async (): Promise<object> => {
      if (request.method === 'GET') return {object: 'list', data: [{id: SCRIPTED_CASES, object: 'model'}]};
      const body = (await json(request)) as {messages: ChatMessage[]; tools?: readonly unknown[]};
      const {origin} = readConversation(body.messages);
      const known = cases.find((one) => one.origin === origin);
      const content = body.tools?.length ? GIVE_UP_REPLY : renderTriage(known);
      const message = {role: 'assistant' as const, content};
      const choices = [{index: 0, message, finish_reason: 'stop'}];
      return {object: 'chat.completion', model: SCRIPTED_CASES, choices, usage: meter.count(body, message)};
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
