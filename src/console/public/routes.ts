import type {FastifyInstance, FastifyRequest} from 'fastify';
import {identityOf} from '../access/identity.ts';
import type {Cache} from '../cache/cache.ts';
import {Refusal} from '../refusal.ts';
import {publicPage, publicPortPage} from './pages.tsx';
import {publicCases, publicCasesOf, publicRuns} from './queries.ts';

const CASES_SHOWN = 100;
const RUNS_SHOWN = 10;

/** Registers the pages for readers without an identity. They have separate queries and markup: what other pages gain is not shown here by itself. */
export function publicRoutes(app: FastifyInstance, cache: Cache): void {
  const schema = {hide: true};
  app.get('/public', {schema}, (request, reply) => {
    const html = publicPage(publicCases(cache, CASES_SHOWN), publicRuns(cache, RUNS_SHOWN), shownTo(request));
    return reply.type('text/html; charset=utf-8').send(html);
  });
  app.get('/public/ports/*', {schema}, (request, reply) => {
    const {'*': origin} = request.params as {'*': string};
    const cases = publicCasesOf(cache, origin, CASES_SHOWN);
    if (cases.length === 0) throw new Refusal(404, `No case of ${origin} is known. /public lists the latest.`);
    return reply.type('text/html; charset=utf-8').send(publicPortPage(origin, cases, shownTo(request)));
  });
}

function shownTo(request: FastifyRequest): {now: number; canLogIn: boolean} {
  return {now: Date.now(), canLogIn: identityOf(request).role === 'public'};
}
