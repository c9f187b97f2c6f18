import {join} from 'node:path';
import Fastify, {type FastifyInstance} from 'fastify';
import {render} from 'preact-render-to-string';
import {Cache} from '../../src/console/cache/cache.ts';
import {Projector} from '../../src/console/cache/projector.ts';
import type {Reading} from '../../src/console/context.ts';
import {openCaseIn} from '../../src/console/open-case.ts';
import {pageRoutes} from '../../src/console/pages/routes.ts';
import {EvidenceWatch} from '../../src/console/watch/evidence.ts';
import type {Health} from '../../src/console/watch/health.ts';
import {findBundle} from '../../src/evidence/bundle.ts';

export interface PageApp {
  readonly app: FastifyInstance;
  readonly cache: Cache;
  close(): Promise<void>;
}

/** Neither Temporal nor a worker answers. */
export const NO_HEALTH: Health = {
  temporalProblem: 'not reached',
  runner: {status: 'unknown', job_id: null, current_stage: null, started_at: null, updated_at: null, stale: true},
  pools: [],
  day: undefined,
};

/** The pages, alone, over an evidence root that is read once; nothing answers for Temporal. */
export async function pageApp(root: string, parts: Partial<Pick<Reading, 'env' | 'health'>> = {}): Promise<PageApp> {
  const cache = new Cache(join(root, '..', 'console.sqlite'));
  await new EvidenceWatch([root], cache, new Projector(cache, () => undefined)).readAll(new AbortController().signal);
  const reading: Reading = {
    env: {},
    roots: [root],
    cache,
    client: () => undefined,
    health: () => NO_HEALTH,
    ...parts,
    reading: () => null,
    webUi: undefined,
    bundle: async (bundleId) => {
      const row = cache.one<{run_id: string}>('SELECT run_id FROM bundles WHERE bundle_id = ?', bundleId);
      const place = row && (await findBundle([root], {bundleId, runId: row.run_id}));
      return row && place && {...place, runId: row.run_id};
    },
    openCase: (workflowId, caseRunId) => openCaseIn(reading, workflowId, caseRunId),
  };
  const app = Fastify({routerOptions: {maxParamLength: 500}});
  app.setErrorHandler((error: Error & {statusCode?: number}, _request, reply) =>
    reply.code(error.statusCode ?? 500).send({error: error.message}),
  );
  pageRoutes(
    app,
    reading,
    (_request, reply, page) => reply.type('text/html; charset=utf-8').send(render(page.body)),
    async () => ({operator: {name: 'ann', fixed: true}, role: 'admin'}),
  );
  return {
    app,
    cache,
    async close() {
      await app.close();
      cache.close();
    },
  };
}
