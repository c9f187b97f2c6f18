import type {TypeBoxTypeProvider} from '@fastify/type-provider-typebox';
import type {FastifyInstance} from 'fastify';
import {Type} from 'typebox';
import type {Reading} from '../context.ts';
import {type EventStream, startOf} from '../events/stream.ts';
import {artifactRoute} from './artifact-route.ts';
import {listRoutes} from './list-routes.ts';
import {statusRoutes} from './status-routes.ts';
import {type ProvideContext, userContextRoutes} from './user-context-routes.ts';

/** Registers the paths of the existing state server, with its keys. Source: contract, section 8.2. */
export function restRoutes(app: FastifyInstance, reading: Reading, stream: EventStream, provideContext: ProvideContext): void {
  statusRoutes(app, reading);
  userContextRoutes(app, reading, provideContext);
  listRoutes(app, reading);
  artifactRoute(app, reading);
  eventsRoute(app, stream);
}

const Start = Type.Object({
  after_id: Type.Optional(Type.Integer({minimum: 0})),
  tail: Type.Optional(Type.Integer({minimum: 0})),
});

function eventsRoute(app: FastifyInstance, stream: EventStream): void {
  const schema = {tags: ['state server'], summary: 'Server-sent events: what happens, as it happens', querystring: Start};
  app.withTypeProvider<TypeBoxTypeProvider>().get('/events', {schema}, async (request, reply) => {
    const last = request.headers['last-event-id'];
    for (const [name, value] of Object.entries(reply.getHeaders())) if (value !== undefined) reply.raw.setHeader(name, value);
    reply.hijack();
    await stream.serve(reply.raw, startOf(request.query, Array.isArray(last) ? last[0] : last));
  });
}
