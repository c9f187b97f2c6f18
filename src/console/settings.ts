import {isIP} from 'node:net';
import {bare, hostAndPort, isLoopback, isPort} from '../setup/host-port.ts';
import {isName} from './access/names.ts';
import {type OidcSettings, oidcSettings} from './access/oidc-settings.ts';
import {headerName, type RoleSettings, roleSettings} from './access/role-settings.ts';
import {type Env, list, value} from './env.ts';
import {HOW_TO_MAKE, refuseMissingLogin} from './missing-login.ts';

/** Where the console listens, and who may use it. */
export interface ConsoleSettings extends RoleSettings {
  /** A name or an address, one of IPv6 without brackets. */
  readonly host: string;
  /** 0: any that is free. */
  readonly port: number;
  /** Whether only this machine reaches it. */
  readonly isLoopback: boolean;
  /** Who has it has the role `tokenRole`; undefined: there is none. */
  readonly token: string | undefined;
  /** Name, in lower case, of the header in which a reverse proxy puts the user's name. */
  readonly userHeader: string | undefined;
  /** Addresses of the reverse proxies. Whoever can connect from one of them is believed. */
  readonly proxies: readonly string[];
  /** Further names under which it may be reached, in lower case, without port and brackets. */
  readonly hosts: readonly string[];
  /** Name that an operator is proposed who has not given one. */
  readonly proposedName: string | undefined;
  /** The provider that identifies people; undefined: there is none. */
  readonly oidc: OidcSettings | undefined;
  /** Seconds that a session lasts. */
  readonly sessionSeconds: number;
}

const USUAL = {host: '127.0.0.1', port: 8787} as const;
const LEAST_TOKEN = 16;
const MOST_SESSION_HOURS = 168;

/**
 * Settings from the environment: `PORTWRIGHT_CONSOLE`, `PORTWRIGHT_CONSOLE_…` and `PORTWRIGHT_OIDC_…`, and for the address, as the
 * existing state server has them, `STATE_SERVER_{BIND,PORT}`; `options` come first. Throws an Error with the rule if one of them cannot be
 * used, or if others than this machine could reach a console that asks nobody who he is.
 */
export function consoleSettings(env: Env, options: {readonly host?: string; readonly port?: number}): ConsoleSettings {
  const {host, port} = {...addressOf(env), ...options};
  const settings = {
    host,
    port,
    isLoopback: isLoopback(host),
    token: tokenOf(env),
    userHeader: headerName(env, 'PORTWRIGHT_CONSOLE_USER_HEADER', 'X-Forwarded-User'),
    proxies: proxiesOf(env),
    hosts: hostsOf(env),
    oidc: oidcSettings(env),
    sessionSeconds: sessionSecondsOf(env),
    ...roleSettings(env),
  };
  refuseMissingLogin(settings);
  const local = settings.isLoopback;
  const user = value(env, 'USER') || value(env, 'LOGNAME');
  return {...settings, proposedName: local && isName(user) ? user : undefined};
}

function addressOf(env: Env): {host: string; port: number} {
  const given = value(env, 'PORTWRIGHT_CONSOLE');
  if (given === '') return oldAddressOf(env);
  const address = hostAndPort(given);
  if (address === undefined)
    throw new Error(
      `PORTWRIGHT_CONSOLE must be HOST:PORT, such as ${USUAL.host}:${USUAL.port} or [::1]:${USUAL.port}, a port of 0 for any that is free; got ${JSON.stringify(given)}. Correct it, or unset it.`,
    );
  return address;
}

function oldAddressOf(env: Env): {host: string; port: number} {
  const host = bare(value(env, 'STATE_SERVER_BIND') || USUAL.host);
  const port = value(env, 'STATE_SERVER_PORT') || String(USUAL.port);
  if (!isPort(port))
    throw new Error(`STATE_SERVER_PORT must be a port from 0 to 65535; got ${JSON.stringify(port)}. Correct it, or unset it.`);
  if (/[\s/@?#[\]\\]/.test(host) || (host.includes(':') && isIP(host) === 0))
    throw new Error(
      `STATE_SERVER_BIND must be a host or an address without a port; got ${JSON.stringify(host)}. Correct it, or unset it.`,
    );
  return {host, port: Number(port)};
}

function tokenOf(env: Env): string | undefined {
  const token = value(env, 'PORTWRIGHT_CONSOLE_TOKEN');
  if (token === '') return undefined;
  if (token.length < LEAST_TOKEN || !/^[\x21-\x7e]+$/.test(token))
    throw new Error(
      `PORTWRIGHT_CONSOLE_TOKEN must have at least ${LEAST_TOKEN} characters, of ASCII and without blanks; got ${token.length}. ${HOW_TO_MAKE}.`,
    );
  return token;
}

function sessionSecondsOf(env: Env): number {
  const hours = value(env, 'PORTWRIGHT_CONSOLE_SESSION_HOURS') || '12';
  if (/^\d{1,3}$/.test(hours) && Number(hours) >= 1 && Number(hours) <= MOST_SESSION_HOURS) return Number(hours) * 3600;
  throw new Error(
    `PORTWRIGHT_CONSOLE_SESSION_HOURS must be a number from 1 to ${MOST_SESSION_HOURS}; got ${JSON.stringify(hours)}. Correct it, or unset it.`,
  );
}

function proxiesOf(env: Env): readonly string[] {
  const given = list(env, 'PORTWRIGHT_CONSOLE_PROXY').map(bare);
  const odd = given.find((one) => isIP(one) === 0 || one.includes('%'));
  if (odd !== undefined)
    throw new Error(
      `PORTWRIGHT_CONSOLE_PROXY must be addresses of reverse proxies, separated by commas, neither names nor networks; got ${JSON.stringify(odd)}. Correct it, or unset it for proxies on this machine.`,
    );
  return given.length === 0 ? ['127.0.0.1', '::1'] : given;
}

/** The names given, and the one by which links to the console reach it. */
function hostsOf(env: Env): readonly string[] {
  const given = list(env, 'PORTWRIGHT_CONSOLE_HOSTS').map((one) => bare(one).toLowerCase());
  const odd = given.find((one) => !/^[\w.-]+$/.test(one) && isIP(one) === 0);
  if (odd !== undefined)
    throw new Error(
      `PORTWRIGHT_CONSOLE_HOSTS must be names of hosts, separated by commas, without http:// and port; got ${JSON.stringify(odd)}. Correct it, or unset it.`,
    );
  const url = value(env, 'PORTWRIGHT_CONSOLE_URL');
  return URL.canParse(url) ? [...given, bare(new URL(url).hostname)] : given;
}
