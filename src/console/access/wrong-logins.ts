import {isIPv6} from 'node:net';

const MOST = 10;
const MINUTE_MS = 60_000;
/** Addresses that are counted at a time; beyond that the oldest count is dropped. */
const MOST_ADDRESSES = 10_000;

interface Count {
  readonly sinceMs: number;
  readonly wrong: number;
}

/** Counts the wrong logins of each address: after ten in a minute none from there is checked for the rest of it. Times are milliseconds. */
export class WrongLogins {
  readonly #counts = new Map<string, Count>();

  /** Milliseconds until a login from an address is checked again; 0: now. */
  waitMs(address: string, nowMs: number): number {
    const {sinceMs, wrong} = this.#counts.get(networkOf(address)) ?? {sinceMs: nowMs, wrong: 0};
    return wrong < MOST ? 0 : Math.max(0, sinceMs + MINUTE_MS - nowMs);
  }

  note(address: string, nowMs: number): void {
    const network = networkOf(address);
    const known = this.#counts.get(network);
    if (known !== undefined && nowMs < known.sinceMs + MINUTE_MS) {
      this.#counts.set(network, {...known, wrong: known.wrong + 1});
      return;
    }
    this.#counts.delete(network);
    this.#counts.set(network, {sinceMs: nowMs, wrong: 1});
    const [oldest] = this.#counts.keys();
    if (this.#counts.size > MOST_ADDRESSES && oldest !== undefined) this.#counts.delete(oldest);
  }
}

/** A host has a /64 of IPv6 to itself, and could take another address for each try. */
function networkOf(address: string): string {
  const plain = address.replace(/%.*$/, '').replace(/^::ffff:(?=\d+\.)/i, '');
  if (!isIPv6(plain)) return plain;
  const [head = '', tail] = plain.split('::');
  const groups = head.split(':').filter((group) => group !== '');
  const missing = tail === undefined ? 0 : 8 - groups.length - tail.split(':').filter((group) => group !== '').length;
  const all = [
    ...groups,
    ...Array<string>(Math.max(0, missing)).fill('0'),
    ...(tail ?? '').split(':').filter((group) => group !== ''),
  ];
  return `${all
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':')}::/64`;
}
