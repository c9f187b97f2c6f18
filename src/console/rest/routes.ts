import type {TypeBoxTypeProvider} from '@fastify/type-provider-typebox';
import type {FastifyInstance, FastifyReply} from 'fastify';
import {Type} from 'typebox';
import {openBundleFile} from '../../evidence/bundle.ts';
import {bundleFiles, kindOf} from '../../evidence/bundle-files.ts';
import {JOB_STATES} from '../cache/jobs.ts';
import type {Reading} from '../context.ts';
import {type EventStream, startOf} from '../events/stream.ts';
import {Refusal} from '../refusal.ts';
import {
  activityRows,
  bundleRow,
  bundleRows,
  bundlesOfRun,
  jobRow,
  jobRows,
  portRows,
  runRow,
  runRows,
  statusRow,
} from './rows.ts';
import {caseOfFailure, userContext, userContextRequest} from './user-context.ts';

const CONTEXT_CHARS = 8000;

/** Says something to a case, for the operator of the request; answers with its words, throws with its refusal. */
export type ProvideContext = (workflowId: string, text: string, by: string) => Promise<string>;

const Nullable = <T extends Parameters<typeof Type.Union>[0][number]>(type: T) => Type.Union([type, Type.Null()]);
const Text = Type.String();
const Failure = Type.Object({error: Text}, {description: 'what, the rule, what was got, what to do next'});
const Job = Type.Object({job_id: Text, state: Text, type: Text, origin: Text, created_ts_utc: Text});
const Bundle = Type.Object({bundle_id: Text, run_id: Text, origin: Text, ts_utc: Text, result: Text});
const Run = Type.Object({run_id: Text, profile: Text, ts_start: Nullable(Text), ts_end: Nullable(Text)});
const AnyObject = Type.Record(Text, Type.Unknown());
const Id = Type.Object({id: Text});

const doc = (summary: string, answer: object) => ({tags: ['state server'], summary, response: {200: answer, '4xx': Failure}});

