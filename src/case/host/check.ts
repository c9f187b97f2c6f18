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
  const faults = entries.flatMap(([name, entry]) => entryFaults(`hosts.${name}`, entry));
  return faults.length > 0 ? {ok: false, faults} : {ok: true, hosts: entries.map(([name, entry]) => buildHost(name, entry))};
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
