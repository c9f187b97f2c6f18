import {BlockList, isIP} from 'node:net';
import type {FastifyRequest} from 'fastify';
import type {ConsoleSettings} from '../settings.ts';
import {isName} from './names.ts';
import {type LoginRole, roleFor} from './roles.ts';

/** The user whom a proxy names, or why it names none. */
export type ProxyUser = {readonly name: string; readonly role: LoginRole} | {readonly code: 401 | 403; readonly message: string};

/** Reads what the reverse proxies of the settings state about a request; what others state counts for nothing. */
export class ReverseProxy {
  readonly #settings: ConsoleSettings;
  readonly #proxies = new BlockList();

  constructor(settings: ConsoleSettings) {
    this.#settings = settings;
    for (const address of settings.proxies) this.#proxies.addAddress(address, familyOf(address));
  }

  /** Returns the address of the machine that sends a request: behind a reverse proxy of ours, the last address that the proxy names. */
  addressOf(request: FastifyRequest): string {
    const own = request.socket.remoteAddress ?? '';
    if (!this.#isProxy(request)) return own;
    const forwarded = String(request.headers['x-forwarded-for'] ?? '').split(',');
    const last = forwarded.at(-1)?.trim() ?? '';
    return isIP(last) === 0 ? own : last;
  }

  /** Whether the browser came by https, as far as a reverse proxy reports it. */
  isHttps(request: FastifyRequest): boolean {
    const [protocol] = String(request.headers['x-forwarded-proto'] ?? '').split(',');
    return this.#isProxy(request) && protocol?.trim().toLowerCase() === 'https';
  }

  /** Returns the user whom a proxy names; undefined where proxies are not to name any. */
  userOf(request: FastifyRequest): ProxyUser | undefined {
    const {userHeader, token} = this.#settings;
    if (userHeader === undefined) return undefined;
    const orToken = token === undefined ? '' : ', or send the token, by /login in a browser';
    if (!this.#isProxy(request))
      return {
        code: 403,
        message: `The console is reached by its reverse proxy only, and ${request.socket.remoteAddress} is not one of PORTWRIGHT_CONSOLE_PROXY. Use the proxy's address${orToken}.`,
      };
    const values = valuesOf(request, userHeader);
    const name = values[0] ?? '';
    if (values.length === 1 && isName(name) && !name.includes(',')) return this.#withRole(request, name);
    return {
      code: 401,
      message: `The reverse proxy must send the header ${userHeader} once, with the name of one user, of 1 to 200 printable characters and without a comma; it came ${values.length} times${name.includes(',') ? ', with a list of names' : ''}. Have the proxy set it${orToken}.`,
    };
  }

  /** Gives a user the role of the groups; without a header of groups all users are admins. */
  #withRole(request: FastifyRequest, name: string): ProxyUser {
    const {groupsHeader, roles} = this.#settings;
    if (groupsHeader === undefined) return {name, role: 'admin'};
    const values = valuesOf(request, groupsHeader);
    // A second one would be the browser's own.
    if (values.length > 1)
      return {
        code: 401,
        message: `The reverse proxy must send the header ${groupsHeader} at most once; it came ${values.length} times. Have the proxy replace what browsers send.`,
      };
    const groups = (values[0] ?? '').split(',').map((one) => one.trim());
    const role = roleFor(roles, groups);
    if (role !== undefined) return {name, role};
    const message = `${name} has no role here: no group of the header ${groupsHeader} is in PORTWRIGHT_CONSOLE_ROLES. Ask whoever runs the console.`;
    return {code: 403, message};
  }

  #isProxy({socket}: FastifyRequest): boolean {
    const address = socket.remoteAddress?.replace(/%.*$/, '') ?? '';
    return isIP(address) !== 0 && this.#proxies.check(address, familyOf(address));
  }
}

function familyOf(address: string): 'ipv4' | 'ipv6' {
  return isIP(address) === 6 ? 'ipv6' : 'ipv4';
}

/** Returns each value of a header by its name in lower case. */
function valuesOf({raw}: FastifyRequest, header: string): string[] {
  const values = raw.rawHeaders.filter((_, at, all) => at % 2 === 1 && all[at - 1]?.toLowerCase() === header);
  return values.map((one) => fromUtf8(one).trim());
}

/** Headers are read as Latin-1; proxies write UTF-8. What is none stays as it was read. */
function fromUtf8(text: string): string {
  const read = Buffer.from(text, 'latin1').toString('utf8');
  return read.includes('\ufffd') ? text : read;
}
