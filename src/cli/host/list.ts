import type {BuildHost} from '../../case/host/host.ts';
import {hostsFile, readHosts} from '../../setup/hosts.ts';
import {terminalTable} from '../terminal.ts';

/** `portwright host list`: prints the hosts of the hosts file. */
export function hostList({json}: {readonly json?: boolean}): void {
  const file = hostsFile(process.env);
  const hosts = readHosts(process.env);
  if (json) console.log(JSON.stringify({file, hosts}, null, 2));
  else if (hosts.length === 0) console.log(`${file} names no host. Add one by \`portwright host add\`.`);
  else console.log(terminalTable([['Host', 'Reach', 'Dev-envs', 'Targets', 'Logs', 'Evidence'], ...hosts.map(row)]));
}

function row(host: BuildHost): string[] {
  const {name, devEnvs, targets, logs, evidence} = host;
  const listed = (values: readonly string[], none: string): string => values.join(' ') || none;
  return [name, reachText(host), listed(devEnvs, 'none'), listed(targets, 'all'), listed(logs, 'none'), evidence];
}

/** Returns how a host is reached, as `host add` takes it. */
function reachText({reach}: BuildHost): string {
  if (reach === 'local') return 'local';
  const {address, user, port} = reach;
  const place = port !== undefined && address.includes(':') ? `[${address}]` : address;
  return `${user === undefined ? '' : `${user}@`}${place}${port === undefined ? '' : `:${port}`}`;
}
