import type {FastifyInstance} from 'fastify';
import {operatorOf} from './access/access.ts';
import {recordedLogin} from './access/identity.ts';
import {apiRoutes} from './api/routes.ts';
import {type AskDesk, askRoutes} from './ask/routes.ts';
import {assetRoutes} from './assets.ts';
import type {Reading} from './context.ts';
import type {EventStream} from './events/stream.ts';
import {refuseOddUrl} from './http.ts';
import {logRoutes} from './log/routes.ts';
import {type Desk, operatorDesk, operatorRoutes} from './operator/routes.ts';
import {pageRoutes} from './pages/routes.ts';
import {publicRoutes} from './public/routes.ts';
import {restRoutes} from './rest/routes.ts';

/** What the routes are made from. */
export interface RouteParts extends Required<Desk>, Pick<AskDesk, 'ask'> {
  readonly reading: Reading;
  readonly stream: EventStream;
}

/** Registers all that the console serves but its login. Each route needs an entry in the table of `access/rules.ts`. */
export async function consoleRoutes(app: FastifyInstance, parts: RouteParts): Promise<void> {
  const {reading, stream, render, send, ask, policyTiers} = parts;
  // After the access: its error page shows what is in the cache.
  app.addHook('onRequest', refuseOddUrl);
  await assetRoutes(app);
  await app.register((routes, _options, done) => {
    restRoutes(routes, reading, stream, async (request, workflowId, text) => {
      const by = operatorOf(request)?.name ?? 'operator';
      await send(workflowId, 'provideContext', {by, ...recordedLogin(request), text});
    });
    apiRoutes(routes, reading);
    logRoutes(routes, reading, render);
    publicRoutes(routes, reading.cache);
    operatorRoutes(routes, reading, {send, render, policyTiers});
    askRoutes(routes, reading, {ask, render});
    pageRoutes(routes, reading, render, async (request) => operatorDesk(request, await policyTiers()));
    done();
  });
}
