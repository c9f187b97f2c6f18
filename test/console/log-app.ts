import {readFileSync} from 'node:fs';
import {stripTypeScriptTypes} from 'node:module';
import {join} from 'node:path';
import Fastify, {type FastifyInstance} from 'fastify';
import {render} from 'preact-render-to-string';
import type {ConsoleContext} from '../../src/console/context.ts';
import type {RenderPage} from '../../src/console/log/page-route.ts';
import {logRoutes} from '../../src/console/log/routes.ts';

const CONSOLE = join(import.meta.dirname, '../../src/console');
const POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'";

/** The routes of logs, alone, over some bundles by their ids; scripts and styles are those of the sources. */
export function logApp(bundles: Readonly<Record<string, string>>): FastifyInstance {
  const app = Fastify();
  const bundle: ConsoleContext['bundle'] = async (id) => {
    const dir = Object.hasOwn(bundles, id) ? bundles[id] : undefined;
    return dir === undefined ? undefined : {dir, root: dir, runId: 'run-Live-1'};
  };
  app.setErrorHandler((error: Error & {statusCode?: number}, _request, reply) =>
    reply.code(error.statusCode ?? 500).send({error: error.message}),
  );
  app.get('/assets/:name', (request, reply) => {
    const {name} = request.params as {name: string};
    if (!name.endsWith('.js'))
      return reply.type(name.endsWith('.css') ? 'text/css' : 'image/svg+xml').send(readFileSync(join(CONSOLE, 'assets', name)));
    const source = readFileSync(join(CONSOLE, 'client', name.replace(/\.js$/, '.ts')), 'utf8');
    return reply.type('text/javascript').send(stripTypeScriptTypes(source).replaceAll(/(from '\.\/[\w-]+)\.ts'/g, "$1.js'"));
  });
  logRoutes(app, {env: {}, roots: [], client: () => undefined, bundle}, wholePage);
  return app;
}

const wholePage: RenderPage = (_request, reply, {title, body, scripts = [], styles = []}) =>
  reply
    .type('text/html; charset=utf-8')
    .header('content-security-policy', POLICY)
    .send(
      [
        `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${title}</title>`,
        '<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="icon" href="/assets/icon.svg">',
        ...['console.css', ...styles].map((name) => `<link rel="stylesheet" href="/assets/${name}">`),
        ...scripts.map((name) => `<script type="module" src="/assets/${name}"></script>`),
        `</head><body><main>${render(body)}</main></body></html>`,
      ].join('\n'),
    );
