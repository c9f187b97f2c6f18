import type {TypeBoxTypeProvider} from '@fastify/type-provider-typebox';
import type {FastifyInstance, FastifyRequest} from 'fastify';
import {type Static, Type} from 'typebox';
import type {Cache} from '../cache/cache.ts';
import type {Reading} from '../context.ts';
import {Refusal} from '../refusal.ts';
import {AnyObject, doc, NonEmpty, Nullable, Text} from './schemas.ts';
import {caseOfFailure, type Failure, failureOf, userContext, userContextRequest} from './user-context.ts';

const CONTEXT_CHARS = 8000;

/** Sends an operator's context to a case, in the name of the request's operator. Throws the case's refusal. */
export type ProvideContext = (request: FastifyRequest, workflowId: string, text: string) => Promise<void>;

/** Registers the paths of the context that operators give the model, and of what a case asks of them. */
export function userContextRoutes(app: FastifyInstance, reading: Reading, provideContext: ProvideContext): void {
  readRoute(app, reading);
  requestRoute(app, reading);
  provideRoute(app, reading, provideContext);
}

function readRoute(app: FastifyInstance, {cache, openCase}: Reading): void {
  const schema = {
    ...doc('The last context that an operator gave the model', Type.Object({context: Nullable(AnyObject)})),
    querystring: Type.Object({run_id: NonEmpty, origin: NonEmpty}),
  };
  app.withTypeProvider<TypeBoxTypeProvider>().get('/user-context', {schema}, async ({query: {run_id, origin}}) => {
    const found = caseOfFailure(cache, run_id, origin);
    const opened = found && (await openCase(found.workflow_id, found.case_run_id ?? undefined));
    return {context: opened ? userContext(opened.status, run_id) : null};
  });
}

const FailureQuery = Type.Object({
  bundle_id: Type.Optional(Text),
  run_id: Type.Optional(Text),
  origin: Type.Optional(Text),
});

function requestRoute(app: FastifyInstance, {cache, openCase}: Reading): void {
  const schema = {
    ...doc('What a case asks of an operator', Type.Object({request: Nullable(AnyObject)})),
    querystring: FailureQuery,
  };
  app.withTypeProvider<TypeBoxTypeProvider>().get('/user-context-request', {schema}, async ({query}) => {
    const failure = queriedFailure(cache, query);
    const opened = failure && (await openCase(failure.workflow_id, failure.case_run_id ?? undefined));
    return {request: opened && failure ? userContextRequest(opened.status, failure.bundle_id, failure.run_id) : null};
  });
}

function queriedFailure(cache: Cache, {bundle_id, run_id, origin}: Static<typeof FailureQuery>): Failure | undefined {
  if (bundle_id !== undefined) return failureOf(cache, bundle_id);
  if (run_id !== undefined && origin !== undefined) return caseOfFailure(cache, run_id, origin);
  throw new Refusal(400, 'user-context-request takes bundle_id, or run_id and origin; got neither. Give one of them.');
}

const ContextBody = Type.Object({
  run_id: NonEmpty,
  origin: NonEmpty,
  context_text: Type.String({minLength: 1, maxLength: CONTEXT_CHARS}),
});

function provideRoute(app: FastifyInstance, {cache, openCase}: Reading, provideContext: ProvideContext): void {
  const Accepted = Type.Object({ok: Type.Boolean(), context_rev: Type.Integer()});
  const schema = {...doc('Gives the model context; triage starts again', Accepted), body: ContextBody};
  app.withTypeProvider<TypeBoxTypeProvider>().post('/user-context', {schema}, async (request) => {
    const {run_id, origin, context_text} = request.body;
    const found = caseOfFailure(cache, run_id, origin);
    if (found === undefined)
      throw new Refusal(404, `No failure of ${origin} in run ${run_id} is known. GET /bundles lists the latest.`);
    try {
      await provideContext(request, found.workflow_id, context_text);
    } catch (error) {
      throw error instanceof Refusal ? error : new Refusal(409, (error as Error).message);
    }
    const opened = await openCase(found.workflow_id);
    return {ok: true, context_rev: opened?.status.context.length ?? 1};
  });
}
