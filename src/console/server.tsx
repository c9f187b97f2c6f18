import {dirname, join} from 'node:path';
import cookie from '@fastify/cookie';
import formbody from '@fastify/formbody';
import swagger from '@fastify/swagger';
import type {Client} from '@temporalio/client';
import type {FastifyInstance, FastifyReply, FastifyRequest} from 'fastify';
import type {QuestionInput} from '../case/ask/refusal.ts';
import type {ActionName} from '../case/operator/actions.ts';
import {MANUAL} from '../case/policy/policy.ts';
import {findBundle} from '../evidence/bundle.ts';
import {askQuestion} from '../report/ask-question.ts';
import {sendOperatorMessage} from '../report/send-operator-message.ts';
import {operatorOf, registerAccess} from './access/access.ts';
import {EndedSessions} from './access/ended-sessions.ts';
import {canLogOut, shownLogin} from './access/identity.ts';
import {Cache} from './cache/cache.ts';
import type {Reading} from './context.ts';
import {EventStream} from './events/stream.ts';
import {asJson, consoleApp} from './http.ts';
import {openCaseIn} from './open-case.ts';
import {MessagePage, NotFoundPage, type Page, pageHtml} from './pages/layout.tsx';
import {policyInEffect} from './policy.ts';
import {countWaiting} from './queries/cases.ts';
import {Refusal} from './refusal.ts';
import {consoleRoutes} from './routes.ts';
import type {ConsoleSettings} from './settings.ts';
import type {Place} from './watch/connect.ts';
import {Watch} from './watch/watch.ts';

/** So long after a request a page may still be shown, milliseconds. */
const READ_MS = 60_000;

export interface ConsoleOptions {
  readonly settings: ConsoleSettings;
  readonly env: NodeJS.ProcessEnv;
  /** Evidence roots. */
  readonly roots: readonly string[];
  /** The read model's file; it may be deleted at any time. */
  readonly cacheFile: string;
  /** Rejects while it is not known yet. */
  readonly place: () => Promise<Place>;
  /** Base of the worker's address for /healthz. */
  readonly workerUrl: () => string | undefined;
  /** Base of the Web UI's addresses, its namespace included. */
  readonly webUi: () => string | undefined;
}

export interface RunningConsole {
  readonly url: string;
  stop(): Promise<void>;
}

/** Starts the console: it listens when this returns. Throws if its address is taken or its settings do not protect it. */
export async function startConsole(options: ConsoleOptions): Promise<RunningConsole> {
  const {settings, env, roots} = options;
  const cache = new Cache(options.cacheFile);
  const stream = new EventStream(cache);
  let requestedAt = 0;
  const isRead = (): boolean => stream.readers > 0 || Date.now() - requestedAt < READ_MS;
  const watch = new Watch({...options, cache, stream, isRead});
  const app = consoleApp();
  app.addHook('onRequest', async () => {
    requestedAt = Date.now();
  });
  const reading: Reading = {
    ...{env, roots, cache},
    get webUi() {
      return options.webUi();
    },
    client: () => watch.client,
    health: () => watch.health,
    reading: () => watch.reading,
    bundle: async (bundleId) => {
      const row = cache.one<{run_id: string}>('SELECT run_id FROM bundles WHERE bundle_id = ?', bundleId);
      const place = row && (await findBundle(roots, {bundleId, runId: row.run_id}).catch(() => undefined));
      return row && place && {...place, runId: row.run_id};
    },
    openCase: (workflowId, caseRunId) => openCaseIn(reading, workflowId, caseRunId),
  };
  const render = (request: FastifyRequest, reply: FastifyReply, page: Page): FastifyReply =>
    reply.type('text/html; charset=utf-8').send(
      pageHtml(page, {
        theme: themeOf(request),
        lastEventId: cache.lastEventId,
        problems: problemsOf(watch),
        waiting: countWaiting(cache),
        operator: operatorOf(request)?.name,
        login: shownLogin(request),
        canLogOut: canLogOut(request),
      }),
    );
  replyWithErrorPages(app, render);
  await app.register(cookie);
  await app.register(formbody);
  await app.register(swagger, {openapi: {info: {title: 'Portwright console', version: '1'}}});
  const dir = dirname(options.cacheFile);
  const ended = new EndedSessions(join(dir, 'ended-sessions'));
  ended.onEnd = () => stream.cut();
  registerAccess(app, settings, {ended, secretFile: join(dir, 'session-secret')});
  const sendBy = async <T,>(workflowId: string, message: (client: Client) => Promise<T>): Promise<T> => {
    const client = watch.client;
    if (client === undefined)
      throw new Refusal(
        503,
        `Temporal cannot be reached: ${watch.health.temporalProblem}. Nothing was sent to the case; try again once it is.`,
      );
    const answer = await message(client);
    await watch.refresh(workflowId);
    return answer;
  };
  const send = (workflowId: string, name: ActionName, input: object): Promise<string> =>
    sendBy(workflowId, (client) => sendOperatorMessage(client, workflowId, name, input));
  const ask = (workflowId: string, input: QuestionInput): Promise<number> =>
    sendBy(workflowId, (client) => askQuestion(client, workflowId, input));
  const policyTiers = async (): Promise<string[]> =>
    Object.keys((await policyInEffect(env))?.tiers ?? {}).filter((tier) => tier !== MANUAL);
  await consoleRoutes(app, {reading, stream, render, send, ask, policyTiers});
  await app.listen({host: settings.host, port: settings.port});
  watch.start();
  return {
    url: addressOf(app),
    async stop() {
      stream.close();
      await Promise.all([app.close(), watch.stop()]);
      cache.close();
    },
  };
}

