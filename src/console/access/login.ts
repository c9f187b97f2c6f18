import type {TypeBoxTypeProvider} from '@fastify/type-provider-typebox';
import type {FastifyInstance, FastifyRequest} from 'fastify';
import {Type} from 'typebox';
import type {ConsoleSettings} from '../settings.ts';
import {LoginCookies} from './cookies.ts';
import {type Entrance, loginDoc, ToQuery} from './entrance.ts';
import {leavingPage, loginPage} from './entry-pages.tsx';
import type {Gate} from './gate.ts';
import {OidcLogin} from './oidc.ts';
import {oidcRoutes} from './oidc-routes.ts';
import {ownPath} from './own-path.ts';
import {WrongLogins} from './wrong-logins.ts';

/** Registers the logins that the settings have, and the logout. `secret` seals what the provider's login leaves in browsers. */
export function loginRoutes(app: FastifyInstance, settings: ConsoleSettings, gate: Gate, secret: string): void {
  const {token, oidc} = settings;
  const entrance: Entrance = {
    settings,
    gate,
    cookies: new LoginCookies(settings, gate),
    page: (reply, to, problem) =>
      reply
        .type('text/html; charset=utf-8')
        .send(loginPage({to, problem, hasToken: token !== undefined, provider: oidc?.label, isPublic: settings.isPublic})),
  };
  const provider = oidc === undefined ? undefined : new OidcLogin({oidc, roles: settings.roles});
  pageRoute(app, entrance);
  if (token !== undefined) tokenRoute(app, entrance);
  if (provider !== undefined) oidcRoutes(app, entrance, provider, secret);
  logoutRoute(app, entrance, provider);
}

function pageRoute(app: FastifyInstance, {gate, page}: Entrance): void {
  const schema = {...loginDoc('Page that asks who you are'), querystring: Type.Object({to: ToQuery})};
  app.withTypeProvider<TypeBoxTypeProvider>().get('/login', {schema}, (request, reply) => {
    const to = ownPath(request.query.to);
    return gate.session(request) === undefined ? page(reply, to) : reply.redirect(to, 303);
  });
}

function tokenRoute(app: FastifyInstance, {gate, cookies, page}: Entrance): void {
  const wrong = new WrongLogins();
  const body = Type.Object({token: Type.String(), to: ToQuery});
  const schema = {...loginDoc('Takes the token for a session'), body};
  app.withTypeProvider<TypeBoxTypeProvider>().post('/login', {schema}, (request, reply) => {
    const to = ownPath(request.body.to);
    const now = Date.now();
    const address = gate.proxy.addressOf(request);
    const seconds = Math.ceil(wrong.waitMs(address, now) / 1000);
    if (seconds > 0) {
      reply.code(429).header('retry-after', seconds);
      return page(reply, to, `Too many wrong tokens came from this address. Try again in ${seconds} s.`);
    }
    if (!gate.hasToken(request.body.token.trim())) {
      wrong.note(address, now);
      return page(reply.code(401), to, 'That is not the token. Whoever started the console has it.');
    }
    cookies.startSession(request, reply, undefined);
    return reply.redirect(to, 303);
  });
}

/** Ends the session here and, for a person whom the provider identified, at the provider too, if that has a page for it. */
function logoutRoute(app: FastifyInstance, {gate, cookies}: Entrance, provider: OidcLogin | undefined): void {
  app.post('/logout', {schema: loginDoc('Ends the session of this browser')}, async (request: FastifyRequest, reply) => {
    const isPerson = gate.session(request)?.identity.method === 'oidc';
    cookies.endSession(request, reply);
    const onward = isPerson ? await provider?.endUrl() : undefined;
    if (onward === undefined) return reply.redirect('/login', 303);
    return reply.type('text/html; charset=utf-8').send(leavingPage(onward.href));
  });
}
