import type {TypeBoxTypeProvider} from '@fastify/type-provider-typebox';
import type {FastifyInstance, FastifyReply} from 'fastify';
import {Type} from 'typebox';
import {type Entrance, loginDoc, ToQuery} from './entrance.ts';
import {onwardPage} from './entry-pages.tsx';
import {LoginRefused} from './login-refused.ts';
import type {OidcLogin} from './oidc.ts';
import {CALLBACK_PATH} from './oidc-settings.ts';
import {ownPath} from './own-path.ts';
import {LOGIN_COOKIE, openLogin, type PendingLogin, sealLogin} from './pending-login.ts';

const NOT_BEGUN =
  'This login was not begun in this browser, or it took more than ten minutes. Nobody was logged in; log in again.';

/** Registers the way to the provider and back. */
export function oidcRoutes(app: FastifyInstance, entrance: Entrance, provider: OidcLogin, secret: string): void {
  beginRoute(app, entrance, provider, secret);
  finishRoute(app, entrance, provider, secret);
}

function beginRoute(app: FastifyInstance, {cookies, page}: Entrance, provider: OidcLogin, secret: string): void {
  const schema = {...loginDoc('Sends the browser to the login provider'), querystring: Type.Object({to: ToQuery})};
  app.withTypeProvider<TypeBoxTypeProvider>().get('/login/oidc', {schema}, async (request, reply) => {
    const to = ownPath(request.query.to);
    try {
      const {url, login} = await provider.begin(to);
      cookies.rememberLogin(request, reply, sealLogin(secret, login, Date.now()));
      return reply.redirect(url.href, 303);
    } catch (error) {
      return refused(page, reply, to, error);
    }
  });
}

function finishRoute(app: FastifyInstance, {cookies, page}: Entrance, provider: OidcLogin, secret: string): void {
  const schema = loginDoc('Takes what the login provider answers for a session');
  app.get(CALLBACK_PATH, {schema}, async (request, reply) => {
    const login = openLogin(secret, request.cookies[LOGIN_COOKIE], Date.now());
    cookies.forgetLogin(request, reply);
    if (login === undefined) return page(reply.code(400), '/', NOT_BEGUN);
    try {
      const person = await provider.finish(queryOf(request.url), login);
      cookies.startSession(request, reply, person);
      return onward(reply, login);
    } catch (error) {
      return refused(page, reply, login.to, error);
    }
  });
}

/** The browser comes from the provider: only a page of ours leads on with the new cookie. */
function onward(reply: FastifyReply, {to}: PendingLogin): FastifyReply {
  return reply.type('text/html; charset=utf-8').send(onwardPage(ownPath(to)));
}

function refused(page: Entrance['page'], reply: FastifyReply, to: string, error: unknown): FastifyReply {
  if (!(error instanceof LoginRefused)) throw error;
  return page(reply.code(error.statusCode), to, error.message);
}

function queryOf(url: string): URLSearchParams {
  return new URLSearchParams(url.split('?').slice(1).join('?'));
}