/** Replies to errors with their text: as a page to a browser, as `{"error": …}` to all others. */
function replyWithErrorPages(
  app: FastifyInstance,
  render: (request: FastifyRequest, reply: FastifyReply, page: Page) => FastifyReply,
): void {
  const answer = (request: FastifyRequest, reply: FastifyReply, code: number, error: string): FastifyReply => {
    reply.code(code);
    const wantsPage = request.headers.accept?.includes('text/html') && (request.url === '/' || request.url.startsWith('/ui/'));
    if (!wantsPage) return reply.type('application/json; charset=utf-8').send(asJson({error}));
    const heading = code === 404 ? 'Not found' : code < 500 ? 'Not done' : 'That went wrong';
    const body = code === 404 ? <NotFoundPage text={error} /> : <MessagePage heading={heading} text={error} />;
    return render(request, reply, {title: heading, section: undefined, body});
  };
  app.setErrorHandler((error: Error & {statusCode?: number}, request, reply) => {
    const code = error.statusCode ?? 500;
    if (code >= 500) console.error(`console: ${request.method} ${request.url}: ${error.stack}`);
    return answer(request, reply, code, error.message);
  });
  app.setNotFoundHandler((request, reply) => {
    const doubled = /^\/(bundles|runs|jobs)\/\//.test(request.url);
    return doubled
      ? answer(request, reply, 400, `A path has one slash between its parts; got ${request.url}.`)
      : answer(request, reply, 404, `There is nothing at ${request.url.split('?')[0]}. /ui/api lists what there is.`);
  });
}

function themeOf(request: FastifyRequest): 'auto' | 'light' | 'dark' {
  const {portwright_theme: theme} = request.cookies;
  return theme === 'light' || theme === 'dark' ? theme : 'auto';
}

function problemsOf(watch: Watch): string[] {
  const {temporalProblem} = watch.health;
  const {reading} = watch;
  return [
    ...(temporalProblem === undefined
      ? []
      : [`Temporal: ${temporalProblem}. What is on disk is shown, and nothing can be sent to a case.`]),
    ...(reading === null ? [] : [`The evidence is being read: ${reading.done} of ${reading.total} bundles.`]),
  ];
}

function addressOf(app: FastifyInstance): string {
  const address = app.addresses()[0];
  if (address === undefined || typeof address === 'string') throw new Error('The console does not listen on a port.');
  return `http://${address.family === 'IPv6' ? `[${address.address}]` : address.address}:${address.port}`;
}
