import {BlockList, isIP} from 'node:net';
import type {FastifyRequest} from 'fastify';
import type {ConsoleSettings} from '../settings.ts';
import type {EndedSessions} from './ended-sessions.ts';
import {isName} from './names.ts';
import {isSame, isSession, SESSION_COOKIE} from './session.ts';

/** Whether a request is let in, and why not. */
export type Entry =
  | {
      readonly kind: 'in';
      /** Whether a browser adds by itself what lets it in, so that another page's request would come in too. */
      readonly ambient: boolean;
      /** The user's name, by a reverse proxy. */
      readonly user?: string;
    }
  | {readonly kind: 'out'; readonly code: 401 | 403; readonly message: string};

type User = {readonly name: string} | {readonly code: 401 | 403; readonly message: string};

/** Checks who sends a request: by token, by a session, or by the header of a reverse proxy. */
export class Gate {
  readonly #settings: ConsoleSettings;
  readonly #ended: EndedSessions;
  readonly #proxies = new BlockList();

  constructor(settings: ConsoleSettings, ended: EndedSessions) {
    this.#settings = settings;
    this.#ended = ended;
    for (const address of settings.proxies) this.#proxies.addAddress(address, familyOf(address));
  }

  enter(request: FastifyRequest): Entry {
    const {token, userHeader} = this.#settings;
    const user = userHeader === undefined ? undefined : this.#userOf(request, userHeader);
    const named = user !== undefined && 'name' in user ? {user: user.name} : undefined;
    if (this.hasToken(bearerOf(request.headers.authorization))) return {kind: 'in', ambient: false, ...named};
    if (named !== undefined) return {kind: 'in', ambient: request.headers.cookie !== undefined, ...named};
    if (this.hasSession(request)) return {kind: 'in', ambient: true};
    if (user !== undefined && 'message' in user) return {kind: 'out', ...user};
    if (token === undefined) return {kind: 'in', ambient: false};
    const message = 'The console asks for its token: send it as "Authorization: Bearer TOKEN", or log in at /login.';
    return {kind: 'out', code: 401, message};
  }

  hasToken(given: string | undefined): boolean {
    const {token} = this.#settings;
    return token !== undefined && given !== undefined && isSame(given, token);
  }

  hasSession({cookies}: FastifyRequest): boolean {
    const {token} = this.#settings;
    const value = cookies[SESSION_COOKIE];
    if (token === undefined || value === undefined || !isSession(token, value, Date.now())) return false;
    return !this.#ended.has(value);
  }

  /** Returns the address of the machine that sends a request: behind a reverse proxy of ours, the last address that the proxy names. */
  addressOf(request: FastifyRequest): string {
    const own = request.socket.remoteAddress ?? '';
    if (!this.#isProxy(request)) return own;
    const forwarded =
      String(request.headers['x-forwarded-for'] ?? '')
        .split(',')
        .at(-1)
        ?.trim() ?? '';
    return isIP(forwarded) === 0 ? own : forwarded;
  }

  /** Whether the browser came by https, as far as a reverse proxy reports it. */
  isHttps(request: FastifyRequest): boolean {
    const [protocol] = String(request.headers['x-forwarded-proto'] ?? '').split(',');
    return this.#isProxy(request) && protocol?.trim().toLowerCase() === 'https';
  }

  #isProxy({socket}: FastifyRequest): boolean {
    const address = socket.remoteAddress?.replace(/%.*$/, '') ?? '';
    return isIP(address) !== 0 && this.#proxies.check(address, familyOf(address));
  }

  #userOf(request: FastifyRequest, header: string): User {
    const orToken = this.#settings.token === undefined ? '' : ', or send the token, by /login in a browser';
    if (!this.#isProxy(request))
      return {
        code: 403,
        message: `The console is reached by its reverse proxy only, and ${request.socket.remoteAddress} is not one of PORTWRIGHT_CONSOLE_PROXY. Use the proxy's address${orToken}.`,
      };
    const values = request.raw.rawHeaders.filter((_, at, all) => at % 2 === 1 && all[at - 1]?.toLowerCase() === header);
    const name = fromUtf8(values[0] ?? '').trim();
    if (values.length === 1 && isName(name) && !name.includes(',')) return {name};
    return {
      code: 401,
      message: `The reverse proxy must send the header ${header} once, with the name of one user, of 1 to 200 printable characters and without a comma; it came ${values.length} times${name.includes(',') ? ', with a list of names' : ''}. Have the proxy set it${orToken}.`,
    };
  }
}

function familyOf(address: string): 'ipv4' | 'ipv6' {
  return isIP(address) === 6 ? 'ipv6' : 'ipv4';
}

function bearerOf(authorization: string | undefined): string | undefined {
  return /^bearer +(\S+) *$/i.exec(authorization ?? '')?.[1];
}

/** Headers are read as Latin-1; proxies write UTF-8. What is none stays as it was read. */
function fromUtf8(text: string): string {
  const read = Buffer.from(text, 'latin1').toString('utf8');
  return read.includes('\ufffd') ? text : read;
}
