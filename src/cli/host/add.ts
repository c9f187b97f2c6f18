import {isIP} from 'node:net';
import {resolve} from 'node:path';
import type {HostEntry} from '../../case/host/host.ts';
import {addHost} from '../../setup/edit-hosts.ts';
import {hostsFile} from '../../setup/hosts.ts';
import {UsageError} from '../usage-error.ts';

export interface AddOptions {
  readonly ssh?: string;
  readonly local?: true;
  readonly identity?: string;
  readonly knownHosts?: string;
  readonly dportsv3?: string;
  readonly devEnv?: readonly string[];
  readonly target?: readonly string[];
  readonly logs?: readonly string[];
  readonly evidence?: HostEntry['evidence'];
}

/** `portwright host add`: adds a host to the hosts file, and prints what comes next. */
export async function hostAdd(name: string, options: AddOptions): Promise<void> {
  const file = hostsFile(process.env);
  await addHost(file, name, entryOf(options));
  console.log(`Added ${name} to ${file}.`);
  console.log(
    `Next: \`portwright host check ${name}\`. A running worker uses its dev-envs at once, and reads its evidence after a restart.`,
  );
}

function entryOf(options: AddOptions): HostEntry {
  const {devEnv, target, logs, evidence, dportsv3} = options;
  return {
    ...reachOf(options),
    ...(dportsv3 === undefined ? {} : {dportsv3}),
    ...(devEnv === undefined ? {} : {dev_envs: devEnv}),
    ...(target === undefined ? {} : {targets: target}),
    ...(logs === undefined ? {} : {logs}),
    ...(evidence === undefined ? {} : {evidence}),
  };
}

function reachOf({ssh, local, identity, knownHosts}: AddOptions): Pick<HostEntry, 'local' | 'ssh'> {
  if ((ssh === undefined) === (local === undefined))
    throw new UsageError('A host is reached by --ssh [user@]address[:port], or is this machine, --local. Give one of the two.');
  if (ssh === undefined) {
    if (identity !== undefined || knownHosts !== undefined)
      throw new UsageError('--identity and --known-hosts are for --ssh; with --local leave them out.');
    return {local: true};
  }
  return {
    ssh: {
      ...parseAddress(ssh),
      ...(identity === undefined ? {} : {identity: resolve(identity)}),
      ...(knownHosts === undefined ? {} : {known_hosts: resolve(knownHosts)}),
    },
  };
}

/** Parses `[user@]address[:port]`; an IPv6 address with a port is in brackets. The rules of the parts are those of the hosts file. */
export function parseAddress(text: string): {address: string; user?: string; port?: number} {
  const at = text.lastIndexOf('@');
  const user = at < 0 ? {} : {user: text.slice(0, at)};
  const place = text.slice(at + 1);
  if (isIP(place.replace(/%.*$/, '')) === 6) return {address: place, ...user};
  const [, bracketed, plain, port] = /^(?:\[([^\]]*)\]|([^:]*))(?::(.*))?$/s.exec(place) ?? [];
  const address = bracketed ?? plain;
  if (address === undefined || (port !== undefined && !/^\d{1,5}$/.test(port)))
    throw new UsageError(`--ssh must be [user@]address[:port], with an IPv6 address in brackets; got ${JSON.stringify(text)}.`);
  return {address, ...user, ...(port === undefined ? {} : {port: Number(port)})};
}
