import type {FastifyRequest} from 'fastify';
import {hasLogin} from '../missing-login.ts';
import type {ConsoleSettings} from '../settings.ts';
import {BearerGuesses} from './bearer-guesses.ts';
import type {EndedSessions} from './ended-sessions.ts';
import type {Identity} from './identity.ts';
import type {Person} from './oidc.ts';
import {ReverseProxy} from './reverse-proxy.ts';
import type {LoginRole} from './roles.ts';
import {isSame, type OpenSession, openSession, SESSION_COOKIE, sealSession} from './session.ts';

/** Whether a request is let in, as whom, and why not. */
export type Entry =
  | {
      readonly kind: 'in';
      /** Whether a browser adds by itself what lets it in, so that another page's request would come in too. */
      readonly ambient: boolean;
      readonly identity: Identity;
      /** When the session ends that lets it in, in milliseconds. */
      readonly endMs?: number;
    }
  | Shut;

/** Why a request is not let in. */
export interface Shut {
  readonly kind: 'out';
  readonly code: 401 | 403 | 429;
  readonly message: string;
  readonly retrySeconds?: number;
}

interface Session extends OpenSession {
  readonly identity: Identity;
}

const ASKS: Shut = {
  kind: 'out',
  code: 401,
  message: 'The console asks for its token: send it as "Authorization: Bearer TOKEN", or log in at /login.',
};

/** Checks who sends a request: by token, by a session, or by the header of a reverse proxy. */
export class Gate {
  readonly #settings: ConsoleSettings;
  readonly #ended: EndedSessions;
  /** Seals the sessions of people whom the provider identified. */
  readonly #secret: string;
  readonly proxy: ReverseProxy;
  readonly #guesses = new BearerGuesses();

  constructor(settings: ConsoleSettings, ended: EndedSessions, secret: string) {
    this.#settings = settings;
    this.#ended = ended;
    this.#secret = secret;
    this.proxy = new ReverseProxy(settings);
  }

  enter(request: FastifyRequest): Entry {
    const user = this.proxy.userOf(request);
    const named: Identity | undefined =
      user !== undefined && 'name' in user ? {role: user.role, method: 'proxy', user: user.name} : undefined;
    const bearer = this.#bearer(request);
    if (bearer === 'right') return {kind: 'in', ambient: false, identity: this.#tokenIdentity(named)};
    if (named !== undefined) return {kind: 'in', ambient: request.headers.cookie !== undefined, identity: named};
    const session = this.session(request);
    if (session !== undefined) return {kind: 'in', ambient: true, identity: session.identity, endMs: session.endMs};
    if (bearer !== 'none' && bearer !== 'wrong') return bearer;
    if (user !== undefined && 'message' in user) return {kind: 'out', ...user};
    if (!hasLogin(this.#settings)) return {kind: 'in', ambient: false, identity: {role: 'admin', method: 'none'}};
    return this.#settings.token === undefined ? {...ASKS, message: 'The console asks who you are: log in at /login.'} : ASKS;
  }

  hasToken(given: string | undefined): boolean {
    const {token} = this.#settings;
    return token !== undefined && given !== undefined && isSame(given, token);
  }

  /** Returns the session of a request's cookie; undefined if there is none, or it has ended. */
  session({cookies}: FastifyRequest): Session | undefined {
    const value = cookies[SESSION_COOKIE];
    if (value === undefined || this.#ended.has(value)) return undefined;
    return this.#tokenSession(value) ?? this.#personSession(value);
  }

  /** Returns the value of a new session's cookie, for the holder of the token or for a person. */
  newSession(person: Person | undefined, nowMs: number): string {
    const {token, sessionSeconds: seconds} = this.#settings;
    if (person !== undefined) {
      const content = JSON.stringify([person.name, person.role, person.subject]);
      return sealSession(this.#secret, nowMs, {seconds, content});
    }
    if (token === undefined) throw new Error('A session by the token needs one.');
    return sealSession(token, nowMs, {seconds});
  }

  /** Ends the session of a request's cookie on the server, if it is one. */
  endSession(request: FastifyRequest): void {
    const value = request.cookies[SESSION_COOKIE];
    if (value !== undefined && this.session(request) !== undefined) this.#ended.end(value, Date.now());
  }

  #tokenSession(value: string): Session | undefined {
    const {token} = this.#settings;
    const opened = token === undefined ? undefined : openSession(token, value, Date.now());
    return opened && {...opened, identity: this.#tokenIdentity(undefined)};
  }

  #personSession(value: string): Session | undefined {
    const {oidc} = this.#settings;
    const opened = oidc === undefined ? undefined : openSession(this.#secret, value, Date.now());
    if (oidc === undefined || opened === undefined) return undefined;
    const [user, role, subject] = JSON.parse(opened.content) as [string, LoginRole, string];
    return {...opened, identity: {role, method: 'oidc', user, subject, issuer: oidc.issuer.href}};
  }

  /** The holder of the token; a proxy of ours may name the user too. */
  #tokenIdentity(named: Identity | undefined): Identity {
    const {tokenRole: role} = this.#settings;
    return {role, method: 'token', ...(named?.user !== undefined && {user: named.user})};
  }

  /** Checks the token of a header; after too many guesses none from that address is checked for a while. */
  #bearer(request: FastifyRequest): 'none' | 'right' | 'wrong' | Shut {
    const given = bearerOf(request.headers.authorization);
    if (given === undefined || this.#settings.token === undefined) return 'none';
    const address = this.proxy.addressOf(request);
    const retrySeconds = this.#guesses.waitSeconds(address, Date.now());
    if (retrySeconds > 0)
      return {
        kind: 'out',
        code: 429,
        message: `Too many wrong tokens came from this address. Try again in ${retrySeconds} s.`,
        retrySeconds,
      };
    if (this.hasToken(given)) return 'right';
    this.#guesses.note(address, given, Date.now());
    return 'wrong';
  }
}

function bearerOf(authorization: string | undefined): string | undefined {
  return /^bearer +(\S+) *$/i.exec(authorization ?? '')?.[1];
}
