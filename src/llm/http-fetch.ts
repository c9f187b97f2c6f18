import {request as httpRequest, type IncomingMessage, type RequestOptions} from 'node:http';
import {request as httpsRequest} from 'node:https';

/** A reply longer than this is not one. Bytes. */
const LONGEST_REPLY = 32 * 1024 * 1024;

/** Statuses whose answers have no body. */
const BODILESS = new Set([204, 205, 304]);

/**
 * A `fetch` for one call that waits as long as `signal` lets it, until the last byte. Node's own fetch gives up
 * after 300 s without headers, while a model that thinks for 10 minutes sends its headers only then.
 * Redirects are not followed, so that the key goes only to the address that was set.
 */
export function httpFetch(signal: AbortSignal): typeof fetch {
  return async (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input);
    const headers = Object.fromEntries(new Headers(init?.headers));
    const answer = await send(url, {method: init?.method ?? 'GET', headers, signal}, String(init?.body ?? ''));
    const body = await readBody(answer);
    return new Response(BODILESS.has(answer.statusCode ?? 0) ? null : body, {
      status: answer.statusCode ?? 0,
      headers: headersOf(answer),
    });
  };
}

function send(url: URL, options: RequestOptions, body: string): Promise<IncomingMessage> {
  const request = url.protocol === 'https:' ? httpsRequest : httpRequest;
  return new Promise((resolve, reject) => {
    const sent = request(url, options, resolve);
    sent.on('error', reject);
    sent.end(body);
  });
}

async function readBody(answer: IncomingMessage): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > LONGEST_REPLY) throw new Error(`The reply is longer than ${LONGEST_REPLY} bytes.`);
    chunks.push(chunk);
  }
  return new Uint8Array(Buffer.concat(chunks));
}

function headersOf(answer: IncomingMessage): Headers {
  const headers = new Headers();
  for (const [name, values] of Object.entries(answer.headersDistinct))
    for (const value of values ?? []) headers.append(name, value);
  return headers;
}
