import type {TypeBoxTypeProvider} from '@fastify/type-provider-typebox';
import type {FastifyInstance} from 'fastify';
import {Type} from 'typebox';
import {askPage} from '../ask/page.tsx';
import type {Reading} from '../context.ts';
import {nextWaiting} from '../queries/cases.ts';
import {apiPage} from './api.tsx';
import type {ApiDocument} from './api-document.ts';
import {artifactPage} from './artifact.tsx';
import {bundlePage} from './bundle.tsx';
import {bundlesPage} from './bundles.tsx';
import {casePage} from './case.tsx';
import {pathOfCase} from './case-table.tsx';
import {casesPage} from './cases.tsx';
import {comparePage} from './compare.tsx';
import {diffPage, patchFile} from './diff.tsx';
import {eventsPage} from './events.tsx';
import {jobPage} from './job.tsx';
import {jobsPage} from './jobs.tsx';
import {overviewPage} from './overview.tsx';
import type {Forms, PageContext, PageDefinition, PageRequest, Render} from './page.ts';
import {portPage} from './port.tsx';
import {portsPage} from './ports.tsx';
import {runPage} from './run.tsx';
import {runsPage} from './runs.tsx';
import {sessionPage} from './session.tsx';
import {sessionFilePage} from './session-file.tsx';

const PAGES: readonly PageDefinition[] = [
  overviewPage,
  casesPage,
  casePage,
  askPage,
  diffPage,
  patchFile,
  sessionPage,
  sessionFilePage,
  jobsPage,
  jobPage,
  eventsPage,
  runsPage,
  runPage,
  comparePage,
  portsPage,
  portPage,
  bundlesPage,
  bundlePage,
  artifactPage,
  apiPage,
];

/** Where the next case is that needs a person: a redirect, for the key `g n` and for links. */
function nextRoute(app: FastifyInstance, {cache}: Reading): void {
  const querystring = Type.Object({after: Type.Optional(Type.String({maxLength: 500}))});
  app.withTypeProvider<TypeBoxTypeProvider>().get('/ui/next', {schema: {hide: true, querystring}}, ({query: {after}}, reply) => {
    const next = nextWaiting(cache, after);
    return reply.redirect(next === undefined ? '/' : pathOfCase(next), 303);
  });
}

/** Registers the pages; each can be read without JavaScript. */
export function pageRoutes(app: FastifyInstance, reading: Reading, render: Render, forms: Forms): void {
  nextRoute(app, reading);
  const context: PageContext = {reading, forms, apiDocument: () => app.swagger() as ApiDocument};
  for (const page of PAGES) {
    const {path, params, query: querystring} = page;
    const schema = {tags: ['pages'], hide: true, ...(params && {params}), ...(querystring && {querystring})};
    app.get(path, {schema}, async (request, reply) => {
      const asked = {params: request.params, query: request.query, request} as PageRequest<unknown, unknown>;
      const made = await page.render(context, asked);
      if (!('fileName' in made)) return render(request, reply, made);
      const [type, content] = 'html' in made ? ['text/html', made.html] : ['text/x-diff', made.text];
      return reply
        .type(`${type}; charset=utf-8`)
        .header('content-disposition', `attachment; filename="${made.fileName}"`)
        .send(content);
    });
  }
}
