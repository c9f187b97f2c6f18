import type {TypeBoxTypeProvider} from '@fastify/type-provider-typebox';
import type {FastifyInstance, FastifyReply, FastifyRequest} from 'fastify';
import {Type} from 'typebox';
import type {EndedSessions} from './ended-sessions.ts';
import {loginPage} from './entry-pages.tsx';
import type {Gate} from './gate.ts';
import {ownPath} from './own-path.ts';
import {SESSION_COOKIE, SESSION_SECONDS, sealSession} from './session.ts';
import {WrongLogins} from './wrong-logins.ts';

const Path = Type.Optional(Type.String({description: 'path of the console to go on to'}));

/** The login with the token, which a cookie then stands for. */
export function loginRoutes(app: FastifyInstance, token: string, gate: Gate, ended: EndedSessions): void {
  const routes = app.withTypeProvider<TypeBoxTypeProvider>();
  const wrong = new WrongLogins();
  const doc = (summary: string) => ({tags: ['login'], summary});
  const page = (reply: FastifyReply, to: string, problem?: string): FastifyReply =>
    reply.type('text/html; charset=utf-8').send(loginPage({to, problem}));
  const cookie = (request: FastifyRequest) =>
    ({path: '/', httpOnly: true, sameSite: 'strict', secure: gate.isHttps(request)}) as const;

  routes.get(
    '/login',
    {schema: {...doc('Page that asks for the token'), querystring: Type.Object({to: Path})}},
    (request, reply) => {
      const to = ownPath(request.query.to);
      return gate.hasSession(request) ? reply.redirect(to, 303) : page(reply, to);
    },
  );

  routes.post(
    '/login',
    {schema: {...doc('Takes the token for a session of 12 hours'), body: Type.Object({token: Type.String(), to: Path})}},
    (request, reply) => {
      const to = ownPath(request.body.to);
      const now = Date.now();
      const address = gate.addressOf(request);
      const seconds = Math.ceil(wrong.waitMs(address, now) / 1000);
      if (seconds > 0) {
        reply.code(429).header('retry-after', seconds);
        return page(reply, to, `Too many wrong tokens came from this address. Try again in ${seconds} s.`);
      }
      if (!gate.hasToken(request.body.token.trim())) {
        wrong.note(address, now);
        return page(reply.code(401), to, 'That is not the token. Whoever started the console has it.');
      }
      reply.setCookie(SESSION_COOKIE, sealSession(token, now), {...cookie(request), maxAge: SESSION_SECONDS});
      return reply.redirect(to, 303);
    },
  );

  routes.post('/logout', {schema: doc('Ends the session of this browser')}, (request, reply) => {
    ended.end(token, request.cookies[SESSION_COOKIE], Date.now());
    return reply.clearCookie(SESSION_COOKIE, cookie(request)).redirect('/login', 303);
  });
}
