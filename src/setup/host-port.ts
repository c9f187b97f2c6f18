import {BlockList, isIP} from 'node:net';

const LOOPBACK = new BlockList();
LOOPBACK.addSubnet('127.0.0.0', 8, 'ipv4');
LOOPBACK.addAddress('::1', 'ipv6');

/** `HOST:PORT`, an address of IPv6 in brackets; its host without them, and undefined if it is none. */
export function hostAndPort(text: string): {host: string; port: number} | undefined {
  const [, host, port] = /^(\[[\da-f:.]+\]|[^\s:[\]/@?#\\]+):(\d{1,5})$/i.exec(text) ?? [];
  if (host === undefined || !isPort(port) || (host.startsWith('[') && isIP(bare(host)) !== 6)) return undefined;
  return {host: bare(host), port: Number(port)};
}

/** From 0 to 65535. */
export function isPort(text: string | undefined): boolean {
  return /^\d{1,5}$/.test(text ?? '') && Number(text) <= 65_535;
}

/** An address of IPv6 without its brackets. */
export function bare(host: string): string {
  return host.replace(/^\[(.*)\]$/, '$1');
}

/** Whether a host, without brackets, is this machine, whoever asks. */
export function isLoopback(host: string): boolean {
  const version = isIP(host);
  if (version === 0) return host.toLowerCase() === 'localhost';
  return LOOPBACK.check(host.replace(/%.*$/, ''), version === 6 ? 'ipv6' : 'ipv4');
}