/** The paths of the existing state server, with its keys. Source: contract, section 8.2. */
export function restRoutes(
  app: FastifyInstance,
  {cache, health, openCase, bundle}: Reading,
  stream: EventStream,
  say: (request: {headers: Record<string, unknown>}) => {name: string; context: ProvideContext},
): void {
  const routes = app.withTypeProvider<TypeBoxTypeProvider>();

  routes.get('/health', {schema: doc('Whether the server is there', Type.Object({ok: Type.Boolean()}))}, () => ({ok: true}));

  const Status = Type.Object({
    jobs: Type.Record(Text, Type.Integer()),
    bundles: Type.Integer(),
    runs: Type.Integer(),
    last_event_id: Type.Integer(),
  });
  routes.get('/status', {schema: doc('Counts', Status)}, () => statusRow(cache));

  const Activity = Type.Object({
    ...{id: Type.Integer(), ts: Text, job_id: Nullable(Text), stage: Text, message: Text, duration_ms: Nullable(Type.Number())},
    extra: Type.Optional(AnyObject),
  });
  routes.get(
    '/activity',
    {schema: doc('The last ten lines of the cases’ stories, oldest first', Type.Object({activities: Type.Array(Activity)}))},
    () => ({activities: activityRows(cache)}),
  );

  const Runner = Type.Object({
    ...{
      status: Text,
      job_id: Nullable(Text),
      current_stage: Nullable(Text),
      started_at: Nullable(Text),
      updated_at: Nullable(Text),
    },
    ...{extra: Type.Optional(AnyObject), stale: Type.Boolean()},
  });
  routes.get(
    '/runner-status',
    {schema: doc('What the worker does; stale if it said nothing for 15 s', Runner)},
    () => health().runner,
  );

  const runAndOrigin = Type.Object({run_id: Type.String({minLength: 1}), origin: Type.String({minLength: 1})});
  routes.get(
    '/user-context',
    {
      schema: {
        ...doc('What operators told the model last', Type.Object({context: Nullable(AnyObject)})),
        querystring: runAndOrigin,
      },
    },
    async ({query}) => {
      const found = caseOfFailure(cache, query.run_id, query.origin);
      const opened = found && (await openCase(found.workflow_id, found.case_run_id ?? undefined));
      return {context: opened ? userContext(opened.status, query.run_id) : null};
    },
  );

  const which = Type.Object({bundle_id: Type.Optional(Text), run_id: Type.Optional(Text), origin: Type.Optional(Text)});
  routes.get(
    '/user-context-request',
    {schema: {...doc('What a case asks of an operator', Type.Object({request: Nullable(AnyObject)})), querystring: which}},
    async ({query}) => {
      const {bundle_id, run_id, origin} = query;
      if (bundle_id === undefined && (run_id === undefined || origin === undefined))
        throw new Refusal(400, 'user-context-request takes bundle_id, or run_id and origin; got neither. Give one of them.');
      const failure =
        bundle_id !== undefined
          ? cache.one<{bundle_id: string; run_id: string; workflow_id: string; case_run_id: string | null}>(
              'SELECT bundle_id, run_id, workflow_id, case_run_id FROM bundles WHERE bundle_id = ?',
              bundle_id,
            )
          : cache.one<{bundle_id: string; run_id: string; workflow_id: string; case_run_id: string | null}>(
              'SELECT bundle_id, run_id, workflow_id, case_run_id FROM bundles WHERE run_id = ? AND origin = ? ORDER BY created_utc DESC LIMIT 1',
              run_id as string,
              origin as string,
            );
      const opened = failure && (await openCase(failure.workflow_id, failure.case_run_id ?? undefined));
      return {request: opened && failure ? userContextRequest(opened.status, failure.bundle_id, failure.run_id) : null};
    },
  );

  const Given = Type.Object({
    run_id: Type.String({minLength: 1}),
    origin: Type.String({minLength: 1}),
    context_text: Type.String({minLength: 1, maxLength: CONTEXT_CHARS}),
  });
  const Taken = Type.Object({ok: Type.Boolean(), context_rev: Type.Integer()});
  routes.post(
    '/user-context',
    {schema: {...doc('Tells the model something; triage starts anew', Taken), body: Given}},
    async (request) => {
      const {run_id, origin, context_text} = request.body;
      const found = caseOfFailure(cache, run_id, origin);
      if (found === undefined)
        throw new Refusal(404, `No failure of ${origin} in run ${run_id} is known. GET /bundles lists the latest.`);
      const {name, context} = say(request);
      try {
        await context(found.workflow_id, context_text, name);
      } catch (error) {
        throw error instanceof Refusal ? error : new Refusal(409, (error as Error).message);
      }
      const opened = await openCase(found.workflow_id);
      return {ok: true, context_rev: opened?.status.context.length ?? 1};
    },
  );

  routes.get('/runs', {schema: doc('The latest 100 dsynth runs', Type.Object({runs: Type.Array(Run)}))}, () => ({
    runs: runRows(cache),
  }));

  routes.get(
    '/runs/:id',
    {schema: {...doc('A run and its failures', Type.Object({run: AnyObject, bundles: Type.Array(AnyObject)})), params: Id}},
    ({params}) => {
      const run = runRow(cache, params.id);
      if (run === undefined) throw new Refusal(404, `There is no run ${params.id}. GET /runs lists the latest.`);
      return {run, bundles: bundlesOfRun(cache, params.id)};
    },
  );

  const state = Type.Object({state: Type.Optional(Type.Enum([...JOB_STATES]))});
  routes.get(
    '/jobs',
    {schema: {...doc('The latest 100 jobs', Type.Object({jobs: Type.Array(Job)})), querystring: state}},
    ({query}) => ({jobs: jobRows(cache, query.state)}),
  );

  routes.get('/jobs/:id', {schema: {...doc('A job', Type.Object({job: AnyObject})), params: Id}}, ({params}) => {
    const job = jobRow(cache, params.id);
    if (job === undefined) throw new Refusal(404, `There is no job ${params.id}. GET /jobs lists the latest.`);
    return {job};
  });

  routes.get('/bundles', {schema: doc('The latest 100 failures', Type.Object({bundles: Type.Array(Bundle)}))}, () => ({
    bundles: bundleRows(cache),
  }));

  routes.get(
    '/bundles/:id',
    {schema: {...doc('A failure and its files', Type.Object({bundle: AnyObject, artifacts: Type.Array(AnyObject)})), params: Id}},
    async ({params}) => {
      const row = bundleRow(cache, params.id);
      if (row === undefined) throw new Refusal(404, noBundle(params.id));
      const place = await bundle(params.id);
      const files = place === undefined ? [] : await bundleFiles(place.dir);
      return {bundle: row, artifacts: files.map((one) => ({...one, backend: 'fs'}))};
    },
  );

  routes.get(
    '/ports/*',
    {
      schema: doc(
        'The latest 50 failures and jobs of a port',
        Type.Object({origin: Text, bundles: Type.Array(AnyObject), jobs: Type.Array(AnyObject)}),
      ),
    },
    ({params}) => portRows(cache, (params as {'*': string})['*']),
  );

  routes.get(
    '/bundles/:id/artifacts/*',
    {schema: {tags: ['state server'], summary: 'A file of a failure, as it is'}},
    async (request, reply) => {
      const {id, '*': relpath} = request.params as {id: string; '*': string};
      if (
        relpath === '' ||
        relpath.startsWith('/') ||
        relpath.split('/').some((part) => part === '..' || part === '.' || part === '')
      )
        throw new Refusal(
          400,
          `A file of a bundle is named by a relative path without "..", "." or empty parts; got ${JSON.stringify(relpath)}.`,
        );
      const place = await bundle(id);
      if (place === undefined) throw new Refusal(404, noBundle(id));
      const file = await openBundleFile(place.dir, relpath);
      if (file === undefined)
        throw new Refusal(404, `${id} has no file ${JSON.stringify(relpath)}. GET /bundles/${id} lists those that it has.`);
      const {size} = await file.stat().catch(async (error: unknown) => {
        await file.close();
        throw error;
      });
      return inert(reply, relpath)
        .header('content-length', size)
        .send(file.createReadStream({end: Math.max(0, size - 1)}));
    },
  );

  const Start = Type.Object({
    after_id: Type.Optional(Type.Integer({minimum: 0})),
    tail: Type.Optional(Type.Integer({minimum: 0})),
  });
  routes.get(
    '/events',
    {schema: {tags: ['state server'], summary: 'Server-sent events: what happens, as it happens', querystring: Start}},
    async (request, reply) => {
      const last = request.headers['last-event-id'];
      for (const [name, value] of Object.entries(reply.getHeaders())) if (value !== undefined) reply.raw.setHeader(name, value);
      reply.hijack();
      await stream.serve(reply.raw, startOf(request.query, Array.isArray(last) ? last[0] : last));
    },
  );
}

/** Text stays text: a browser neither renders nor runs it. */
function inert(reply: FastifyReply, relpath: string): FastifyReply {
  const kind = kindOf(relpath);
  const type = {gzip: 'application/gzip', json: 'application/json'}[kind] ?? 'text/plain; charset=utf-8';
  const name = (relpath.split('/').at(-1) ?? 'file').replace(/[^\w.+@-]/g, '_');
  return reply
    .type(type)
    .header('content-security-policy', "default-src 'none'; sandbox")
    .header('content-disposition', `${kind === 'gzip' ? 'attachment' : 'inline'}; filename="${name}"`);
}

function noBundle(id: string): string {
  return `There is no bundle ${id}. GET /bundles lists the latest.`;
}
