import type {TypeBoxTypeProvider} from '@fastify/type-provider-typebox';
import type {FastifyInstance} from 'fastify';
import {Type} from 'typebox';
import {bundleFiles} from '../../evidence/bundle-files.ts';
import {JOB_STATES} from '../cache/jobs.ts';
import type {Reading} from '../context.ts';
import {Refusal} from '../refusal.ts';
import {noBundle} from './artifact-route.ts';
import {bundleRow, bundleRows, bundlesOfRun, jobRow, jobRows, portRows, runRow, runRows} from './rows.ts';
import {AnyObject, doc, IdParams, Nullable, Text} from './schemas.ts';

const Job = Type.Object({job_id: Text, state: Text, type: Text, origin: Text, created_ts_utc: Text});
const Bundle = Type.Object({bundle_id: Text, run_id: Text, origin: Text, ts_utc: Text, result: Text});
const Run = Type.Object({run_id: Text, profile: Text, ts_start: Nullable(Text), ts_end: Nullable(Text)});

/** Registers the lists of runs, jobs, bundles and ports, and one of each. */
export function listRoutes(app: FastifyInstance, reading: Reading): void {
  runRoutes(app, reading);
  jobRoutes(app, reading);
  bundleRoutes(app, reading);
  portRoute(app, reading);
}

function runRoutes(app: FastifyInstance, {cache}: Reading): void {
  const routes = app.withTypeProvider<TypeBoxTypeProvider>();
  const Runs = Type.Object({runs: Type.Array(Run)});
  routes.get('/runs', {schema: doc('The latest 100 dsynth runs', Runs)}, () => ({runs: runRows(cache)}));
  const RunAndBundles = Type.Object({run: AnyObject, bundles: Type.Array(AnyObject)});
  const schema = {...doc('A run and its failures', RunAndBundles), params: IdParams};
  routes.get('/runs/:id', {schema}, ({params: {id}}) => {
    const run = runRow(cache, id);
    if (run === undefined) throw new Refusal(404, `There is no run ${id}. GET /runs lists the latest.`);
    return {run, bundles: bundlesOfRun(cache, id)};
  });
}

function jobRoutes(app: FastifyInstance, {cache}: Reading): void {
  const routes = app.withTypeProvider<TypeBoxTypeProvider>();
  const Jobs = Type.Object({jobs: Type.Array(Job)});
  const querystring = Type.Object({state: Type.Optional(Type.Enum([...JOB_STATES]))});
  routes.get('/jobs', {schema: {...doc('The latest 100 jobs', Jobs), querystring}}, ({query}) => ({
    jobs: jobRows(cache, query.state),
  }));
  const schema = {...doc('A job', Type.Object({job: AnyObject})), params: IdParams};
  routes.get('/jobs/:id', {schema}, ({params: {id}}) => {
    const job = jobRow(cache, id);
    if (job === undefined) throw new Refusal(404, `There is no job ${id}. GET /jobs lists the latest.`);
    return {job};
  });
}

function bundleRoutes(app: FastifyInstance, {cache, bundle: findPlace}: Reading): void {
  const routes = app.withTypeProvider<TypeBoxTypeProvider>();
  const Bundles = Type.Object({bundles: Type.Array(Bundle)});
  routes.get('/bundles', {schema: doc('The latest 100 failures', Bundles)}, () => ({bundles: bundleRows(cache)}));
  const BundleAndFiles = Type.Object({bundle: AnyObject, artifacts: Type.Array(AnyObject)});
  const schema = {...doc('A failure and its files', BundleAndFiles), params: IdParams};
  routes.get('/bundles/:id', {schema}, async ({params: {id}}) => {
    const bundle = bundleRow(cache, id);
    if (bundle === undefined) throw new Refusal(404, noBundle(id));
    const place = await findPlace(id);
    const files = place === undefined ? [] : await bundleFiles(place.dir);
    return {bundle, artifacts: files.map((one) => ({...one, backend: 'fs'}))};
  });
}

function portRoute(app: FastifyInstance, {cache}: Reading): void {
  const Port = Type.Object({origin: Text, bundles: Type.Array(AnyObject), jobs: Type.Array(AnyObject)});
  app.get('/ports/*', {schema: doc('The latest 50 failures and jobs of a port', Port)}, ({params}) =>
    portRows(cache, (params as {'*': string})['*']),
  );
}
