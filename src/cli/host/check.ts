import type {BuildHost} from '../../case/host/host.ts';
import {unknownHost} from '../../setup/edit-hosts.ts';
import {hostsFile, readHosts} from '../../setup/hosts.ts';
import {findingsText, warn} from '../doctor/finding.ts';
import {checkHost} from '../doctor/hosts.ts';

/** `portwright host check`: checks one host or all, and prints what to do about each fault. Returns the exit code: 1 if anything fails. */
export async function hostCheck(name: string | undefined, {json}: {readonly json?: boolean}): Promise<number> {
  const found = (await Promise.all(chosen(name).map((host) => checkHost(host, process.env)))).flat();
  const findings =
    found.length > 0 ? found : [warn('hosts', `${hostsFile(process.env)} names none.`, 'Add one: `portwright host add`.')];
  console.log(json ? JSON.stringify(findings, null, 2) : findingsText(findings));
  return findings.some(({level}) => level === 'fail') ? 1 : 0;
}

function chosen(name: string | undefined): BuildHost[] {
  const hosts = readHosts(process.env);
  if (name === undefined) return hosts;
  const host = hosts.find((one) => one.name === name);
  if (host !== undefined) return [host];
  const names = hosts.map((one) => one.name);
  throw new Error(unknownHost(hostsFile(process.env), name, names));
}
