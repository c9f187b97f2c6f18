import type {FastifyInstance} from 'fastify';
import type {ConsoleContext} from '../context.ts';
import {logApiRoutes} from './api-routes.ts';
import {LogAccess} from './log-access.ts';
import {logPageRoute, type RenderPage} from './page-route.ts';

/** Registers the viewer of logs and the paths that it reads. Logs are held unpacked until the app closes. */
export function logRoutes(app: FastifyInstance, context: ConsoleContext, render: RenderPage): void {
  const logs = new LogAccess(context);
  app.addHook('onClose', () => logs.close());
  logApiRoutes(app, logs);
  logPageRoute(app, logs, render);
}
