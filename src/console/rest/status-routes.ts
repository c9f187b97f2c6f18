import type {TypeBoxTypeProvider} from '@fastify/type-provider-typebox';
import type {FastifyInstance} from 'fastify';
import {Type} from 'typebox';
import type {Reading} from '../context.ts';
import {activityRows, statusRow} from './rows.ts';
import {AnyObject, doc, Nullable, Text} from './schemas.ts';

const Status = Type.Object({
  jobs: Type.Record(Text, Type.Integer()),
  bundles: Type.Integer(),
  runs: Type.Integer(),
  last_event_id: Type.Integer(),
});
const Activity = Type.Object({
  id: Type.Integer(),
  ts: Text,
  job_id: Nullable(Text),
  stage: Text,
  message: Text,
  duration_ms: Nullable(Type.Number()),
  extra: Type.Optional(AnyObject),
});
const Runner = Type.Object({
  status: Text,
  job_id: Nullable(Text),
  current_stage: Nullable(Text),
  started_at: Nullable(Text),
  updated_at: Nullable(Text),
  extra: Type.Optional(AnyObject),
  stale: Type.Boolean(),
});
const Activities = Type.Object({activities: Type.Array(Activity)});

/** Registers the paths that show how the server and the worker are. */
export function statusRoutes(app: FastifyInstance, {cache, health}: Reading): void {
  const routes = app.withTypeProvider<TypeBoxTypeProvider>();
  routes.get('/health', {schema: doc('Whether the server is there', Type.Object({ok: Type.Boolean()}))}, () => ({ok: true}));
  routes.get('/status', {schema: doc('Counts', Status)}, () => statusRow(cache));
  routes.get('/activity', {schema: doc('The last ten entries of the cases’ timelines, oldest first', Activities)}, () => ({
    activities: activityRows(cache),
  }));
  routes.get(
    '/runner-status',
    {schema: doc('What the worker does; stale if it did not answer for 15 s', Runner)},
    () => health().runner,
  );
}
