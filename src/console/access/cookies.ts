import type {FastifyReply, FastifyRequest} from 'fastify';
import type {ConsoleSettings} from '../settings.ts';
import type {Gate} from './gate.ts';
import type {Person} from './oidc.ts';
import {LOGIN_COOKIE, LOGIN_SECONDS} from './pending-login.ts';
import {SESSION_COOKIE} from './session.ts';

/** Sets and clears the cookies of logins. */
export class LoginCookies {
  readonly #settings: ConsoleSettings;
  readonly #gate: Gate;

  constructor(settings: ConsoleSettings, gate: Gate) {
    this.#settings = settings;
    this.#gate = gate;
  }

  /** Starts a new session for the holder of the token or for a person; the one before it ends. */
  startSession(request: FastifyRequest, reply: FastifyReply, person: Person | undefined): void {
    this.#gate.endSession(request);
    const value = this.#gate.newSession(person, Date.now());
    const options = this.#sessionOptions(request, person !== undefined);
    reply.setCookie(SESSION_COOKIE, value, {...options, maxAge: this.#settings.sessionSeconds});
  }

  endSession(request: FastifyRequest, reply: FastifyReply): void {
    const isPerson = this.#gate.session(request)?.identity.method === 'oidc';
    this.#gate.endSession(request);
    reply.clearCookie(SESSION_COOKIE, this.#sessionOptions(request, isPerson));
  }

  /** Remembers a login that goes by the provider. The browser must send it when it comes back from there, which a strict cookie is not. */
  rememberLogin(request: FastifyRequest, reply: FastifyReply, value: string): void {
    reply.setCookie(LOGIN_COOKIE, value, {...this.#loginOptions(request), maxAge: LOGIN_SECONDS});
  }

  forgetLogin(request: FastifyRequest, reply: FastifyReply): void {
    reply.clearCookie(LOGIN_COOKIE, this.#loginOptions(request));
  }

  #sessionOptions(request: FastifyRequest, isPerson: boolean) {
    return {path: '/', httpOnly: true, sameSite: 'strict', secure: this.#isSecure(request, isPerson)} as const;
  }

  #loginOptions(request: FastifyRequest) {
    return {path: '/login/oidc', httpOnly: true, sameSite: 'lax', secure: this.#isSecure(request, true)} as const;
  }

  /** People come back from the provider by its address for that, whatever a proxy reports. */
  #isSecure(request: FastifyRequest, isPerson: boolean): boolean {
    return this.#gate.proxy.isHttps(request) || (isPerson && this.#settings.oidc?.redirectUrl.protocol === 'https:');
  }
}
