import {createHash} from 'node:crypto';
import {type LookupAddress, lookup} from 'node:dns';
import {open} from 'node:fs/promises';
import {get as httpGet, type IncomingMessage} from 'node:http';
import {get as httpsGet} from 'node:https';
import {BlockList, isIP, type LookupFunction} from 'node:net';
import type {DistFile} from '../case/evidence/distinfo.ts';

/** A download that failed; the message names the address. */
export class DownloadError extends Error {
  override readonly name = 'DownloadError';
}

export interface DownloadOptions {
  /** Also from this machine and its network: for sites that an operator names. A port's own sites could mean services of theirs. */
  readonly anywhere?: boolean;
  /** Seconds without a byte; default 60. */
  readonly idleSeconds?: number;
}

const REDIRECTS = 5;

/** Networks that a port's site must not lead to. Source: the IANA registries of special-purpose addresses. */
const NETWORKS =
  '0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24 192.168.0.0/16 198.18.0.0/15 224.0.0.0/3 ' +
  '::/96 ::ffff:0:0/96 64:ff9b::/96 fc00::/7 fe80::/10 ff00::/8';
const PRIVATE = new BlockList();
for (const [network = '', prefix] of NETWORKS.split(' ').map((one) => one.split('/')))
  PRIVATE.addSubnet(network, Number(prefix), familyOf(network));

function familyOf(address: string): 'ipv4' | 'ipv6' {
  return isIP(address) === 6 ? 'ipv6' : 'ipv4';
}

function isPrivate(address: string): boolean {
  return PRIVATE.check(address, familyOf(address));
}

/** Resolves a name and fails if any of its addresses is private; the connection uses the same resolution. */
const publicOnly: LookupFunction = (host, options, done) => {
  lookup(host, {...options, all: true}, (error, found) => {
    const addresses = found as LookupAddress[];
    const bad = error === null ? addresses.find(({address}) => isPrivate(address)) : undefined;
    if (error !== null || bad !== undefined)
      done(error ?? new DownloadError(`${host} is at ${bad?.address}, an address of this machine or its network`), []);
    else if (options.all) done(null, addresses);
    else done(null, addresses[0]?.address ?? '', addresses[0]?.family);
  });
};

/** Writes the file at an address to `path`, and throws `DownloadError` unless size and SHA-256 are those of distinfo; no more than `size` bytes are taken. */
export async function download(
  url: string,
  path: string,
  wanted: Pick<DistFile, 'sha256' | 'size'>,
  options: DownloadOptions = {},
): Promise<void> {
  const answer = await follow(url, options, REDIRECTS);
  const file = await open(path, 'w', 0o600).catch((error: unknown) => {
    answer.destroy();
    throw error;
  });
  const digest = createHash('sha256');
  let size = 0;
  try {
    for await (const chunk of answer as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > wanted.size)
        throw new DownloadError(`${url}: it must have ${wanted.size} bytes, as distinfo says; it has more.`);
      digest.update(chunk);
      await file.write(chunk);
    }
  } catch (error) {
    throw error instanceof DownloadError ? error : new DownloadError(`${url}: ${(error as Error).message}`);
  } finally {
    answer.destroy();
    await file.close();
  }
  if (size !== wanted.size)
    throw new DownloadError(`${url}: it must have ${wanted.size} bytes, as distinfo says; it has ${size}.`);
  const sha256 = digest.digest('hex');
  if (sha256 !== wanted.sha256)
    throw new DownloadError(
      `${url}: its SHA-256 must be ${wanted.sha256}, as distinfo says; it is ${sha256}. Do not change distinfo before you know why.`,
    );
}

async function follow(url: string, options: DownloadOptions, left: number): Promise<IncomingMessage> {
  const answer = await send(new URL(url), options);
  const {statusCode = 0, headers} = answer;
  if (statusCode === 200) return answer;
  answer.destroy();
  if (![301, 302, 303, 307, 308].includes(statusCode) || headers.location === undefined)
    throw new DownloadError(`${url}: the server answered ${statusCode}.`);
  if (left === 0) throw new DownloadError(`${url}: more than ${REDIRECTS} redirects.`);
  return follow(new URL(headers.location, url).href, options, left - 1);
}

function send(url: URL, {anywhere = false, idleSeconds = 60}: DownloadOptions): Promise<IncomingMessage> {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  return new Promise((done, fail) => {
    const failed = (why: string): void => fail(new DownloadError(`${url.href}: ${why}`));
    if (!/^https?:$/.test(url.protocol)) return failed('only http and https are fetched.');
    if (!anywhere && isIP(host) > 0 && isPrivate(host)) return failed('it is an address of this machine or its network.');
    const get = url.protocol === 'https:' ? httpsGet : httpGet;
    const request = get(url, {headers: {'user-agent': 'portwright'}, ...(anywhere ? {} : {lookup: publicOnly})}, done);
    request.setTimeout(idleSeconds * 1000, () => request.destroy(new Error(`no byte came for ${idleSeconds} s`)));
    request.on('error', (error) => failed(error.message));
  });
}
