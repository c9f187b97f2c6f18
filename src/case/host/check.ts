import {schemaFaults} from '../text/schema-faults.ts';
import {type BuildHost, buildHost, type HostEntry, type HostsFile} from './host.ts';

const FILE = {name: 'the hosts file', schemaFile: 'policy/hosts.schema.json'};

/**
 * Validates a parsed hosts file against its schema and for consistency. Returns its hosts in the file's order, or every fault as a sentence that
 * names the key, the rule and the value.
 */
export function checkHosts(schema: object, value: unknown): {ok: true; hosts: BuildHost[]} | {ok: false; faults: string[]} {
  const invalid = schemaFaults(schema, value, FILE);
  if (invalid.length > 0) return {ok: false, faults: invalid};
  const entries = Object.entries((value as HostsFile).hosts);
  const hosts = entries.map(([name, entry]) => buildHost(name, entry));
  const faults = [...entries.flatMap(([name, entry]) => entryFaults(`hosts.${name}`, entry)), ...sharedFaults(hosts)];
  return faults.length > 0 ? {ok: false, faults} : {ok: true, hosts};
}

/** A dev-env of two hosts would be leased twice at the same time. */
function sharedFaults(hosts: readonly BuildHost[]): string[] {
  const owners = new Map<string, string>();
  return hosts.flatMap((host) =>
    host.devEnvs.flatMap((devEnv) => {
      const {reach, dportsv3} = host;
      const place = JSON.stringify([reach === 'local' ? '' : [reach.address, reach.port ?? 22], dportsv3, devEnv]);
      const owner = owners.get(place);
      owners.set(place, owner ?? host.name);
      if (owner === undefined) return [];
      return [
        `hosts.${host.name}.dev_envs has ${devEnv}, which is a dev-env of ${owner} at the same address. Remove it from one of them.`,
      ];
    }),
  );
}

function entryFaults(at: string, {local, ssh, dportsv3, evidence}: HostEntry): string[] {
  if ((local === undefined) === (ssh === undefined))
    return [`${at} must have either local or ssh. Write "ssh": {"address": …}, or "local": true for this machine.`];
  return [
    ...(ssh !== undefined && dportsv3 !== undefined && !dportsv3.startsWith('/')
      ? [`${at}.dportsv3 must be an absolute path, since over ssh there is no PATH to rely on; got ${JSON.stringify(dportsv3)}.`]
      : []),
    ...(local && evidence !== undefined && evidence !== 'mount'
      ? [`${at}.evidence is ${evidence}, but the evidence of this machine is read in place. Remove it, or write mount.`]
      : []),
  ];
}
