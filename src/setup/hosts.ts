import {readFileSync, type Stats, statSync} from 'node:fs';
import {dirname, join, resolve} from 'node:path';
import {checkHosts} from '../case/host/check.ts';
import type {BuildHost} from '../case/host/host.ts';
import {installRoot, stateDir} from './paths.ts';

/** Settings of a worker that must use no build host. */
export const NO_HOSTS = {PORTWRIGHT_HOSTS: '/dev/null'} as const;

/** Hosts by file, as long as the file does not change: activities read them often. */
const read = new Map<string, {readonly version: string; readonly hosts: BuildHost[]}>();

/** Returns the path of the hosts file: PORTWRIGHT_HOSTS, else `hosts.json` beside DP_HARNESS_POLICY if that is set, else in the state directory. */
export function hostsFile(env: NodeJS.ProcessEnv): string {
  const {PORTWRIGHT_HOSTS: named, DP_HARNESS_POLICY: policy} = env;
  return resolve(named || join(policy ? dirname(policy) : stateDir(env), 'hosts.json'));
}

/**
 * Returns the build hosts of the hosts file, in its order; none without a file, or of an empty one such as /dev/null. Throws an Error that names
 * the file and every fault, also if PORTWRIGHT_HOSTS names a file that is not there.
 */
export function readHosts(env: NodeJS.ProcessEnv): BuildHost[] {
  const file = hostsFile(env);
  const found = statSync(file, {throwIfNoEntry: false});
  if (found === undefined) {
    if (!env.PORTWRIGHT_HOSTS) return [];
    throw new Error(
      `PORTWRIGHT_HOSTS names ${file}, which is not there. Correct it or unset it; \`portwright host add\` creates the file.`,
    );
  }
  const version = versionOf(found);
  const known = read.get(file);
  if (known?.version === version) return known.hosts;
  const hosts = parseHosts(file, readText(file));
  read.set(file, {version, hosts});
  return hosts;
}

/** Parses and validates the text of a hosts file. Throws an Error that names the file and every fault. */
export function parseHosts(file: string, text: string): BuildHost[] {
  if (text.trim() === '') return [];
  const schema = JSON.parse(readFileSync(join(installRoot(), 'policy', 'hosts.schema.json'), 'utf8'));
  const checked = checkHosts(schema, parseJson(file, text));
  if (!checked.ok) throw new Error(`The hosts file ${file} is not valid: ${checked.faults.join(' ')}`);
  return checked.hosts;
}

/** A log directory of a host, and where the worker has what it collects of it. */
export interface CollectedLog {
  /** Absolute path on the host. */
  readonly remote: string;
  /** Absolute path on this machine; its evidence root is `evidence` below it. */
  readonly local: string;
}

/** Returns the log directories of a host whose evidence is collected or pushed; none if it is mounted. */
export function collectedLogs(env: NodeJS.ProcessEnv, host: BuildHost): CollectedLog[] {
  if (host.evidence === 'mount') return [];
  const dir = resolve(stateDir(env), 'hosts', host.name);
  return host.logs.map((remote) => ({remote, local: join(dir, localName(remote))}));
}

/** Returns a path as one name, another one for each path: `/build/synth/logs` is `build_synth_logs`. */
function localName(path: string): string {
  return path.slice(1).replaceAll('_', '%5F').replaceAll('/', '_');
}

function versionOf({dev, ino, size, mtimeMs, ctimeMs}: Stats): string {
  return [dev, ino, size, mtimeMs, ctimeMs].join();
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new Error(
      `The hosts file ${file} cannot be read: ${(error as Error).message}. Give this user the right to read it, or name another one by PORTWRIGHT_HOSTS.`,
    );
  }
}

function parseJson(file: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error(`The hosts file ${file} is not JSON: ${(error as Error).message}. Correct it.`);
  }
}
