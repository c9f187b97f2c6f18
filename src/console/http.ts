import fastify, {type FastifyInstance, type FastifyReply, type FastifySchemaValidationError} from 'fastify';
import {Refusal} from './refusal.ts';

/** What one client may take of the console. */
export interface HttpLimits {
  /** For the headers of a request, and for all of it, milliseconds. */
  readonly headersMs: number;
  readonly requestMs: number;
  /** Open connections; further ones are closed at once. */
  readonly connections: number;
}

const LIMITS: HttpLimits = {headersMs: 10_000, requestMs: 20_000, connections: 1000};
const BODY_BYTES = 256 << 10;
const URL_CHARS = 8000;
/** How often Node checks the times of requests, milliseconds. */
const CHECK_MS = 1000;

/** Creates the HTTP server of the console, without routes: limits, JSON as the contract has it, texts of its refusals. */
export function consoleApp(limits: HttpLimits = LIMITS): FastifyInstance {
  const app = fastify({
    routerOptions: {ignoreTrailingSlash: true, maxParamLength: 500},
    forceCloseConnections: true,
    requestTimeout: limits.requestMs,
    http: {
      headersTimeout: Math.min(limits.headersMs, limits.requestMs),
      connectionsCheckingInterval: Math.min(CHECK_MS, limits.headersMs, limits.requestMs),
    },
    frameworkErrors: (error, _request, reply: FastifyReply) => {
      void reply
        .code(error.statusCode ?? 400)
        .type('application/json; charset=utf-8')
        .send(asJson({error: error.message}));
    },
    bodyLimit: BODY_BYTES,
    ajv: {customOptions: {coerceTypes: 'array', removeAdditional: false}},
  });
  app.server.maxConnections = limits.connections;
  app.setReplySerializer(asJson);
  app.setSchemaErrorFormatter((errors, part) => new Error(badInput(errors, part)));
  return app;
}

/** Hook that throws a Refusal for an address that no page and no client of the console has: no file, row or workflow has such a name. */
export async function refuseOddUrl({url}: {readonly url: string}): Promise<void> {
  if (url.length > URL_CHARS) throw new Refusal(414, `An address has at most ${URL_CHARS} characters; got ${url.length}.`);
  if (/%00/.test(url))
    throw new Refusal(400, `An address must have no NUL (%00); got ${JSON.stringify(url.slice(0, 200))}. Remove it.`);
}

/** Contract, section 8.2. */
export function asJson(payload: unknown): string {
  return `${JSON.stringify(payload, null, 2)}\n`;
}

/** Describes the first fault of a query or a body. */
function badInput(errors: readonly FastifySchemaValidationError[], part: string): string {
  const [{instancePath, keyword, params, message}] = errors as [FastifySchemaValidationError];
  const name = instancePath.replace(/^\//, '').replaceAll('/', '.') || String(params.missingProperty ?? '');
  const rule = keyword === 'enum' ? `must be one of ${(params.allowedValues as string[]).join(', ')}` : message;
  return keyword === 'required' ? `The ${part} must have "${name}".` : `The ${part}'s "${name}" ${rule}.`;
}
