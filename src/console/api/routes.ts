import type {TypeBoxTypeProvider} from '@fastify/type-provider-typebox';
import type {FastifyInstance} from 'fastify';
import {type Static, Type} from 'typebox';
import {timelinePage} from '../../case/review/timeline-page.ts';
import type {Cache} from '../cache/cache.ts';
import type {Reading} from '../context.ts';
import {BUNDLE_FILTER, listBundles} from '../queries/bundles.ts';
import {CASE_FILTER, listCases} from '../queries/cases.ts';
import {compareRuns} from '../queries/figures.ts';
import {type Filter, listQuery} from '../queries/filter.ts';
import {JOB_FILTER, listJobs} from '../queries/jobs.ts';
import type {Listed} from '../queries/listing.ts';
import {listPorts, PORT_FILTER} from '../queries/ports.ts';
import {findRunRow, listRuns, RUN_FILTER} from '../queries/runs.ts';
import {Refusal} from '../refusal.ts';

const Row = Type.Record(Type.String(), Type.Unknown());
const Pages = Type.Object({total: Type.Integer(), page: Type.Integer(), pages: Type.Integer()});
const List = Type.Object({rows: Type.Array(Row), total: Type.Integer(), page: Type.Integer(), pages: Type.Integer()});

const doc = (summary: string, answer: object) => ({tags: ['v1'], summary, response: {200: answer}});

/** Registers the paths below /api/v1 that the existing state server does not have. */
export function apiRoutes(app: FastifyInstance, reading: Reading): void {
  const {cache} = reading;
  healthRoute(app, reading);
  caseRoute(app, reading);
  listRoute(app, cache, '/api/v1/cases', 'Cases, those that changed last first', CASE_FILTER, listCases);
  listRoute(app, cache, '/api/v1/bundles', 'Failures, newest first', BUNDLE_FILTER, listBundles);
  listRoute(app, cache, '/api/v1/jobs', 'Jobs, newest first', JOB_FILTER, listJobs);
  listRoute(app, cache, '/api/v1/runs', 'Runs, newest first', RUN_FILTER, listRuns);
  listRoute(app, cache, '/api/v1/ports', 'Ports that have failed', PORT_FILTER, listPorts);
  compareRoute(app, cache);
  app.get('/api/v1/openapi.json', {schema: {hide: true}}, () => app.swagger());
}

function healthRoute(app: FastifyInstance, {cache, health, reading}: Reading): void {
  app.get('/api/v1/health', {schema: doc('The console, and the parts that a case needs', Row)}, () => ({
    ok: true,
    cases: cache.one<{n: number}>('SELECT count(*) AS n FROM cases')?.n ?? 0,
    reading: reading(),
    ...health(),
  }));
}

function caseRoute(app: FastifyInstance, {openCase}: Reading): void {
  const schema = {
    ...doc(
      'A case as its query `status` returns it, with one page of its timeline; page 1 has the latest 200 entries, oldest first',
      Type.Object({open: Type.Boolean(), status: Row, timeline: Pages}),
    ),
    params: Type.Object({id: Type.String()}),
    querystring: Type.Object({
      run: Type.Optional(Type.String({maxLength: 200})),
      page: Type.Optional(Type.Integer({minimum: 1})),
    }),
  };
  app.withTypeProvider<TypeBoxTypeProvider>().get('/api/v1/cases/:id', {schema}, async ({params, query}) => {
    const opened = await openCase(params.id, query.run);
    if (opened === undefined) throw new Refusal(404, `There is no case ${params.id}. GET /api/v1/cases lists them.`);
    const {entries, ...timeline} = timelinePage(opened.status.timeline, query.page);
    return {open: opened.isOpen, status: {...opened.status, timeline: entries}, timeline};
  });
}

/** Registers a list, whose query string is its filter and the number of a page. */
function listRoute<K extends string>(
  app: FastifyInstance,
  cache: Cache,
  path: string,
  summary: string,
  filter: Filter<K>,
  list: (cache: Cache, values: Static<Filter<K>['query']>, page: number) => Listed<unknown>,
): void {
  app.get(path, {schema: {...doc(summary, List), querystring: listQuery(filter)}}, ({query}) => {
    const {page = 1, ...values} = query as Readonly<Record<string, string>> & {readonly page?: number};
    return list(cache, values as Static<Filter<K>['query']>, page);
  });
}

function compareRoute(app: FastifyInstance, cache: Cache): void {
  const id = Type.String({minLength: 1});
  const schema = {...doc('Failures of two runs: new, gone, the same', Row), querystring: Type.Object({a: id, b: id})};
  app.withTypeProvider<TypeBoxTypeProvider>().get('/api/v1/compare', {schema}, ({query: {a, b}}) => {
    const unknown = [a, b].find((run) => findRunRow(cache, run) === undefined);
    if (unknown !== undefined) throw new Refusal(404, `There is no run ${unknown}. GET /api/v1/runs lists them.`);
    return {...compareRuns(cache, a, b)};
  });
}
