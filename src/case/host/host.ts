/** A machine on which dsynth builds, dev-envs are, or both. */
export interface BuildHost {
  /** Name in the hosts file: `[a-z0-9][a-z0-9-]{0,62}`. */
  readonly name: string;
  readonly reach: 'local' | SshReach;
  /** Command line of the dev-env on that host, split at blanks; over ssh an absolute path. */
  readonly dportsv3?: string;
  /** Names of dev-envs on that host. */
  readonly devEnvs: readonly string[];
  /** Targets for which its dev-envs are used, as `@2026Q2`; all if empty. */
  readonly targets: readonly string[];
  /** Absolute paths of dsynth's Directory_logs on that host. */
  readonly logs: readonly string[];
  /** How the worker gets at the evidence: it collects it over ssh, it is mounted, or the host pushes it. */
  readonly evidence: 'collect' | 'mount' | 'push';
}

/** How a host is reached over ssh. */
export interface SshReach {
  readonly address: string;
  readonly user?: string;
  readonly port?: number;
  /** Absolute path of the private key. */
  readonly identity?: string;
  /** Absolute path of the file of host keys. */
  readonly knownHosts?: string;
}

/** The hosts file as it is stored; schema: `policy/hosts.schema.json`. */
export interface HostsFile {
  readonly hosts: Readonly<Record<string, HostEntry>>;
}

/** A host in the hosts file. */
export interface HostEntry {
  readonly local?: true;
  readonly ssh?: Omit<SshReach, 'knownHosts'> & {readonly known_hosts?: string};
  readonly dportsv3?: string;
  readonly dev_envs?: readonly string[];
  readonly targets?: readonly string[];
  readonly logs?: readonly string[];
  readonly evidence?: BuildHost['evidence'];
}

/** Dev-env command of a host over ssh that names none. */
export const DEFAULT_DPORTSV3 = '/build/synth/DeltaPorts/dportsv3';

/** Returns a host of the file with its defaults: evidence is collected over ssh, and read in place on this machine. */
export function buildHost(name: string, entry: HostEntry): BuildHost {
  const {ssh, dportsv3 = ssh && DEFAULT_DPORTSV3, dev_envs, targets, logs, evidence} = entry;
  return {
    name,
    reach: ssh === undefined ? 'local' : sshReach(ssh),
    ...(dportsv3 === undefined ? {} : {dportsv3}),
    devEnvs: dev_envs ?? [],
    targets: targets ?? [],
    logs: logs ?? [],
    evidence: evidence ?? (ssh === undefined ? 'mount' : 'collect'),
  };
}

function sshReach({known_hosts: knownHosts, ...ssh}: NonNullable<HostEntry['ssh']>): SshReach {
  return knownHosts === undefined ? ssh : {...ssh, knownHosts};
}

/** Returns the name of a host's dev-env as it is used outside of that host: `NAME@HOST`. */
export function qualifiedName(devEnv: string, host: string): string {
  return `${devEnv}@${host}`;
}

/** Returns the host part of a dev-env's name; undefined for a plain name. */
export function hostPart(name: string): string | undefined {
  const at = name.lastIndexOf('@');
  return at < 1 ? undefined : name.slice(at + 1);
}

/** Whether a host's dev-envs are used for a target. */
export function servesTarget({targets}: BuildHost, target: string): boolean {
  return targets.length === 0 || targets.includes(target);
}
