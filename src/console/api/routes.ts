import type {TypeBoxTypeProvider} from '@fastify/type-provider-typebox';
import type {FastifyInstance} from 'fastify';
import {Type} from 'typebox';
import type {Reading} from '../context.ts';
import {compareRuns} from '../queries/figures.ts';
import * as lists from '../queries/lists.ts';
import {Refusal} from '../refusal.ts';

const Word = Type.Optional(Type.String({maxLength: 200}));
const PageNumber = Type.Optional(Type.Integer({minimum: 1, maximum: 1_000_000}));
const Row = Type.Record(Type.String(), Type.Unknown());
const List = Type.Object({rows: Type.Array(Row), total: Type.Integer(), page: Type.Integer(), pages: Type.Integer()});

/** What is new beside the existing state server's paths, below /api/v1. */
export function apiRoutes(app: FastifyInstance, reading: Reading): void {
  const {cache, health, openCase} = reading;
  const routes = app.withTypeProvider<TypeBoxTypeProvider>();
  const doc = (summary: string, answer: object) => ({tags: ['v1'], summary, response: {200: answer}});

  routes.get('/api/v1/health', {schema: doc('The console, and the parts that a case needs', Row)}, () => ({
    ok: true,
    cases: cache.one<{n: number}>('SELECT count(*) AS n FROM cases')?.n ?? 0,
    reading: reading.reading(),
    ...health(),
  }));

  const caseQuery = Type.Object({
    ...{state: Word, phase: Word, tier: Word, class: Word, outcome: Word, target: Word, q: Word},
    page: PageNumber,
  });
  routes.get(
    '/api/v1/cases',
    {schema: {...doc('Cases, those that changed last first', List), querystring: caseQuery}},
    ({query}) => {
      const {page = 1, ...filter} = query;
      return lists.listCases(cache, filter, page);
    },
  );

  routes.get(
    '/api/v1/cases/:id',
    {
      schema: {
        ...doc('A case as its query `status` tells it', Type.Object({open: Type.Boolean(), status: Row})),
        params: Type.Object({id: Type.String()}),
        querystring: Type.Object({run: Word}),
      },
    },
    async ({params, query}) => {
      const opened = await openCase(params.id, query.run);
      if (opened === undefined) throw new Refusal(404, `There is no case ${params.id}. GET /api/v1/cases lists them.`);
      return {open: opened.isOpen, status: opened.status};
    },
  );

  const bundleQuery = Type.Object({
    class: Word,
    run: Word,
    target: Word,
    outcome: Word,
    signature: Word,
    q: Word,
    page: PageNumber,
  });
  routes.get('/api/v1/bundles', {schema: {...doc('Failures, newest first', List), querystring: bundleQuery}}, ({query}) => {
    const {page = 1, ...filter} = query;
    return lists.listBundles(cache, filter, page);
  });

  const jobQuery = Type.Object({state: Word, type: Word, q: Word, page: PageNumber});
  routes.get('/api/v1/jobs', {schema: {...doc('Jobs, newest first', List), querystring: jobQuery}}, ({query}) => {
    const {page = 1, ...filter} = query;
    return lists.listJobs(cache, filter, page);
  });

  const runQuery = Type.Object({profile: Word, target: Word, page: PageNumber});
  routes.get('/api/v1/runs', {schema: {...doc('Runs, newest first', List), querystring: runQuery}}, ({query}) => {
    const {page = 1, ...filter} = query;
    return lists.listRuns(cache, filter, page);
  });

  routes.get(
    '/api/v1/ports',
    {schema: {...doc('Ports that have failed', List), querystring: Type.Object({q: Word, page: PageNumber})}},
    ({query}) => lists.listPorts(cache, query.q, query.page ?? 1),
  );

  const two = Type.Object({a: Type.String({minLength: 1}), b: Type.String({minLength: 1})});
  routes.get(
    '/api/v1/compare',
    {schema: {...doc('Failures of two runs: new, gone, the same', Row), querystring: two}},
    ({query}) => {
      for (const id of [query.a, query.b])
        if (lists.runLine(cache, id) === undefined) throw new Refusal(404, `There is no run ${id}. GET /api/v1/runs lists them.`);
      return {...compareRuns(cache, query.a, query.b)};
    },
  );

  routes.get('/api/v1/openapi.json', {schema: {hide: true}}, () => app.swagger());
}
