import {BlockList, isIP} from 'node:net';

const LOOPBACK = new BlockList();
LOOPBACK.addSubnet('127.0.0.0', 8, 'ipv4');
LOOPBACK.addAddress('::1', 'ipv6');

/** Parses `HOST:PORT`, with an IPv6 address in brackets; returns the host without them, and undefined for anything else. */
export function hostAndPort(text: string): {host: string; port: number} | undefined {
  const [, host, port] = /^(\[[\da-f:.]+\]|[^\s:[\]/@?#\\]+):(\d{1,5})$/i.exec(text) ?? [];
  if (host === undefined || !isPort(port) || (host.startsWith('[') && isIP(bare(host)) !== 6)) return undefined;
  return {host: bare(host), port: Number(port)};
}

/** Whether a text is a port, from 0 to 65535. */
export function isPort(text: string | undefined): boolean {
  return /^\d{1,5}$/.test(text ?? '') && Number(text) <= 65_535;
}

/** Returns an IPv6 address without its brackets. */
export function bare(host: string): string {
  return host.replace(/^\[(.*)\]$/, '$1');
}

/** Whether a host, without brackets, is a loopback address. */
export function isLoopback(host: string): boolean {
  const version = isIP(host);
  if (version === 0) return host.toLowerCase() === 'localhost';
  return LOOPBACK.check(host.replace(/%.*$/, ''), version === 6 ? 'ipv6' : 'ipv4');
}
