import type {IncomingHttpHeaders} from 'node:http';
import {isIP} from 'node:net';
import {isLoopback} from '../../setup/host-port.ts';
import type {ConsoleSettings} from '../settings.ts';

const READING = ['GET', 'HEAD', 'OPTIONS'];

/**
 * Why a request is not for this console, by its Host; undefined: it is. A page elsewhere could otherwise have a name of its own lead
 * here, and read everything as its own.
 */
export function refuseHost(settings: ConsoleSettings, given: string | undefined): string | undefined {
  const name = hostName(given);
  if (name !== undefined && isKnown(settings, name)) return undefined;
  return `The console is not reached as ${JSON.stringify((given ?? '').slice(0, 200))}. Use its own address, or name that host in PORTWRIGHT_CONSOLE_HOSTS and start the console again.`;
}

function isKnown({host, isLoopback: local, hosts}: ConsoleSettings, name: string): boolean {
  if (name === 'localhost' || name === host.toLowerCase() || hosts.includes(name)) return true;
  return isIP(name) !== 0 && (!local || isLoopback(name));
}

function hostName(given: string | undefined): string | undefined {
  const [, host] = /^(\[[\da-f:.]+\]|[\w.-]+)(?::\d{1,5})?$/i.exec(given ?? '') ?? [];
  return host?.toLowerCase().replace(/^\[(.*)\]$|\.$/, '$1');
}

export function isReading(method: string): boolean {
  return READING.includes(method);
}

/** Returns why a request that changes something is refused as another page's; undefined if no header shows that it is one. */
export function refuseForeign(method: string, headers: IncomingHttpHeaders): string | undefined {
  if (isReading(method)) return undefined;
  const {origin, host = '', 'sec-fetch-site': site} = headers;
  if (origin !== undefined && !isSameHost(origin, host))
    return `Only pages of this console may change something: the request is from ${JSON.stringify(origin.slice(0, 200))}, and for ${JSON.stringify(host)}. A reverse proxy must pass the header Host on as it is.`;
  if (site !== undefined && site !== 'same-origin' && site !== 'none')
    return `Only pages of this console may change something: the browser reports that the request is ${JSON.stringify(String(site).slice(0, 50))}. Use the console's own page.`;
  return undefined;
}

/** Whether a request names its origin, as browsers do. */
export function statesOrigin({origin, 'sec-fetch-site': site}: IncomingHttpHeaders): boolean {
  return origin !== undefined || site !== undefined;
}

/** The scheme does not count: a proxy may have ended TLS. It only decides which port need not be named. */
function isSameHost(origin: string, host: string): boolean {
  if (!URL.canParse(origin)) return false;
  const {protocol, host: from} = new URL(origin);
  const own = `${protocol}//${host}`;
  return /^https?:$/.test(protocol) && URL.canParse(own) && new URL(own).host === from;
}
